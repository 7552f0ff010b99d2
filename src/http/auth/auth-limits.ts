/** The rate limits of the routes of logins: which policy counts whom, and the fields that tell about it. */
import { AuthError } from "../../auth/index.ts";
import { LoginLimits } from "../rates/login-limits.ts";
import { defaultRateLimits, RateLimiter, type RateLimitPolicies } from "../rates/rate-limit.ts";
import { rateLimited } from "../rates/rate-limit-fields.ts";
import type { RateLimitDecision } from "../rates/token-buckets.ts";

/** What may be said of the limits; each has a default. */
export interface AuthLimitsOptions {
  /** In place of single ones of {@link defaultRateLimits}. */
  readonly policies?: Partial<RateLimitPolicies> | undefined;
  /** Shared with other routes. Its policies of these names must be the same. */
  readonly limiter?: RateLimiter | undefined;
  /** Shared with whoever else checks passwords. */
  readonly logins?: LoginLimits | undefined;
}

/** The limits, on one clock. */
export class AuthLimits {
  readonly logins: LoginLimits;
  readonly now: () => number;
  readonly #limiter: RateLimiter;
  readonly #policies: RateLimitPolicies;

  /** @param now milliseconds */
  constructor(now: () => number, { policies, limiter = new RateLimiter(), logins }: AuthLimitsOptions = {}) {
    this.now = now;
    this.#limiter = limiter;
    this.#policies = { ...defaultRateLimits, ...policies };
    const { loginFailures: everywhere, loginFailuresHere: here } = this.#policies;
    this.logins = logins ?? new LoginLimits({ limiter, everywhere, here });
  }

  /**
   * Counts a request of `key` under the policy.
   *
   * @throws {HttpProblem} 429 when there were too many
   */
  take(policy: keyof RateLimitPolicies, key: string): RateLimitDecision {
    const decision = this.#limiter.take(this.#policies[policy], key, this.now());
    if (!decision.allowed) throw rateLimited(decision);
    return decision;
  }

  /**
   * Runs `verify`, which checks a password of `username`, if it may be tried from `client`.
   *
   * @throws {HttpProblem} 429 when it failed too often; what `verify` throws
   */
  async tryLogin<T>(username: string, client: string, verify: () => Promise<T>): Promise<T> {
    const decision = this.logins.mayTry(username.toLowerCase(), client, this.now());
    if (!decision.allowed) throw rateLimited(decision.refused);
    try {
      const verified = await verify();
      this.logins.succeeded(decision.attempt, this.now());
      return verified;
    } catch (error) {
      const failed = error instanceof AuthError && error.code === "auth/bad-credentials";
      if (!failed) this.logins.abandoned(decision.attempt, this.now());
      throw error;
    }
  }
}
