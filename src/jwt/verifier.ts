/**
 * A verifier for many tokens: one policy, checked once, and a memory of tokens it has verified, if asked for.
 *
 * A shell, because it reads the clock where the caller gives no `now`.
 */
import { type ClaimsPolicy, checkClaims, checkPolicy, copyPolicy } from "./claims.ts";
import type { Jwt } from "./decode.ts";
import { freezeJson } from "./json.ts";
import { Key } from "./key.ts";
import { chooseKey, type KeyChoice } from "./key-choice.ts";
import type { Limits } from "./limits.ts";
import { checkFinite, checkOptions } from "./options.ts";
import { judge, parseJwt } from "./verification.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

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
  readonly #keyOrChoice: Key | KeyChoice;
  readonly #policy: ClaimsPolicy;
  readonly #limits: Limits;
  readonly #verified: VerifiedTokens | undefined;

  /** @throws {TypeError | RangeError} when an argument, or a member of the policy, is not of its type */
  constructor(keyOrChoice: Key | KeyChoice, policy: ClaimsPolicy, options: JwtVerifierOptions = {}) {
    checkOptions(options, verifierOptions, "JwtVerifier options");
    // Copied before it is looked at: what is checked here once is what holds.
    this.#policy = copyPolicy(policy);
    this.#limits = checkPolicy(this.#policy);
    const isChoice = typeof keyOrChoice === "object" && keyOrChoice !== null && "choose" in keyOrChoice;
    if (!(keyOrChoice instanceof Key) && typeof keyOrChoice !== "function" && !isChoice) {
      throw new TypeError("A Key, a set of keys, or a function that picks one is needed");
    }
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
    return this.#recall(token, now) ?? this.#verify(token, now);
  }

  #recall(token: string, now: number): Jwt | undefined {
    const known = this.#verified?.find(token);
    if (known === undefined) return undefined;
    // Never past exp, whatever the leeway; and a key that is gone takes its tokens along.
    if (now >= known.exp || chooseKey(this.#keyOrChoice, known.jwt.header) !== known.key) {
      this.#verified!.delete(token);
      return undefined;
    }
    checkClaims(known.jwt.claims, this.#policy, now);
    return known.jwt;
  }

  #verify(token: string, now: number): Jwt {
    const jws = parseJwt(token, this.#policy, this.#limits);
    const key = chooseKey(this.#keyOrChoice, jws.header);
    const jwt = freezeJson(judge(jws, key, { policy: this.#policy, limits: this.#limits, now }));
    const { exp } = jwt.claims;
    if (exp !== undefined && now < exp) this.#verified?.add(token, { jwt, key, exp });
    return jwt;
  }
}
