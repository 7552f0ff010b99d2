import { describe, expect, it } from "vitest";
import { median, minimum, percentile, ratioOf } from "../../../bench/harness/statistics.ts";

describe("median", () => {
  it("is the middle value by size, not by text", () => expect(median([10, 9, 2])).toBe(9));
  it("is the mean of the two in the middle of an even number", () => expect(median([4, 1, 3, 2])).toBe(2.5));
  it("does not care for one value far off", () => expect(median([1, 1, 1_000_000])).toBe(1));
  it("leaves the order of the samples alone", () => {
    const samples = [3, 1, 2];
    median(samples);
    expect(samples).toEqual([3, 1, 2]);
  });
  it("is not a number of nothing", () => expect(median([])).toBeNaN());
});

describe("minimum", () => {
  it("is the least value", () => expect(minimum([3, 1, 2])).toBe(1));
  it("is not a number of nothing", () => expect(minimum([])).toBeNaN());
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [0.991, 100],
    [1, 100],
    [0, 1],
  ])("of %d is what so many do not exceed: %d of 1 to 100", (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });
  it("is not a number of nothing", () => expect(percentile([], 0.5)).toBeNaN());
});

describe("ratioOf", () => {
  it("takes the median of the rounds' ratios, not the ratio of the medians", () => {
    // The machine was ten times slower in the second round, for both.
    const ratio = ratioOf([4, 40, 6], [1, 10, 2]);
    expect(ratio).toEqual({ median: 4, least: 3, greatest: 4 });
    expect(median([4, 40, 6]) / median([1, 10, 2])).not.toBe(ratio.median);
  });
  it("refuses contenders that were not measured in the same rounds", () => {
    expect(() => ratioOf([1, 2], [1])).toThrow(RangeError);
    expect(() => ratioOf([], [])).toThrow(RangeError);
  });
});
