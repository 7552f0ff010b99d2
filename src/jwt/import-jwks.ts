/**
 * A JWK Set taken in, RFC 7517 §5: what may be left out of it, and what makes it unfit as a whole.
 *
 * Left out, and listed: keys that are not for us. Unfit: what is no JWK Set, and a set that gives away what
 * nobody should have.
 * https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
import type { Algorithm } from "./algorithms.ts";
import { JwtError, type JwtErrorCode } from "./errors.ts";
import { type Jwk, keyTypes } from "./jwk.ts";
import { importKey, Key } from "./key.ts";
import { isPlainObject } from "./options.ts";

/**
 * Keys in a set, those included that are ignored. Issuers publish fewer than ten; and as many as these, of the
 * dearest kind, keep a thread busy for a few hundredths of a second.
 */
export const MAX_KEYS = 64;

/** RFC 7517 §5, as it is published: members other than `keys` are ignored. */
export interface JwkSet {
  readonly keys: readonly Jwk[];
}

/** A JWK that a set was made without, RFC 7517 §5. */
export interface IgnoredJwk {
  /** Its place in `keys`. */
  readonly index: number;
  readonly kid: string | undefined;
  readonly code: JwtErrorCode;
  readonly reason: string;
}

/** What became of the keys of a set. */
export interface ImportedSet {
  readonly accepted: readonly Key[];
  readonly ignored: readonly IgnoredJwk[];
}

/**
 * Binds each key of a public set to one of `algorithms`. It comes from outside, whatever its type says: so
 * nothing that is wrong with it is a `TypeError`.
 *
 * @throws {JwtError} `jwks/malformed`, `jwks/too-large`, `key/private-in-set`
 */
export function importSet(set: unknown, algorithms: readonly Algorithm[]): ImportedSet {
  if (!isPlainObject(set)) throw malformed("it is not an object, or not parsed yet");
  // RFC 7517 §5: "The JSON object MUST have a "keys" member, with its value being an array of JWKs."
  const keys: unknown = set.keys;
  if (!Array.isArray(keys)) throw malformed(`its "keys" are not a list`);
  if (keys.length > MAX_KEYS) throw tooManyKeys();
  const accepted: Key[] = [];
  const ignored: IgnoredJwk[] = [];
  for (const [index, jwk] of keys.entries()) {
    if (!isPlainObject(jwk)) throw malformed("one of its keys is not an object");
    checkPublic(jwk);
    const imported = importFirst(jwk as Jwk, algorithms);
    if (imported instanceof Key) accepted.push(imported);
    else ignored.push(ignoring(jwk, index, imported));
  }
  return { accepted, ignored };
}

/** More than {@link MAX_KEYS}. */
export function tooManyKeys(): JwtError {
  return new JwtError("jwks/too-large", `A key set holds at most ${MAX_KEYS} keys`);
}

function malformed(how: string): JwtError {
  return new JwtError("jwks/malformed", `The JWK Set is malformed: ${how}`);
}

/** The private members of every type of key; and `oth` (RFC 7518 §6.3.2.7), which RSA may have too. */
const privateMembers: readonly string[] = [...Object.values(keyTypes).flatMap(({ secret }) => secret), "oth"];

/**
 * Whoever publishes a private key has lost it, and anyone can sign with it: such a set is refused whole. So
 * it is for every key type, those included that are not known here. But `null` is no key, only no way to write
 * one: such a JWK is left out like others that are malformed.
 */
function checkPublic(jwk: Record<string, unknown>): void {
  if (jwk.kty === "oct" || privateMembers.some((name) => jwk[name] !== undefined && jwk[name] !== null)) {
    throw new JwtError(
      "key/private-in-set",
      "The JWK Set is to be public, and holds a private key or a secret",
    );
  }
}

/** The refusals after which another algorithm may yet fit: the farthest from fitting first. */
const mismatches: readonly JwtErrorCode[] = ["key/wrong-algorithm", "key/wrong-type", "key/wrong-curve"];

/**
 * Binds `jwk` to the first of `algorithms` that it agrees to and fits; or says why it fits none: of several
 * refusals the one that came nearest.
 *
 * RFC 7517 §5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that are
 * not understood by them, that are missing required members, or for which values are out of the supported
 * ranges."
 */
function importFirst(jwk: Jwk, algorithms: readonly Algorithm[]): Key | JwtError {
  // Its own name first: "EdDSA" is an alias, for which a longer list may hold two more.
  const own = algorithms.filter((alg) => alg === jwk.alg);
  let refusal: JwtError | undefined;
  for (const alg of own.length > 0 ? own : algorithms) {
    try {
      return importKey(jwk, alg);
    } catch (error) {
      if (!(error instanceof JwtError)) throw error;
      // The key itself is wrong, and so it is for the others: asking each would make a hostile set dear.
      if (!mismatches.includes(error.code)) return error;
      if (refusal === undefined || mismatches.indexOf(error.code) > mismatches.indexOf(refusal.code)) {
        refusal = error;
      }
    }
  }
  return refusal!.code === "key/wrong-algorithm"
    ? new JwtError("key/wrong-algorithm", `The JWK's "alg" is none of ${algorithms.join(", ")}`)
    : refusal!;
}

function ignoring({ kid }: Record<string, unknown>, index: number, { code, message }: JwtError): IgnoredJwk {
  return { index, kid: typeof kid === "string" ? kid : undefined, code, reason: message };
}
