import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RateLimitPolicy, TokenBuckets } from "../../../src/http/rates/token-buckets.ts";

const minute = 60_000;
/** A moment of no meaning, as large as those of Date.now. */
const start = Date.UTC(2026, 10, 22);

function policyOf(quota: number, window: number, burst?: number): RateLimitPolicy {
  return { name: "test", quota, window, ...(burst !== undefined && { burst }) };
}

/** The same thing as slowly and exactly as it can be said: units as fractions of `window`, one bucket a key, no bound. */
class NaiveBuckets {
  readonly #quota: bigint;
  readonly #window: bigint;
  readonly #full: bigint;
  readonly #levels = new Map<string, { level: bigint; at: bigint }>();

  constructor({ quota, window, burst = quota }: RateLimitPolicy) {
    this.#quota = BigInt(quota);
    this.#window = BigInt(window);
    this.#full = BigInt(burst) * this.#window;
  }

  #level(key: string, now: number): bigint {
    const { level, at } = this.#levels.get(key) ?? { level: this.#full, at: 0n };
    const refilled = level + (BigInt(now) - at) * this.#quota;
    return refilled > this.#full ? this.#full : refilled;
  }

  /** With `takes` false, only looks. */
  take(key: string, now: number, cost: number, takes: boolean): object {
    const level = this.#level(key, now);
    const wanted = BigInt(cost) * this.#window;
    const allowed = wanted <= level;
    const left = allowed && takes ? level - wanted : level;
    if (allowed && takes) this.#levels.set(key, { level: left, at: BigInt(now) });
    const remaining = left / this.#window;
    return {
      allowed,
      remaining: Number(remaining),
      resetSeconds: left === this.#full ? 0 : this.#seconds((remaining + 1n) * this.#window - left),
      retryAfterSeconds: allowed ? 0 : this.#seconds(wanted - level),
    };
  }

  refund(key: string, now: number, cost: number): void {
    const level = this.#level(key, now) + BigInt(cost) * this.#window;
    this.#levels.set(key, { level: level > this.#full ? this.#full : level, at: BigInt(now) });
  }

  #seconds(fractions: bigint): number {
    const perSecond = this.#quota * 1000n;
    return Number((fractions + perSecond - 1n) / perSecond);
  }
}

describe("a token bucket", () => {
  it("gives a burst at once, then what comes back", () => {
    const buckets = new TokenBuckets(policyOf(3, minute), 10);
    const answers = [0, 0, 0, 0, 19_999, 20_000, 20_000].map((after) => buckets.take("a", start + after, 1));
    expect(answers.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
      [true, 0],
      [false, 0],
    ]);
    expect(answers.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual([0, 0, 0, 20, 1, 0, 20]);
  });

  it("keeps keys apart", () => {
    const buckets = new TokenBuckets(policyOf(1, minute), 10);
    expect(buckets.take("a", start, 1).allowed).toBe(true);
    expect(buckets.take("a", start, 1).allowed).toBe(false);
    expect(buckets.take("b", start, 1).allowed).toBe(true);
  });

  it("takes nothing when it refuses, and nothing when it is only looked at", () => {
    const buckets = new TokenBuckets(policyOf(5, minute), 10);
    buckets.take("a", start, 3);
    expect(buckets.take("a", start, 3)).toMatchObject({
      allowed: false,
      remaining: 2,
      retryAfterSeconds: 12,
    });
    expect(buckets.peek("a", start, 2)).toMatchObject({ allowed: true, remaining: 2 });
    expect(buckets.take("a", start, 2)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it("gives back what was taken, and never more than there was", () => {
    const buckets = new TokenBuckets(policyOf(2, minute), 10);
    buckets.take("a", start, 2);
    buckets.refund("a", start, 1);
    expect(buckets.peek("a", start, 1).remaining).toBe(1);
    buckets.refund("a", start, 2);
    expect(buckets.peek("a", start, 1)).toMatchObject({ remaining: 2, resetSeconds: 0 });
    expect(buckets.size).toBe(0);
  });

  it("makes nobody wait longer than for a full bucket when the clock is set back", () => {
    const buckets = new TokenBuckets(policyOf(2, minute), 10);
    buckets.take("a", start, 2);
    const earlier = start - 24 * 60 * minute;
    expect(buckets.take("a", earlier, 1)).toMatchObject({ allowed: false, retryAfterSeconds: 30 });
    expect(buckets.take("a", earlier + minute, 2).allowed).toBe(false);
    expect(buckets.take("a", start + minute, 2).allowed).toBe(true);
  });
});

describe("token buckets and a naive reference", () => {
  const step = fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 200_000 })),
    key: fc.constantFrom("a", "b", "c"),
    cost: fc.integer({ min: 1, max: 3 }),
    what: fc.constantFrom("take", "take", "take", "peek", "refund"),
  });
  const policy = fc
    .tuple(
      fc.integer({ min: 1, max: 700 }),
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 3, max: 700 }),
    )
    .map(([quota, seconds, burst]) => policyOf(quota, seconds * 1000, burst));

  it("agree to the millisecond, whatever is asked when", () => {
    fc.assert(
      fc.property(policy, fc.array(step, { maxLength: 60 }), (limit, steps) => {
        const buckets = new TokenBuckets(limit, 100);
        const naive = new NaiveBuckets(limit);
        let now = start;
        for (const { after, key, cost, what } of steps) {
          now += after;
          if (what === "refund") {
            buckets.refund(key, now, cost);
            naive.refund(key, now, cost);
          } else {
            expect(buckets[what as "take" | "peek"](key, now, cost)).toEqual({
              policy: limit,
              ...naive.take(key, now, cost, what === "take"),
            });
          }
        }
      }),
      { numRuns: 300, seed: 6585 },
    );
  });

  it("grant at most burst and quota together within any window", () => {
    fc.assert(
      fc.property(policy, fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (limit, gaps) => {
        const buckets = new TokenBuckets(limit, 1);
        const granted: number[] = [];
        let now = start;
        for (const gap of gaps) {
          now += gap;
          if (buckets.take("a", now, 1).allowed) granted.push(now);
        }
        for (const from of granted) {
          const within = granted.filter((at) => at >= from && at < from + limit.window).length;
          expect(within).toBeLessThanOrEqual(limit.burst! + limit.quota);
        }
      }),
      { numRuns: 100, seed: 6585 },
    );
  });

  it("allow at the second that a refusal named, and not a second earlier", () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 0, max: 999 }), (limit, offset) => {
        const buckets = new TokenBuckets(limit, 1);
        buckets.take("a", start, limit.burst!);
        const now = start + offset;
        const { allowed, retryAfterSeconds } = buckets.take("a", now, 2);
        if (allowed) return;
        expect(buckets.peek("a", now + retryAfterSeconds * 1000 - 1000, 2).allowed).toBe(false);
        expect(buckets.peek("a", now + retryAfterSeconds * 1000, 2).allowed).toBe(true);
      }),
      { numRuns: 300, seed: 6585 },
    );
  });
});

