import { describe, expect, it } from "vitest";
import { defaultRateLimits, RateLimiter } from "../../../src/http/rates/rate-limit.ts";
import { TokenBuckets } from "../../../src/http/rates/token-buckets.ts";

const start = Date.UTC(2026, 10, 22);
const policy = { name: "test", quota: 2, window: 60_000 };

describe("a rate limiter", () => {
  it("keeps the keys of each policy apart from another's", () => {
    const limiter = new RateLimiter();
    const other = { ...policy, name: "other" };
    expect(limiter.take(policy, "a", start, 2)).toMatchObject({ allowed: true, remaining: 0, policy });
    expect(limiter.take(policy, "a", start).allowed).toBe(false);
    expect(limiter.peek(other, "a", start)).toMatchObject({ allowed: true, remaining: 2, policy: other });
    limiter.refund(policy, "a", start);
    expect(limiter.take(policy, "a", start).allowed).toBe(true);
  });

  it("refuses two policies of one name, whose units would mix", () => {
    const limiter = new RateLimiter();
    limiter.take(policy, "a", start);
    expect(() => limiter.take({ ...policy, quota: 3 }, "a", start)).toThrow(TypeError);
  });

  it("refuses a table that could hold nobody", () => {
    expect(() => new RateLimiter({ maxKeys: 0 })).toThrow(RangeError);
    expect(() => new RateLimiter({ maxKeys: Number.NaN })).toThrow(RangeError);
  });

  it("bounds the keys of each policy", () => {
    const limiter = new RateLimiter({ maxKeys: 1 });
    limiter.take(policy, "a", start, 2);
    limiter.take(policy, "b", start, 1);
    limiter.take(policy, "c", start, 1);
    expect(limiter.peek(policy, "b", start).remaining).toBe(2);
  });

  it("tells long keys apart by all that is in them", () => {
    const limiter = new RateLimiter();
    const long = "x".repeat(100_000);
    limiter.take(policy, `${long}a`, start, 2);
    expect(limiter.take(policy, `${long}a`, start).allowed).toBe(false);
    expect(limiter.take(policy, `${long}b`, start).allowed).toBe(true);
  });
});

describe("the default limits", () => {
  it.each(Object.entries(defaultRateLimits))("of %s can be counted exactly", (_name, limit) => {
    expect(new TokenBuckets(limit, 1).take("a", start, 1)).toMatchObject({
      allowed: true,
      remaining: limit.quota - 1,
    });
  });

  it("have names of their own", () => {
    const names = Object.values(defaultRateLimits).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
