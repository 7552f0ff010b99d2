/**
 * The steps of verifying a JWT, RFC 7519 §7.2, between which a key is found: at once, or after a while.
 * https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
import { checkTyp } from "./claims.ts";
import { parseClaims } from "./claims-set.ts";
import type { Jwt } from "./decode.ts";
import { checkCritical } from "./header.ts";
import { type ParsedJws, parseCompact, verifyParsed } from "./jws.ts";
import type { Key } from "./key.ts";
import type { Policy } from "./policy.ts";

/**
 * Everything before a key is needed. No `b64` is understood here: an unencoded payload is not for JWTs
 * (RFC 7797 §7).
 *
 * @throws {JwtError} `jws/malformed`, `jws/too-large`, `jws/critical`
 */
export function parseJwt(token: string, { limits, crit }: Policy): ParsedJws {
  const jws = parseCompact(token, limits);
  checkCritical(jws.header, crit);
  return jws;
}

/**
 * The signature, and only then what the token states. Whether it is what the policy demands is left to
 * `checkClaims`.
 *
 * @throws {JwtError} `jws/…`, `claims/missing` and `claims/wrong-type` for its typ, `claims/malformed`,
 * `key/wrong-operations`
 */
export function readJwt(jws: ParsedJws, key: Key, policy: Policy): Jwt {
  const { header, payload } = verifyParsed(jws, key, policy.limits);
  checkTyp(header, policy);
  return { header, claims: parseClaims(payload, policy.limits.maxDepth) };
}
