/**
 * The JWT Claims Set, RFC 7519 §4: what a token states, of the types that the RFC gives.
 * https://www.rfc-editor.org/rfc/rfc7519#section-4
 */
import { JwtError } from "./errors.ts";
import { parseObject } from "./json.ts";

/** RFC 7519 §4.1: the registered claims. */
export interface RegisteredClaims {
  /** Issuer. */
  readonly iss?: string | undefined;
  /** Subject. */
  readonly sub?: string | undefined;
  /** Audience. */
  readonly aud?: string | readonly string[] | undefined;
  /** Expiration time, seconds since 1970-01-01T00:00:00Z (RFC 7519 §2, NumericDate). */
  readonly exp?: number | undefined;
  /** Not before, likewise. */
  readonly nbf?: number | undefined;
  /** Issued at, likewise. */
  readonly iat?: number | undefined;
  /** The token's own name. */
  readonly jti?: string | undefined;
}

/** The registered claims, and whatever else the token states. */
export interface Claims extends RegisteredClaims {
  readonly [claim: string]: unknown;
}

/**
 * RFC 7519 §7.2 step 10: the payload as a JWT Claims Set, the registered claims of their types.
 *
 * @throws {JwtError} `claims/malformed`
 */
export function parseClaims(payload: Buffer, maxDepth: number): Claims {
  const claims = parseObject(payload, maxDepth);
  if (claims === undefined) {
    throw new JwtError("claims/malformed", "The claims are not a JSON object in UTF-8");
  }
  const mistyped = mistypedClaim(claims);
  if (mistyped !== undefined) {
    throw new JwtError("claims/malformed", `The claim "${mistyped}" is not of its type`, { claim: mistyped });
  }
  return claims as Claims;
}

/**
 * Which registered claim is not of its type, RFC 7519 §4.1; `undefined` when all are.
 * A NumericDate is any finite number: JSON can spell infinity (`1e999`), and no time is that.
 */
export function mistypedClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { iss, sub, aud, exp, nbf, iat, jti } = claims;
  if (iss !== undefined && typeof iss !== "string") return "iss";
  if (sub !== undefined && typeof sub !== "string") return "sub";
  if (aud !== undefined && typeof aud !== "string" && !isListOfText(aud)) return "aud";
  if (exp !== undefined && !Number.isFinite(exp)) return "exp";
  if (nbf !== undefined && !Number.isFinite(nbf)) return "nbf";
  if (iat !== undefined && !Number.isFinite(iat)) return "iat";
  if (jti !== undefined && typeof jti !== "string") return "jti";
  return undefined;
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
