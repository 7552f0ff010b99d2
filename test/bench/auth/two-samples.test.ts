import { describe, expect, it } from "vitest";
import { mannWhitney, medianDifference } from "../../../bench/auth/two-samples.ts";

describe("the test of Mann and Whitney", () => {
  it("finds what SciPy finds for the example of its documentation", () => {
    const { superiority, p } = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(superiority).toBe(17 / 20);
    expect(p).toBeCloseTo(0.11134688653314041, 12);
  });
  it("shares the ranks of equal values", () => {
    // Ranks 1, 2.5, 2.5 and 4: U = 1.5 of 4, and the variance is (4/12)·(5 − 6/12) = 1.5.
    const { superiority, p } = mannWhitney([1, 2], [2, 3]);
    expect(superiority).toBe(0.125);
    expect(p).toBeCloseTo(0.4142161782425252, 12); // of z = 1/√1.5
  });
  it("tells apart what is shifted by little, if it sees it often", () => {
    const random = seeded(1);
    const first = values(5_000, random);
    const shifted = values(5_000, random).map((value) => value + 0.05);
    const { superiority, p } = mannWhitney(first, shifted);
    expect(p).toBeLessThan(1e-6);
    expect(superiority).toBeLessThan(0.49);
  });
  it("does not tell apart what is the same", () => {
    const random = seeded(2);
    const { superiority, p } = mannWhitney(values(5_000, random), values(5_000, random));
    expect(p).toBeGreaterThan(0.01);
    expect(Math.abs(superiority - 0.5)).toBeLessThan(0.02);
  });
  it("is certain where the two do not overlap, and of nothing where all are equal", () => {
    const low = Array.from({ length: 300 }, (_, i) => i);
    expect(
      mannWhitney(
        low,
        low.map((value) => value + 1_000),
      ),
    ).toEqual({ superiority: 0, p: 0 });
    expect(mannWhitney([7, 7], [7, 7])).toEqual({ superiority: 0.5, p: 1 });
  });
  it("refuses to compare with nothing", () => expect(() => mannWhitney([], [1])).toThrow(RangeError));
});

describe("the difference of two medians", () => {
  it("lies within its bounds, which exclude zero where the two differ", () => {
    const random = seeded(3);
    const second = values(400, random);
    const { difference, low, high } = medianDifference(
      values(400, random).map((value) => value + 0.3),
      second,
      random,
    );
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(difference);
    expect(high).toBeGreaterThan(difference);
  });
  it("has bounds around zero where they do not, and one far off does not move it", () => {
    const random = seeded(4);
    const first = [...values(400, random), 1e9];
    const { low, high } = medianDifference(first, values(401, random), random);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });
  it("has bounds that hold the truth about 19 times out of 20", () => {
    const random = seeded(5);
    let held = 0;
    for (let i = 0; i < 20; i++) {
      const first = values(40, random).map((value) => value + 0.2);
      const { low, high } = medianDifference(first, values(40, random), random);
      if (low <= 0.2 && 0.2 <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(16);
  });
  it("refuses what is not in pairs", () => {
    expect(() => medianDifference([1, 2], [1], Math.random)).toThrow(RangeError);
    expect(() => medianDifference([], [], Math.random)).toThrow(RangeError);
  });
});

/** From 0 to below 1, the same at every run: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values from 0 to 1. */
function values(length: number, random: () => number): number[] {
  return Array.from({ length }, random);
}
