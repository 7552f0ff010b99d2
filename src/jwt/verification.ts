/**
 * The steps of verifying a JWT, RFC 7519 §7.2, between which a key is found: at once, or after a while.
 * https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
import { checkClaims, checkTyp } from "./claims.ts";
import { parseClaims } from "./claims-set.ts";
import type { Jwt } from "./decode.ts";
import { checkCritical } from "./header.ts";
import { freezeJson } from "./json.ts";
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

/** By what a token is judged once its key is there. */
export interface Judgement {
  readonly policy: Policy;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether the claims are to be frozen: for whoever keeps them. */
  readonly frozen: boolean;
}

/**
 * The signature, and only then what the token claims.
 * @throws {JwtError} `jws/…`, `claims/…`, `key/wrong-operations`
 */
export function judge(jws: ParsedJws, key: Key, { policy, now, frozen }: Judgement): Jwt {
  const { header, payload } = verifyParsed(jws, key, policy.limits);
  checkTyp(header, policy);
  const claims = parseClaims(payload, policy.limits.maxDepth);
  // Before the policy sees them, for its accept must not change what is kept.
  if (frozen) freezeJson(claims);
  checkClaims(claims, policy, now);
  return { header, claims };
}
