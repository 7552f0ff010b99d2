/**
 * Claims on their way into a token: what is signed is what was checked, and what `verifyJwt` can accept.
 */
import { type Claims, mistypedClaim } from "./claims-set.ts";
import { parseObject } from "./json.ts";
import type { Limits } from "./limits.ts";
import { isPlainObject } from "./options.ts";

/** The last second of the year 9999. What lies beyond is no date, but milliseconds taken for seconds. */
const LATEST_DATE = 253_402_300_799;

/**
 * Claims as JSON.
 *
 * @throws {TypeError | RangeError} when they are no plain object, a registered claim is not of its type, or
 * they are nested too deep
 */
export function writeClaims(claims: unknown, { maxDepth }: Limits): string {
  if (!isPlainObject(claims)) throw new TypeError("The claims must be a plain object");
  // Copied before it is looked at, the list as well, so that no getter shows two faces.
  const stated: Record<string, unknown> = { ...claims };
  if (Array.isArray(stated.aud)) stated.aud = copyAudience(stated.aud);
  const mistyped = mistypedClaim(stated);
  if (mistyped !== undefined) throw new TypeError(`The claim "${mistyped}" is not of its type`);
  checkDates(stated);
  // JSON.stringify would call it, and sign what it returns in place of what was checked here.
  if (typeof stated.toJSON === "function") throw new TypeError("The claims must not have a toJSON function");
  const text = JSON.stringify(stated);
  if (isFlat(stated)) return text;
  if (parseObject(Buffer.from(text), maxDepth) === undefined) {
    throw new RangeError(`The claims are nested more than ${maxDepth} deep`);
  }
  return text;
}

function copyAudience(aud: readonly unknown[]): unknown[] {
  if (aud.length === 0)
    throw new TypeError('The claim "aud" is an empty list: nobody could accept the token');
  // Spreading turns holes into undefined, which is no name.
  return [...aud];
}

function checkDates({ exp, nbf, iat }: Claims): void {
  if ((exp ?? 0) > LATEST_DATE || (nbf ?? 0) > LATEST_DATE || (iat ?? 0) > LATEST_DATE) {
    throw new RangeError("exp, nbf and iat are in seconds; this is after the year 9999");
  }
}

/** Whether nothing is nested but the audience: then there is no depth to look at. */
function isFlat(stated: Record<string, unknown>): boolean {
  for (const name in stated) {
    const value = stated[name];
    if (typeof value === "object" && value !== null && name !== "aud") return false;
  }
  return true;
}
