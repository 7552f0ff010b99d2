import { describe, expect, it } from "vitest";
import { agoWords, countdownWords, momentWords } from "../../web/time-words.ts";

describe("a time that runs out", () => {
  it.each([
    [600_000, "10:00"],
    [599_001, "10:00"],
    [65_000, "1:05"],
    [900, "0:01"],
    [0, "0:00"],
    [-5_000, "0:00"],
  ])("is, with %d ms left, %s", (left, words) => {
    expect(countdownWords(left)).toBe(words);
  });
});

describe("a time that has passed", () => {
  it.each([
    [-3, "just now"],
    [59, "just now"],
    [60, "1 minute ago"],
    [3_599, "59 minutes ago"],
    [3_600, "1 hour ago"],
    [86_400 * 20, "20 days ago"],
  ])("is, after %d s, %s", (seconds, words) => {
    expect(agoWords(seconds)).toBe(words);
  });
});

describe("a moment", () => {
  const noon = new Date(2026, 5, 1, 12, 30, 15).getTime();
  it("is the time of day today, and has its date on other days", () => {
    expect(momentWords(noon, noon)).toMatch(/30.15/);
    expect(momentWords(noon, noon)).not.toContain("2026");
    expect(momentWords(noon, noon + 86_400_000)).toContain("2026");
  });
});
