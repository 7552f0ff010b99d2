/**
 * Rate limits: how often something may be asked for, by whom. Time is given, nothing is read.
 *
 * A key is whatever a limit is counted by: a client (`clientOf`), an account, a session. A table is bounded, so nobody
 * can make it grow without end by coming under many names; see {@link TokenBuckets} for who is forgotten first.
 */
import { createHash } from "node:crypto";
import { type RateLimitDecision, type RateLimitPolicy, TokenBuckets } from "./token-buckets.ts";

const minute = 60_000;

/** The limits of the routes under `/auth` and `/rooms`, and what each is counted by. */
export interface RateLimitPolicies {
  /** By client. An account costs a hash of a password and stays for ever. */
  readonly register: RateLimitPolicy;
  /** By client, whether it succeeds or not: behind one address may be a whole school. */
  readonly login: RateLimitPolicy;
  /** By account, failures only, from wherever the account has not logged in from before; see `LoginLimits`. */
  readonly loginFailures: RateLimitPolicy;
  /** By account and client, failures only. */
  readonly loginFailuresHere: RateLimitPolicy;
  /** By session, or by client where there is none. A page needs one in ten minutes. */
  readonly refresh: RateLimitPolicy;
  /** By account: each one tries the current password. */
  readonly password: RateLimitPolicy;
  /** By session. A page needs one for each socket that it opens. */
  readonly ticket: RateLimitPolicy;
  /** By client: introspection and revocation, which other servers ask for. */
  readonly tokens: RateLimitPolicy;
  /** By account: all that administers rooms but tokens. */
  readonly rooms: RateLimitPolicy;
  /** By account: room tokens, of which a backend mints one for each of its users. */
  readonly roomTokens: RateLimitPolicy;
}

/** What a person does by hand stays far below; a program is told in the fields of every answer how much is left. */
export const defaultRateLimits: RateLimitPolicies = {
  register: { name: "register", quota: 20, window: 10 * minute },
  login: { name: "login", quota: 60, window: minute },
  loginFailures: { name: "login-failures", quota: 20, window: 15 * minute },
  loginFailuresHere: { name: "login-failures-here", quota: 10, window: 5 * minute },
  refresh: { name: "refresh", quota: 120, window: minute },
  password: { name: "password", quota: 10, window: 15 * minute },
  ticket: { name: "ticket", quota: 60, window: minute },
  tokens: { name: "tokens", quota: 600, window: minute },
  rooms: { name: "rooms", quota: 600, window: minute },
  roomTokens: { name: "room-tokens", quota: 6_000, window: minute },
};

/** How much a {@link RateLimiter} remembers. */
export interface RateLimiterOptions {
  /** How many keys of each policy are remembered; 100,000 by default, of about 100 bytes each. */
  readonly maxKeys?: number | undefined;
}

/** Buckets for any number of policies. Each call takes the same time, however many keys there are. */
export class RateLimiter {
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, TokenBuckets>();

  /** @throws {RangeError} when `maxKeys` is no whole number above zero */
  constructor({ maxKeys = 100_000 }: RateLimiterOptions = {}) {
    if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) throw new RangeError(`maxKeys cannot be ${maxKeys}`);
    this.#maxKeys = maxKeys;
  }

  /**
   * Takes `cost` units of `key`, or none.
   *
   * @param now milliseconds, on one clock for all calls
   * @throws {RangeError} when the policy is invalid, or never has so many units
   * @throws {TypeError} when another policy has its name
   */
  take(policy: RateLimitPolicy, key: string, now: number, cost = 1): RateLimitDecision {
    return this.#of(policy).take(boundedKey(key), now, cost);
  }

  /** Whether {@link take} would be allowed. Takes nothing; `remaining` is what is there now. */
  peek(policy: RateLimitPolicy, key: string, now: number, cost = 1): RateLimitDecision {
    return this.#of(policy).peek(boundedKey(key), now, cost);
  }

  /** Gives back what was taken: what it was taken for did not happen, or does not count. */
  refund(policy: RateLimitPolicy, key: string, now: number, cost = 1): void {
    this.#of(policy).refund(boundedKey(key), now, cost);
  }

  #of(policy: RateLimitPolicy): TokenBuckets {
    const known = this.#buckets.get(policy.name);
    if (known?.policy === policy) return known;
    if (known !== undefined) throw new TypeError(`there are two rate limits named ${policy.name}`);
    const buckets = new TokenBuckets(policy, this.#maxKeys);
    this.#buckets.set(policy.name, buckets);
    return buckets;
  }
}

/** A key may be what a stranger typed: what is kept of it has a bound. No short key looks like a long one's hash. */
function boundedKey(key: string): string {
  return key.length <= 64 ? key : `#${createHash("sha256").update(key).digest("hex")}`;
}
