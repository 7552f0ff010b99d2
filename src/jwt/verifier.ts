/**
 * A verifier for many tokens: one policy, checked once, and a memory of tokens it has verified, if asked for.
 *
 * A shell, because it reads the clock where the caller gives no `now`.
 */
import { checkClaims } from "./claims.ts";
import type { Jwt } from "./decode.ts";
import { freezeJson } from "./json.ts";
import type { ParsedJws } from "./jws.ts";
import { Key } from "./key.ts";
import { type AsyncKeyChoice, awaitKey, checkChoice, chooseKey, type KeyChoice } from "./key-choice.ts";
import { checkFinite, checkOptions } from "./options.ts";
import { type ClaimsPolicy, keepPolicy, type Policy } from "./policy.ts";
import { parseJwt, readJwt } from "./verification.ts";
import { type VerifiedToken, VerifiedTokens } from "./verified-tokens.ts";

/** What a {@link JwtVerifier} may be told besides key and policy. */
export interface JwtVerifierOptions {
  /**
   * How many verified tokens to remember, by their whole text: 2 to 1,000,000, made even; none by default.
   * Tokens of more than 4,096 characters, or without `exp`, are never remembered.
   */
  readonly cache?: number | undefined;
}

const verifierOptions: ReadonlySet<string> = new Set(["cache"]);
const MOST_CACHED = 1_000_000;

/**
 * Verifies tokens by one policy with one key or choice of keys.
 *
 * A token found in the cache spares its parsing and its signature, and nothing else: the key must still be
 * the one that would be chosen, `exp` and the other times are held against `now`, and the policy's `accept`
 * is asked again, so a revocation works at once. The claims are frozen, since the next caller gets the same.
 */
export class JwtVerifier {
  readonly #keyOrChoice: Key | AsyncKeyChoice;
  readonly #policy: Policy;
  readonly #verified: VerifiedTokens | undefined;

  /** @throws {TypeError | RangeError} when an argument, or a member of the policy, is not of its type */
  constructor(keyOrChoice: Key | AsyncKeyChoice, policy: ClaimsPolicy, options: JwtVerifierOptions = {}) {
    checkOptions(options, verifierOptions, "JwtVerifier options");
    this.#policy = keepPolicy(policy);
    if (!(keyOrChoice instanceof Key)) checkChoice(keyOrChoice);
    this.#keyOrChoice = keyOrChoice;
    const { cache } = options;
    if (cache === undefined) return;
    if (!Number.isSafeInteger(cache)) throw new TypeError("cache must be an integer");
    if (cache < 2 || cache > MOST_CACHED) throw new RangeError(`cache must be 2 to ${MOST_CACHED} tokens`);
    this.#verified = new VerifiedTokens(cache - (cache % 2));
  }

  /** How many tokens are remembered. */
  get cached(): number {
    return this.#verified?.size ?? 0;
  }

  /** Forgets all of them. */
  clearCache(): void {
    this.#verified?.clear();
  }

  /**
   * Verifies a token, as `verifyJwt` does.
   *
   * @param now seconds since the epoch; by default, the clock's
   * @throws {JwtError} `jws/…`, `claims/…`; `key/wrong-operations` when the key is not for verifying
   */
  verify(token: string, now: number = Date.now() / 1000): Jwt {
    checkFinite(now, "now");
    if (typeof token !== "string") throw new TypeError("The token must be a string");
    // A choice that takes time answers with a promise, which chooseKey refuses.
    const choice = this.#keyOrChoice as Key | KeyChoice;
    const known = this.#recall(token, now);
    if (known !== undefined) {
      if (chooseKey(choice, known.jwt.header) === known.key) return this.#judgeAgain(known, now);
      this.#verified!.delete(token);
    }
    const jws = parseJwt(token, this.#policy);
    return this.#judge(token, jws, chooseKey(choice, jws.header), now);
  }

  /**
   * Verifies a token with a key that may have to be fetched first, as `verifyJwtAsync` does.
   *
   * @param now seconds since the epoch; by default, the clock's once the key is there
   * @throws {JwtError} likewise, and whatever the choice throws
   */
  async verifyAsync(token: string, now?: number): Promise<Jwt> {
    if (now !== undefined) checkFinite(now, "now");
    if (typeof token !== "string") throw new TypeError("The token must be a string");
    const time = (): number => now ?? Date.now() / 1000;
    const known = this.#recall(token, time());
    if (known !== undefined) {
      const key = await awaitKey(this.#keyOrChoice, known.jwt.header);
      if (key === known.key && time() < known.exp) return this.#judgeAgain(known, time());
      this.#verified!.delete(token);
    }
    const jws = parseJwt(token, this.#policy);
    const key = await awaitKey(this.#keyOrChoice, jws.header);
    return this.#judge(token, jws, key, time());
  }

  /** What is known of the token, unless its time is over: never past exp, whatever the leeway. */
  #recall(token: string, now: number): VerifiedToken | undefined {
    const known = this.#verified?.find(token);
    if (known === undefined || now < known.exp) return known;
    this.#verified!.delete(token);
    return undefined;
  }

  #judgeAgain({ jwt }: VerifiedToken, now: number): Jwt {
    checkClaims(jwt.claims, this.#policy, now);
    return jwt;
  }

  #judge(token: string, jws: ParsedJws, key: Key, now: number): Jwt {
    // Frozen before the policy sees it, for its accept must not change what is kept.
    const jwt = freezeJson(readJwt(jws, key, this.#policy));
    checkClaims(jwt.claims, this.#policy, now);
    const { exp } = jwt.claims;
    if (exp !== undefined && now < exp) this.#verified?.add(token, { jwt, key, exp });
    return jwt;
  }
}
