/**
 * JSON Web Tokens, RFC 7519: the calls an application makes.
 *
 * A shell, because it reads the clock where the caller gives no `now`; the rules are in jws.ts and claims.ts.
 * https://www.rfc-editor.org/rfc/rfc7519#section-7
 */
import { checkClaims } from "./claims.ts";
import type { Claims, RegisteredClaims } from "./claims-set.ts";
import type { Jwt } from "./decode.ts";
import { encodeHeader, type HeaderOptions } from "./header.ts";
import { checkSigner, signCompact } from "./jws.ts";
import type { Key } from "./key.ts";
import { type AsyncKeyChoice, awaitKey, chooseKey, type KeyChoice } from "./key-choice.ts";
import { checkLimits, type TokenLimits } from "./limits.ts";
import { checkFinite, checkOptions, checkText, isPlainObject } from "./options.ts";
import { type ClaimsPolicy, keepPolicy, readPolicy } from "./policy.ts";
import { writeClaims } from "./stated-claims.ts";
import { parseJwt, readJwt } from "./verification.ts";

/** What {@link signJwt} is told besides claims and key. */
export interface SignJwtOptions extends HeaderOptions {
  /** The kind of token (RFC 8725 §3.11): `at+jwt` for an access token, `JWT` where there is but one kind. */
  readonly typ: string;
  /** Seconds for which the token is good: writes `exp`, and `iat` where the claims have none. */
  readonly expiresIn?: number | undefined;
  /** The time from which `expiresIn` counts, in seconds since the epoch; by default, the clock's. */
  readonly now?: number | undefined;
  readonly limits?: TokenLimits | undefined;
}

const signOptions: ReadonlySet<string> = new Set(["typ", "header", "crit", "expiresIn", "now", "limits"]);

/**
 * Signs claims. They are written as given; only `expiresIn` adds to them.
 *
 * @throws {JwtError} `key/not-private`, `key/wrong-operations`
 * @throws {TypeError | RangeError} when an argument is not of its type: {@link verifyJwt} would refuse the token
 */
export function signJwt(claims: Claims | RegisteredClaims, key: Key, options: SignJwtOptions): string {
  checkSigner(key);
  checkOptions(options, signOptions, "signJwt options");
  // Read once, so that no getter shows two faces.
  const { typ, header, crit, expiresIn, now } = options;
  const limits = checkLimits(options.limits);
  checkText(typ, "typ");
  if (now !== undefined) checkFinite(now, "now");
  const stated = expiresIn === undefined ? claims : expiring(claims, expiresIn, now);
  const text = writeClaims(stated, limits);
  return signCompact(encodeHeader(key, { typ, header, crit }, limits), text, key, limits);
}

function expiring(claims: Claims | RegisteredClaims, expiresIn: number, now: number | undefined): Claims {
  if (!isPlainObject(claims)) throw new TypeError("The claims must be a plain object");
  checkFinite(expiresIn, "expiresIn");
  if (expiresIn <= 0) throw new RangeError("expiresIn must be positive");
  const { iat, exp } = claims;
  if (exp !== undefined) throw new TypeError('Either expiresIn or the claim "exp", not both');
  const start = now ?? Math.floor(Date.now() / 1000);
  return { ...claims, iat: iat === undefined ? start : iat, exp: start + expiresIn };
}

/**
 * Verifies a JWT, RFC 7519 §7.2: its form, then its signature, and only then what it claims. So
 * `jws/bad-signature` always wins over `claims/…`, and a forger learns nothing of the policy.
 *
 * @param now seconds since the epoch; by default, the clock's
 * @throws {JwtError} `jws/…`, `claims/…`; `key/wrong-operations` when the key is not for verifying
 * @throws {TypeError | RangeError} when an argument, or a member of the policy, is not of its type
 */
export function verifyJwt(
  token: string,
  keyOrChoice: Key | KeyChoice,
  policy: ClaimsPolicy,
  now: number = Date.now() / 1000,
): Jwt {
  const read = readPolicy(policy);
  checkFinite(now, "now");
  const jws = parseJwt(token, read);
  const jwt = readJwt(jws, chooseKey(keyOrChoice, jws.header), read);
  checkClaims(jwt.claims, read, now);
  return jwt;
}

/**
 * {@link verifyJwt} where the key may have to be fetched first: a `remoteKeySet`, or any choice that returns a
 * promise. What the choice throws comes out of here.
 *
 * @param now seconds since the epoch; by default, the clock's once the key is there
 */
export async function verifyJwtAsync(
  token: string,
  keyOrChoice: Key | AsyncKeyChoice,
  policy: ClaimsPolicy,
  now?: number,
): Promise<Jwt> {
  // Kept, so that nobody can change it while we wait.
  const kept = keepPolicy(policy);
  if (now !== undefined) checkFinite(now, "now");
  const jws = parseJwt(token, kept);
  const key = await awaitKey(keyOrChoice, jws.header);
  const jwt = readJwt(jws, key, kept);
  checkClaims(jwt.claims, kept, now ?? Date.now() / 1000);
  return jwt;
}
