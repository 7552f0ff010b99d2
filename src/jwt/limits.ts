/**
 * How much a token may be. Everything here is looked at before any signature is verified, so that a stranger
 * cannot make us work.
 */
import { JwtError } from "./errors.ts";
import { checkOptions, isPlainObject } from "./options.ts";

/** What may be adjusted. */
export interface TokenLimits {
  /** Characters in a token; 262,144 by default. */
  readonly maxTokenLength?: number | undefined;
  /** Octets in its header; 16,384 by default. */
  readonly maxHeaderLength?: number | undefined;
  /** Objects and arrays within each other, in header and claims, the outermost counted; 32 by default, at most 1,000. */
  readonly maxDepth?: number | undefined;
}

/** All of them, checked. */
export interface Limits {
  readonly maxTokenLength: number;
  readonly maxHeaderLength: number;
  readonly maxDepth: number;
}

/** What holds where the caller says nothing. */
export const defaultLimits: Limits = Object.freeze({
  maxTokenLength: 262_144,
  maxHeaderLength: 16_384,
  maxDepth: 32,
});

/** Keys are counted by recursion, which must not exhaust the stack. */
const GREATEST_DEPTH = 1_000;
const limitNames: ReadonlySet<string> = new Set(Object.keys(defaultLimits));

/**
 * The limits that hold. Without `limits`, {@link defaultLimits} itself.
 * @throws {TypeError | RangeError} unless each is a positive integer
 */
export function checkLimits(limits: TokenLimits | undefined): Limits {
  if (limits === undefined) return defaultLimits;
  if (!isPlainObject(limits)) throw new TypeError("limits must be a plain object");
  checkOptions(limits, limitNames, "limits");
  const { maxTokenLength, maxHeaderLength, maxDepth } = limits as TokenLimits;
  const whole: Limits = {
    maxTokenLength: maxTokenLength === undefined ? defaultLimits.maxTokenLength : maxTokenLength,
    maxHeaderLength: maxHeaderLength === undefined ? defaultLimits.maxHeaderLength : maxHeaderLength,
    maxDepth: maxDepth === undefined ? defaultLimits.maxDepth : maxDepth,
  };
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isSafeInteger(value)) throw new TypeError(`limits.${name} must be an integer`);
    if (value < 1) throw new RangeError(`limits.${name} must be positive`);
  }
  if (whole.maxDepth > GREATEST_DEPTH) {
    throw new RangeError(`limits.maxDepth must be at most ${GREATEST_DEPTH}`);
  }
  return whole;
}

/** @returns the error for a token of more characters than there may be */
export function tokenTooLong({ maxTokenLength }: Limits): JwtError {
  return new JwtError("jws/too-large", `The token is longer than ${maxTokenLength} characters`);
}

/** @returns the error for a header of more octets than there may be */
export function headerTooLong({ maxHeaderLength }: Limits): JwtError {
  return new JwtError("jws/too-large", `The header is longer than ${maxHeaderLength} octets`);
}
