/**
 * JSON Web Tokens, RFC 7519: the calls an application makes.
 *
 * A shell, because it reads the clock where the caller gives no `now`; the rules are in jws.ts and claims.ts.
 * https://www.rfc-editor.org/rfc/rfc7519#section-7
 */
import { type Claims, type ClaimsPolicy, checkPolicy, copyPolicy, mistypedClaim } from "./claims.ts";
import type { Jwt } from "./decode.ts";
import { encodeHeader, type HeaderOptions } from "./header.ts";
import { checkSigner, signCompact } from "./jws.ts";
import type { Key } from "./key.ts";
import { type AsyncKeyChoice, awaitKey, chooseKey, type KeyChoice } from "./key-choice.ts";
import { checkLimits, type TokenLimits } from "./limits.ts";
import { checkFinite, checkOptions, checkText, isPlainObject } from "./options.ts";
import { judge, parseJwt } from "./verification.ts";

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
export function signJwt(claims: Claims, key: Key, options: SignJwtOptions): string {
  checkSigner(key);
  checkOptions(options, signOptions, "signJwt options");
  const { typ, expiresIn, now } = options;
  checkText(typ, "typ");
  if (now !== undefined) checkFinite(now, "now");
  if (!isPlainObject(claims)) throw new TypeError("The claims must be a plain object");
  // Copied before it is looked at, so that no getter shows two faces.
  const stated = expiresIn === undefined ? { ...claims } : expiring(claims, expiresIn, now);
  checkStated(stated);
  const limits = checkLimits(options.limits);
  return signCompact(encodeHeader(key, options, limits), JSON.stringify(stated), key, limits);
}

function expiring(claims: Claims, expiresIn: number, now: number | undefined): Claims {
  checkFinite(expiresIn, "expiresIn");
  if (expiresIn <= 0) throw new RangeError("expiresIn must be positive");
  if (claims.exp !== undefined) throw new TypeError('Either expiresIn or the claim "exp", not both');
  const start = now ?? Math.floor(Date.now() / 1000);
  return { ...claims, iat: claims.iat ?? start, exp: start + expiresIn };
}

function checkStated(claims: Claims): void {
  const mistyped = mistypedClaim(claims);
  if (mistyped !== undefined) throw new TypeError(`The claim "${mistyped}" is not of its type`);
  // JSON.stringify would call it, and sign what it returns in place of what was checked here.
  if (typeof claims.toJSON === "function") throw new TypeError("The claims must not have a toJSON function");
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
  const limits = checkPolicy(policy);
  checkFinite(now, "now");
  const jws = parseJwt(token, policy, limits);
  return judge(jws, chooseKey(keyOrChoice, jws.header), { policy, limits, now });
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
  // Copied, so that nobody can change it while we wait.
  const settled = copyPolicy(policy);
  const limits = checkPolicy(settled);
  if (now !== undefined) checkFinite(now, "now");
  const jws = parseJwt(token, settled, limits);
  const key = await awaitKey(keyOrChoice, jws.header);
  return judge(jws, key, { policy: settled, limits, now: now ?? Date.now() / 1000 });
}