describe("a table of buckets", () => {
  it("never has more keys than its bound", () => {
    const buckets = new TokenBuckets(policyOf(2, minute), 50);
    for (let i = 0; i < 500; i++) {
      expect(buckets.take(`key ${i}`, start + i, 1).allowed).toBe(true);
      expect(buckets.size).toBeLessThanOrEqual(50);
    }
    expect(buckets.size).toBe(50);
  });

  it("shrinks again after a flood, by those who come later", () => {
    const buckets = new TokenBuckets(policyOf(2, minute), 1_000);
    for (let i = 0; i < 1_000; i++) buckets.take(`flood ${i}`, start, 1);
    for (let i = 1; i <= 1_000; i++) buckets.take(`later ${i}`, start + i * minute, 1);
    expect(buckets.size).toBeLessThan(5);
  });

  it("lets nobody who is refused go free by coming under many other names", () => {
    const buckets = new TokenBuckets(policyOf(5, minute), 100);
    for (let i = 0; i < 40; i++) buckets.take(`limited ${i}`, start, 5);
    for (let i = 0; i < 2_000; i++) buckets.take(`other ${i}`, start + 1, 1);
    for (let i = 0; i < 40; i++) expect(buckets.peek(`limited ${i}`, start + 1, 1).allowed).toBe(false);
  });

  it("frees the one who would have been free first when it is full of refused ones alone", () => {
    const buckets = new TokenBuckets(policyOf(1, minute), 3);
    for (const [key, at] of [
      ["a", 2],
      ["b", 0],
      ["c", 1],
    ] as const)
      buckets.take(key, start + at, 1);
    expect(buckets.take("d", start + 3, 1).allowed).toBe(true);
    expect(["a", "b", "c", "d"].filter((key) => buckets.peek(key, start + 3, 1).allowed)).toEqual(["b"]);
  });

  it("forgets whose bucket is full before anybody else", () => {
    const buckets = new TokenBuckets(policyOf(60, minute), 3);
    buckets.take("full again", start, 1);
    buckets.take("a", start + 1_000, 60);
    buckets.take("b", start + 1_000, 60);
    buckets.take("new", start + 1_000, 1);
    expect(buckets.peek("a", start + 1_000, 1).remaining).toBe(0);
    expect(buckets.peek("b", start + 1_000, 1).remaining).toBe(0);
  });
});

describe("what cannot be a limit", () => {
  it.each<[string, RateLimitPolicy]>([
    ["no name", { name: "", quota: 1, window: 1000 }],
    ["a name that would need quoting", { name: 'a"b', quota: 1, window: 1000 }],
    ["no quota", policyOf(0, 1000)],
    ["half a unit", policyOf(0.5, 1000)],
    ["no window", policyOf(1, 0)],
    ["half a second", policyOf(1, 500)],
    ["no burst", policyOf(1, 1000, 0)],
    ["what cannot be counted exactly", policyOf(100_003, 1000)],
    ["more than can be counted", policyOf(1, 86_400_000, 1e9)],
  ])("is refused: %s", (_what, policy) => {
    expect(() => new TokenBuckets(policy, 10)).toThrow(RangeError);
  });

  it.each([0, -1, 1.5, 6, Number.NaN])("neither can %d units of five be asked for", (cost) => {
    const buckets = new TokenBuckets(policyOf(5, 1000), 10);
    expect(() => buckets.take("a", start, cost)).toThrow(RangeError);
    expect(() => buckets.refund("a", start, cost)).toThrow(RangeError);
  });
});
