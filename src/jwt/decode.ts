/**
 * Reading a JWT without verifying it.
 */
import { isBase64url } from "./base64url.ts";
import { type Claims, parseClaims } from "./claims-set.ts";
import { type JoseHeader, malformed } from "./header.ts";
import { parseCompact } from "./jws.ts";
import { checkLimits, type TokenLimits } from "./limits.ts";
import { checkOptions } from "./options.ts";

/** The two readable parts of a JWT. */
export interface Jwt {
  /** Frozen. */
  readonly header: JoseHeader;
  readonly claims: Claims;
}

/** What {@link decodeJwt} may be told. */
export interface DecodeOptions {
  readonly limits?: TokenLimits | undefined;
}

const decodeOptions: ReadonlySet<string> = new Set(["limits"]);

/**
 * Reads a JWT and verifies **nothing**: anyone can write such a token. For showing it to a person, or for
 * finding out whose key to verify it with; never for deciding what its bearer may do.
 *
 * @throws {JwtError} `jws/malformed`, `jws/too-large`, `claims/malformed`
 */
export function decodeJwt(token: string, options: DecodeOptions = {}): Jwt {
  checkOptions(options, decodeOptions, "decodeJwt options");
  const limits = checkLimits(options.limits);
  const { header, payload, signature } = parseCompact(token, limits);
  if (!isBase64url(signature)) throw malformed("the signature is not base64url");
  return { header, claims: parseClaims(payload, limits.maxDepth) };
}
