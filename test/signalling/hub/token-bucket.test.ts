import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../src/signalling/hub/token-bucket.ts";

describe("a token bucket", () => {
  const takeAll = (bucket: TokenBucket, now: number): number => {
    let taken = 0;
    while (bucket.take(now)) taken++;
    return taken;
  };

  it("gives its burst at once and then nothing", () => {
    expect(takeAll(new TokenBucket(50, 200, 1000), 1000)).toBe(200);
  });

  it("refills with time, in parts of a second too", () => {
    const bucket = new TokenBucket(50, 200, 0);
    takeAll(bucket, 0);
    expect(takeAll(bucket, 19)).toBe(0);
    expect(takeAll(bucket, 20)).toBe(1);
    expect(takeAll(bucket, 1020)).toBe(50);
  });

  it("never holds more than its burst", () => {
    const bucket = new TokenBucket(50, 200, 0);
    expect(takeAll(bucket, 1e12)).toBe(200);
  });

  it("takes nothing when the cost is more than it has", () => {
    const bucket = new TokenBucket(1, 2, 0);
    expect(bucket.take(0, 3)).toBe(false);
    expect(bucket.take(0, 2)).toBe(true);
    expect(bucket.take(500, 1)).toBe(false);
    expect(bucket.take(500, 0.5)).toBe(true);
  });

  it("says how long until there is enough, and that there never is more than its burst", () => {
    const bucket = new TokenBucket(50, 200, 0);
    expect([bucket.wait(200), bucket.wait(201)]).toEqual([0, Number.POSITIVE_INFINITY]);
    takeAll(bucket, 0);
    expect([bucket.wait(1), bucket.wait(2)]).toEqual([20, 40]);
    expect([bucket.take(39, 2), bucket.take(40, 2)]).toEqual([false, true]);
  });
});
