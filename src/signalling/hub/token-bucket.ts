/**
 * A budget that refills: `burst` tokens at first, `perSecond` more each second, never more than `burst`.
 *
 * It holds a few numbers and no timer: what has come in since the last call is worked out at the next.
 */
export class TokenBucket {
  readonly #perMillisecond: number;
  readonly #burst: number;
  #tokens: number;
  #countedAt: number;

  /** @param now milliseconds on the same clock as that of {@link take} */
  constructor(perSecond: number, burst: number, now: number) {
    this.#perMillisecond = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#countedAt = now;
  }

  /** Takes `cost` tokens, or none and returns false when there are not so many. */
  take(now: number, cost = 1): boolean {
    if (!this.has(now, cost)) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Takes `cost` tokens and returns 0, or none and returns {@link wait}. */
  spend(now: number, cost = 1): number {
    return this.take(now, cost) ? 0 : this.wait(cost);
  }

  /** Puts tokens back that were taken for nothing. */
  give(cost: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + cost);
  }

  /** Whether there are so many tokens. */
  has(now: number, cost: number): boolean {
    const earned = (now - this.#countedAt) * this.#perMillisecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#countedAt = now;
    return this.#tokens >= cost;
  }

  /** Milliseconds from the last call until there are `cost` tokens; Infinity when there never are so many. */
  wait(cost: number): number {
    if (cost > this.#burst) return Number.POSITIVE_INFINITY;
    return Math.max(0, Math.ceil((cost - this.#tokens) / this.#perMillisecond));
  }
}
