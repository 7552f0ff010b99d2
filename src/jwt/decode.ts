/**
 * Reading a JWT without verifying it.
 */
import { decodeBase64url } from "./base64url.ts";
import { type Claims, mistypedClaim } from "./claims.ts";
import { JwtError } from "./errors.ts";
import { parseObject } from "./json.ts";
import { type JoseHeader, parseCompact } from "./jws.ts";

/** The two readable parts of a JWT. */
export interface Jwt {
  readonly header: JoseHeader;
  readonly claims: Claims;
}

/**
 * Reads a JWT and verifies **nothing**: anyone can write such a token. For showing it to a person, or for
 * finding out whose key to verify it with; never for deciding what its bearer may do.
 *
 * @throws {JwtError} `jws/malformed`, `jws/too-large`, `claims/malformed`
 */
export function decodeJwt(token: string): Jwt {
  const { header, payload, signature } = parseCompact(token);
  if (decodeBase64url(signature) === undefined) {
    throw new JwtError("jws/malformed", "The token is malformed: the signature is not base64url");
  }
  return { header, claims: parseClaims(payload) };
}

/**
 * RFC 7519 §7.2 step 10: the payload as a JWT Claims Set, the registered claims of their types.
 *
 * @throws {JwtError} `claims/malformed`
 */
export function parseClaims(payload: Buffer): Claims {
  const claims = parseObject(payload);
  if (claims === undefined)
    throw new JwtError("claims/malformed", "The claims are not a JSON object in UTF-8");
  const mistyped = mistypedClaim(claims);
  if (mistyped !== undefined)
    throw new JwtError("claims/malformed", `The claim "${mistyped}" is not of its type`);
  return claims as Claims;
}
