/**
 * Token buckets by key: one number for each, no timer, and a bound on how many there are.
 *
 * A bucket holds `burst` units at first and gets `quota` units per `window` back, evenly. What is kept of it is the
 * moment at which it will be full again (the "theoretical arrival time" of the GCRA, ITU-T I.371): until then lies
 * what is missing.
 *
 *     now ────────────── debt ──────────────▶ full at        units left = burst - debt / (window / quota)
 *
 * Within any one window a key is so granted at most `burst + quota` units.
 */

/** How much of something may be had in which time. */
export interface RateLimitPolicy {
  /** What the fields of a response call it: lower-case letters, digits and "-". */
  readonly name: string;
  /** How many units come back in a window. */
  readonly quota: number;
  /** Milliseconds; whole seconds, since the fields know nothing finer. */
  readonly window: number;
  /** How many units there are at most; `quota` by default. */
  readonly burst?: number | undefined;
}

/** What became of a request for units. Times are rounded up. */
export interface RateLimitDecision {
  readonly policy: RateLimitPolicy;
  readonly allowed: boolean;
  /** Whole units that are left. */
  readonly remaining: number;
  /** Seconds until there is one more; 0 when there are as many as there can be. */
  readonly resetSeconds: number;
  /** Seconds until what was asked for can be had; 0 when it was. */
  readonly retryAfterSeconds: number;
}

/** So many buckets are looked at to find one that can go. */
const searched = 64;

/** The buckets of one policy. */
export class TokenBuckets {
  readonly policy: RateLimitPolicy;
  readonly #maxKeys: number;
  // Time is counted in ticks of which both a millisecond and a unit are a whole number, so that nothing is ever rounded.
  readonly #ticksPerMillisecond: number;
  readonly #ticksPerUnit: number;
  readonly #capacity: number;
  /** In ticks. Who is not in here has a full bucket. */
  readonly #fullAt = new Map<string, number>();
  /** Goes round the table and never starts over: V8 walks past what was deleted at the front each time one does. */
  #hand = this.#fullAt.entries();

  /** @throws {RangeError} when the policy's numbers are no limit, or too fine to be counted exactly */
  constructor(policy: RateLimitPolicy, maxKeys: number) {
    const { quota, window, burst = quota } = checkPolicy(policy);
    const common = greatestCommonDivisor(quota, window);
    this.policy = policy;
    this.#maxKeys = maxKeys;
    this.#ticksPerMillisecond = quota / common;
    this.#ticksPerUnit = window / common;
    this.#capacity = burst * this.#ticksPerUnit;
    // Ticks since 1970 have to stay whole numbers until the year 2039.
    if (this.#ticksPerMillisecond > 4096 || this.#capacity > 1e15) {
      throw new RangeError(`${policy.name}: choose a window in milliseconds that is a multiple of the quota`);
    }
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#fullAt.size;
  }

  /** Takes `cost` units, or none and says when there will be so many. A clock set back costs at most a full bucket. */
  take(key: string, now: number, cost: number): RateLimitDecision {
    const ticks = this.#ticks(now);
    const fullAt = this.#fullAt.get(key);
    const debt = this.#debt(fullAt, ticks);
    const after = debt + this.#cost(cost);
    if (after > this.#capacity) return this.#decision(debt, after - this.#capacity);
    if (fullAt === undefined) this.#makeRoom(ticks);
    this.#fullAt.set(key, ticks + after);
    return this.#decision(after, 0);
  }

  /** What {@link take} would answer, but that `remaining` is what is there now. */
  peek(key: string, now: number, cost: number): RateLimitDecision {
    const debt = this.#debt(this.#fullAt.get(key), this.#ticks(now));
    return this.#decision(debt, Math.max(0, debt + this.#cost(cost) - this.#capacity));
  }

  /** Gives back what was taken. */
  refund(key: string, now: number, cost: number): void {
    const ticks = this.#ticks(now);
    const debt = this.#debt(this.#fullAt.get(key), ticks) - this.#cost(cost);
    if (debt > 0) this.#fullAt.set(key, ticks + debt);
    else this.#fullAt.delete(key);
  }

  #ticks(now: number): number {
    return Math.floor(now) * this.#ticksPerMillisecond;
  }

  #cost(units: number): number {
    const cost = units * this.#ticksPerUnit;
    if (!Number.isInteger(units) || units < 1 || cost > this.#capacity) {
      throw new RangeError(`${this.policy.name} never has ${units} units`);
    }
    return cost;
  }

  #debt(fullAt: number | undefined, ticks: number): number {
    return fullAt === undefined ? 0 : Math.min(this.#capacity, Math.max(0, fullAt - ticks));
  }

  #decision(debt: number, missing: number): RateLimitDecision {
    const available = this.#capacity - debt;
    const remaining = Math.floor(available / this.#ticksPerUnit);
    const untilNext = debt === 0 ? 0 : (remaining + 1) * this.#ticksPerUnit - available;
    return {
      policy: this.policy,
      allowed: missing === 0,
      remaining,
      resetSeconds: this.#seconds(untilNext),
      retryAfterSeconds: this.#seconds(missing),
    };
  }

  #seconds(ticks: number): number {
    return Math.ceil(ticks / (this.#ticksPerMillisecond * 1000));
  }

  /**
   * Each key that comes makes two others go whose buckets are full again: so the table shrinks after a flood.
   * When it is at its bound all the same, the bucket with the least missing goes, of those next in turn. It is one
   * that refuses somebody only if all of these do, and then the one that would have stopped soonest.
   */
  #makeRoom(ticks: number): void {
    for (let i = 0; i < 2; i++) {
      const entry = this.#next();
      if (entry !== undefined && entry[1] <= ticks) this.#fullAt.delete(entry[0]);
    }
    if (this.#fullAt.size < this.#maxKeys) return;
    let least = this.#next()!;
    for (let i = 1; i < searched && least[1] > ticks; i++) {
      const entry = this.#next()!;
      if (entry[1] < least[1]) least = entry;
    }
    this.#fullAt.delete(least[0]);
  }

  #next(): readonly [key: string, fullAt: number] | undefined {
    const step = this.#hand.next();
    if (!step.done) return step.value;
    this.#hand = this.#fullAt.entries();
    return this.#hand.next().value;
  }
}

function checkPolicy(policy: RateLimitPolicy): RateLimitPolicy {
  const { name, quota, window, burst = quota } = policy;
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new RangeError(`${JSON.stringify(name)} cannot name a rate limit`);
  for (const count of [quota, window, burst]) {
    if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${name}: ${count} is no limit`);
  }
  if (window % 1000 !== 0) throw new RangeError(`${name}: a window is whole seconds long`);
  return policy;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
