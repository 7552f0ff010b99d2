import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backoff, longestDelay } from "../../../src/websocket/reconnect/backoff.ts";
import { reconnectDefaults } from "../../../src/websocket/reconnect/reconnect-options.ts";
import { random } from "../random.ts";

const backOff = { action: "back off" } as const;
const policy = reconnectDefaults;

describe("RFC 6455 §7.2.3 the longest delay", () => {
  it("doubles from half a second to half a minute", () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7].map((losses) => longestDelay(losses, policy));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("grows by the factor that is given, or not at all", () => {
    expect(longestDelay(2, { ...policy, factor: 3 })).toBe(4500);
    expect(longestDelay(1_000, { ...policy, factor: 1 })).toBe(500);
  });

  it("is never more than maxDelay, however many losses there were", () => {
    expect(longestDelay(1e9, policy)).toBe(30_000);
  });
});

describe("RFC 6455 §7.2.3 the delay", () => {
  it("is any point from 0 to the longest, full jitter, from the first on", () => {
    for (const [chance, first, second] of [
      [0, 0, 0],
      [0.25, 125, 250],
      [0.999, 499.5, 999],
    ] as const) {
      const backoff = new Backoff(policy);
      expect(backoff.delay(backOff, 0, chance)).toBeCloseTo(first);
      expect(backoff.delay(backOff, 0, chance)).toBeCloseTo(second);
    }
  });

  it("brings a thousand clients that were lost together back evenly, seed 4", () => {
    const chance = random(4);
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 1_000; i++) {
      const delay = new Backoff(policy).delay(backOff, 0, chance())!;
      tenths[Math.floor(delay / 50)]! += 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(70);
    expect(Math.max(...tenths)).toBeLessThan(130);
  });

  it("stays within its bounds for any policy", () => {
    const anyPolicy = fc
      .record({
        initialDelay: fc.double({ min: 1, max: 1e6, noNaN: true }),
        more: fc.double({ min: 0, max: 1e6, noNaN: true }),
        factor: fc.double({ min: 1, max: 1e3, noNaN: true }),
      })
      .map(({ more, ...rest }) => ({ ...policy, ...rest, maxDelay: rest.initialDelay + more }));
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(anyPolicy, fc.array(unit, { maxLength: 50 }), (given, chances) => {
        const backoff = new Backoff(given);
        for (const [losses, chance] of chances.entries()) {
          const delay = backoff.delay(backOff, 0, chance)!;
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(
            Math.min(given.maxDelay, given.initialDelay * given.factor ** losses),
          );
        }
      }),
    );
  });
});

describe("the count of attempts", () => {
  it("starts anew when a connection has lasted, and not when it broke down at once", () => {
    const backoff = new Backoff(policy);
    backoff.delay(backOff, 0, 0);
    backoff.delay(backOff, 0, 0);
    backoff.opened(1000);
    expect(backoff.attempts(5999)).toBe(2);
    backoff.lost(5999);
    expect(backoff.delay(backOff, 5999, 0.5)).toBe(1000);
    backoff.opened(7000);
    expect(backoff.attempts(12_000)).toBe(0);
    backoff.lost(12_000);
    expect(backoff.delay(backOff, 12_000, 0.5)).toBe(250);
  });

  it("never starts anew when resetAfter is infinite, and at once when it is 0", () => {
    const [never, always] = [
      new Backoff({ ...policy, resetAfter: Number.POSITIVE_INFINITY }),
      new Backoff({ ...policy, resetAfter: 0 }),
    ];
    for (const backoff of [never, always]) {
      backoff.delay(backOff, 0, 0);
      backoff.opened(0);
    }
    expect([never.attempts(1e12), always.attempts(0)]).toEqual([1, 0]);
  });

  it("comes to an end at maxAttempts", () => {
    const backoff = new Backoff({ ...policy, maxAttempts: 2 });
    expect([0, 0, 0].map(() => backoff.delay(backOff, 0, 0.5))).toEqual([250, 500, undefined]);
    backoff.reset();
    expect(backoff.delay(backOff, 0, 0.5)).toBe(250);
  });

  it("does not take what came before reset() for a connection that lasted", () => {
    const backoff = new Backoff(policy);
    backoff.opened(0);
    backoff.reset();
    backoff.delay(backOff, 0, 0);
    expect(backoff.attempts(1e6)).toBe(1);
  });
});

describe("a delay that the server asked for", () => {
  const spread = (within?: number) => ({ action: "spread", within }) as const;

  it("is part of its hint, or else of the spread", () => {
    expect(new Backoff(policy).delay(spread(60_000), 0, 0.5)).toBe(30_000);
    expect(new Backoff(policy).delay(spread(), 0, 0.5)).toBe(2500);
    expect(new Backoff({ ...policy, spread: 100 }).delay(spread(), 0, 0.5)).toBe(50);
    expect(new Backoff(policy).delay(spread(0), 0, 0.5)).toBe(0);
  });

  it("grows with the losses like any other, for a server that sends everybody away again at once", () => {
    const backoff = new Backoff(policy);
    expect([0, 0, 0, 0, 0].map(() => backoff.delay(spread(0), 0, 0.5))).toEqual([0, 500, 1000, 2000, 4000]);
  });

  it("remains, whatever the network does, until it is over or forgotten", () => {
    const backoff = new Backoff(policy);
    expect(backoff.remaining(0)).toBe(0);
    backoff.delay(spread(10_000), 1000, 0.5);
    expect([backoff.remaining(1000), backoff.remaining(4000), backoff.remaining(7000)]).toEqual([
      5000, 2000, 0,
    ]);
    backoff.reset();
    expect(backoff.remaining(1000)).toBe(0);
  });
});
