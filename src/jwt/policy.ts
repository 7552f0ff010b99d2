/**
 * What an application demands of a token, RFC 8725 §3: said in full, and checked before anything else.
 * https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
import type { Claims } from "./claims-set.ts";
import { checkUnderstood } from "./header.ts";
import { checkLimits, type Limits, type TokenLimits } from "./limits.ts";
import { checkFinite, checkNames, checkText, isPlainObject } from "./options.ts";

/** Stands in a policy where a value would, and opts out of a check in a way that shows in review. */
export const unchecked: unique symbol = Symbol("unchecked");

/** What a token must be to be accepted. There is no default for whom to trust, so the first three are needed. */
export interface ClaimsPolicy {
  /** Whose tokens are accepted (RFC 8725 §3.8). `unchecked`: anybody's whose key it is. */
  readonly issuer: string | readonly string[] | typeof unchecked;
  /**
   * The name or names by which the application goes (RFC 8725 §3.9). `unchecked`: it has none, so tokens
   * need not be addressed; one that is addressed is not for us, and refused (RFC 7519 §4.1.3).
   */
  readonly audience: string | readonly string[] | typeof unchecked;
  /** The kind of token (RFC 8725 §3.11), so that none passes for another: `at+jwt`, `JWT`. */
  readonly typ: string | typeof unchecked;
  /** `unchecked`: the token need not expire. If it says when, that still counts. */
  readonly exp?: typeof unchecked | undefined;
  /** Clock skew allowed, in seconds; 0 by default. */
  readonly leeway?: number | undefined;
  /** How old the token may be by its `iat`, in seconds. */
  readonly maxAge?: number | undefined;
  readonly subject?: string | undefined;
  /** Claims that must be there, whatever they say. */
  readonly required?: readonly string[] | undefined;
  /** The last word, after every other check: false refuses. Synchronous. */
  readonly accept?: ((claims: Claims) => boolean) | undefined;
  /** RFC 7515 §4.1.11: the extensions that the application understands and processes itself; none by default. */
  readonly crit?: readonly string[] | undefined;
  readonly limits?: TokenLimits | undefined;
}

/** A policy as it was read: every member once, checked, and none that is not known. */
export interface Policy {
  readonly issuer: ClaimsPolicy["issuer"];
  readonly audience: ClaimsPolicy["audience"];
  readonly typ: ClaimsPolicy["typ"];
  readonly exp: typeof unchecked | undefined;
  readonly leeway: number;
  readonly maxAge: number | undefined;
  readonly subject: string | undefined;
  readonly required: readonly string[];
  readonly accept: ClaimsPolicy["accept"];
  readonly crit: readonly string[];
  readonly limits: Limits;
}

const nothing: readonly string[] = Object.freeze([]);
const policyNames: ReadonlySet<string> = new Set([
  "issuer",
  "audience",
  "typ",
  "exp",
  "leeway",
  "maxAge",
  "subject",
  "required",
  "accept",
  "crit",
  "limits",
]);

/**
 * Reads a policy. A plain object, so that nothing of it can be overlooked: what a class adds would not be
 * copied, and a misspelt name there not be seen.
 *
 * @throws {TypeError | RangeError} unless every member of `policy` is known and of its type
 */
export function readPolicy(policy: ClaimsPolicy): Policy {
  if (!isPlainObject(policy)) throw new TypeError("policy must be a plain object");
  for (const name in policy) {
    if (!policyNames.has(name)) throw new TypeError(`policy: there is no option "${name}"`);
  }
  const { issuer, audience, typ, exp, leeway = 0, maxAge, subject } = policy;
  const { required = nothing, accept, crit = nothing, limits } = policy;
  checkParty(issuer, "policy.issuer");
  checkParty(audience, "policy.audience");
  if (typ !== unchecked) checkText(typ, "policy.typ");
  if (exp !== undefined && exp !== unchecked) throw new TypeError("policy.exp can only be unchecked");
  checkDuration(leeway, "policy.leeway");
  if (maxAge !== undefined) checkDuration(maxAge, "policy.maxAge");
  if (subject !== undefined) checkText(subject, "policy.subject");
  if (required !== nothing) checkNames(required, "policy.required");
  if (accept !== undefined && typeof accept !== "function") {
    throw new TypeError("policy.accept must be a function");
  }
  if (crit !== nothing) checkUnderstood(crit);
  return {
    issuer,
    audience,
    typ,
    exp,
    leeway,
    maxAge,
    subject,
    required,
    accept,
    crit,
    limits: checkLimits(limits),
  };
}

/** Reads a policy that is to hold for longer than a call: its lists are copied too. */
export function keepPolicy(policy: ClaimsPolicy): Policy {
  const read = readPolicy(policy);
  const { issuer, audience, required, crit } = read;
  return {
    ...read,
    issuer: Array.isArray(issuer) ? [...issuer] : issuer,
    audience: Array.isArray(audience) ? [...audience] : audience,
    required: [...required],
    crit: [...crit],
  };
}

function checkParty(value: unknown, what: string): void {
  if (value === unchecked) return;
  if (value === undefined) throw new TypeError(`${what} is needed: a name, several, or unchecked`);
  if (!Array.isArray(value)) checkText(value, what);
  else if (value.length === 0) throw new TypeError(`${what} must not be an empty list`);
  else checkNames(value, what);
}

function checkDuration(value: unknown, what: string): void {
  checkFinite(value, what);
  if (value < 0) throw new RangeError(`${what} must not be negative`);
}
