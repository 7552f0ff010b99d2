/**
 * Why a key or a token was refused.
 *
 * Every refusal of something that came from outside (a token, a JWK, a PEM file) is a {@link JwtError}; a
 * wrong argument in the calling code is a `TypeError` or `RangeError`. No message ever holds a token, a key
 * or the value of a claim: messages end up in logs.
 */

/** What was wrong. The part before the slash says where: the algorithm, the key, the JWS or the claims in it. */
export type JwtErrorCode =
  /** No row in `algorithms.ts` has this name; `none` never will. */
  | "alg/unsupported"
  /** The algorithm is known, and this Node or its OpenSSL cannot compute it. */
  | "alg/unavailable"
  | "key/malformed"
  /** The key's type is not the algorithm's: an RSA key for ES256, a public key as a secret. */
  | "key/wrong-type"
  /** The JWK's `alg` names another algorithm. */
  | "key/wrong-algorithm"
  /** The JWK's `use` is not `sig`. */
  | "key/wrong-use"
  /** The JWK's `key_ops` contradict the key, its `use`, or what it is now asked to do. */
  | "key/wrong-operations"
  | "key/wrong-curve"
  /** The point is not on the curve, or is the point at infinity. */
  | "key/invalid-point"
  /** The private and the public half do not belong together. */
  | "key/mismatched-halves"
  | "key/empty-secret"
  | "key/short-secret"
  /** RSA: fewer bits than RFC 7518 §3.3 demands, or more than OpenSSL computes with. */
  | "key/modulus-length"
  /** RSA: a public exponent below 65537, of more than 64 bits, or even. */
  | "key/weak-exponent"
  /** What is offered as a secret is a string or a key file, and so perhaps public. */
  | "key/text-as-secret"
  /** The private half is needed, and this key has none. */
  | "key/not-private"
  /** The public half is needed, and a secret has none. */
  | "key/not-public"
  /** Two keys of a set have one `kid`, or two for one algorithm are not both named. */
  | "key/duplicate-kid"
  /** A set that is for publication holds a private key or a secret. */
  | "key/private-in-set"
  /** A JWK Set, RFC 7517 §5, is not what it must be. */
  | "jwks/malformed"
  | "jwks/too-large"
  /** A remote set did not come: no connection, no success, too slow. What was had before has aged too far. */
  | "jwks/unreachable"
  | "jws/malformed"
  | "jws/too-large"
  /** An extension that must be understood, and is not. */
  | "jws/critical"
  | "jws/unknown-key"
  /** The token names no key, and more than one of the set is for its algorithm. */
  | "jws/ambiguous-key"
  | "jws/algorithm-mismatch"
  | "jws/bad-signature"
  | "claims/malformed"
  | "claims/missing"
  | "claims/wrong-type"
  | "claims/wrong-issuer"
  | "claims/wrong-audience"
  | "claims/wrong-subject"
  | "claims/not-yet-valid"
  /** The token was ours and for us, and its time is over. Only its age and the policy's `accept` were not asked. */
  | "claims/expired"
  /** Older than the policy's `maxAge`. */
  | "claims/too-old"
  /** The policy's own `accept` said no. */
  | "claims/refused";

/** A token or a key was refused; {@link code} says why. */
export class JwtError extends Error {
  override readonly name = "JwtError";
  readonly code: JwtErrorCode;
  /** The claim or header parameter that a `claims/…` error is about, if it is about one. */
  readonly claim: string | undefined;

  constructor(code: JwtErrorCode, message: string, options: JwtErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.claim = options.claim;
  }
}

/** What else a {@link JwtError} may say. */
export interface JwtErrorOptions {
  readonly claim?: string | undefined;
  readonly cause?: unknown;
}
