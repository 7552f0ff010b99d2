/**
 * How long to wait before connecting again (RFC 6455 §7.2.3): exponential backoff with full jitter, as in
 * "Exponential Backoff And Jitter" of the AWS Architecture Blog.
 *
 *     longest │                  ┌────── maxDelay
 *     delay   │            ┌─────┘░░░░░░
 *             │      ┌─────┘░░░░░░░░░░░░      The delay is any point of its column, each as likely as the
 *             │┌─────┘░░░░░░░░░░░░░░░░░░      others: clients that were lost together come back apart,
 *             └┴─────┴─────┴─────┴──────      which is what a server needs that has just started.
 *     losses     0     1     2     3 …
 *
 * (The picture doubles: initialDelay, then twice, four times and eight times as much.)
 */
import type { Next } from "./what-next.ts";

/** When to try again, and how often. Durations are milliseconds, up to 24 days. */
export interface ReconnectPolicy {
  /** The first delay is up to this. Default 500. */
  readonly initialDelay: number;
  /** The longest delay, unless the server asks for a longer one. Default 30,000. */
  readonly maxDelay: number;
  /** By how much the longest delay grows with each loss. Default 2. */
  readonly factor: number;
  /** Reconnections in a row that may fail, or not last; then the state is `failed`. Default Infinity. */
  readonly maxAttempts: number;
  /** A connection that was open for so long has lasted: its loss counts as the first. Default 5,000. */
  readonly resetAfter: number;
  /** How long an attempt may take, finding its URL included; Infinity: no limit. Default 10,000. */
  readonly connectTimeout: number;
  /** The longest delay after 1012 and 1013, when the server gives no hint. Default 5,000. */
  readonly spread: number;
}

/** Counts the attempts of one client. Each `now` is milliseconds on the same clock. */
export class Backoff {
  readonly #policy: ReconnectPolicy;
  #attempts = 0;
  #openSince: number = Number.POSITIVE_INFINITY;
  #notBefore: number = Number.NEGATIVE_INFINITY;

  constructor(policy: ReconnectPolicy) {
    this.#policy = policy;
  }

  /** Reconnections in a row, since the last connection that lasted. */
  attempts(now: number): number {
    return now - this.#openSince >= this.#policy.resetAfter ? 0 : this.#attempts;
  }

  /** There is a connection. Whether it lasts will be seen: a server may accept and at once fall over. */
  opened(now: number): void {
    this.#openSince = now;
  }

  /** The connection was lost, or the attempt failed. */
  lost(now: number): void {
    this.#attempts = this.attempts(now);
    this.#openSince = Number.POSITIVE_INFINITY;
  }

  /** Forgets whatever went wrong. */
  reset(): void {
    this.#attempts = 0;
    this.#openSince = Number.POSITIVE_INFINITY;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }

  /**
   * Counts one more attempt, and returns the milliseconds to wait for it; undefined: there were too many.
   *
   * @param random at least 0, less than 1
   */
  delay(next: Exclude<Next, { action: "stop" }>, now: number, random: number): number | undefined {
    const { maxAttempts, spread } = this.#policy;
    if (this.#attempts >= maxAttempts) return undefined;
    const losses = this.#attempts++;
    // RFC 6455 §7.2.3: "The first reconnect attempt SHOULD be delayed by a random amount of time."
    if (next.action === "back off") return longestDelay(losses, this.#policy) * random;
    // Whoever is sent away again and again gives the server more and more time, as after any other loss.
    const longest = Math.max(next.within ?? spread, losses === 0 ? 0 : longestDelay(losses, this.#policy));
    this.#notBefore = now + longest * random;
    return longest * random;
  }

  /** What is left of a delay that the server asked for: a network that returns does not shorten it. */
  remaining(now: number): number {
    return Math.max(0, this.#notBefore - now);
  }
}

/** The longest delay after so many losses in a row. */
export function longestDelay(losses: number, policy: ReconnectPolicy): number {
  // RFC 6455 §7.2.3: "…delayed by increasingly longer amounts of time, using a method such as truncated
  // binary exponential backoff." A power that overflows is Infinity, and is truncated like any other.
  return Math.min(policy.maxDelay, policy.initialDelay * policy.factor ** losses);
}
