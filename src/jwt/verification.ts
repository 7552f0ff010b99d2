/**
 * The steps of verifying a JWT, RFC 7519 §7.2, between which a key is found: at once, or after a while.
 * https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
import { type ClaimsPolicy, checkClaims, checkTyp, parseClaims } from "./claims.ts";
import type { Jwt } from "./decode.ts";
import { checkCritical } from "./header.ts";
import { type ParsedJws, parseCompact, verifyParsed } from "./jws.ts";
import type { Key } from "./key.ts";
import type { Limits } from "./limits.ts";

const nothing: readonly string[] = Object.freeze([]);

/**
 * Everything before a key is needed. No `b64` is understood here: an unencoded payload is not for JWTs
 * (RFC 7797 §7).
 *
 * @throws {JwtError} `jws/malformed`, `jws/too-large`, `jws/critical`
 */
export function parseJwt(token: string, policy: ClaimsPolicy, limits: Limits): ParsedJws {
  const jws = parseCompact(token, limits);
  checkCritical(jws.header, policy.crit ?? nothing);
  return jws;
}

/** By what a token is judged once its key is there. */
export interface Judgement {
  readonly policy: ClaimsPolicy;
  readonly limits: Limits;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * The signature, and only then what the token claims.
 * @throws {JwtError} `jws/…`, `claims/…`, `key/wrong-operations`
 */
export function judge(jws: ParsedJws, key: Key, { policy, limits, now }: Judgement): Jwt {
  const { header, payload } = verifyParsed(jws, key, limits);
  checkTyp(header, policy);
  const claims = parseClaims(payload, limits.maxDepth);
  checkClaims(claims, policy, now);
  return { header, claims };
}
