import { describe, expect, it } from "vitest";
import { checkKey } from "./fuzzing-keys.ts";
import { checkToken } from "./fuzzing-tokens.ts";

/** How often each came out. */
function tally(outcomes: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe("random and mutated input", () => {
  it("of tokens lets no undocumented error escape, and no token in (seeds 1 to 10,000)", () => {
    const counts = tally(seeds(1, 10_000).map(checkToken));
    // So that it cannot come to test nothing: there are many of each.
    expect(counts.accepted).toBeGreaterThan(300);
    expect(counts.decoded).toBeGreaterThan(300);
    expect(counts.refused).toBeGreaterThan(3_000);
  });

  it("of keys lets no undocumented error escape, and no key in that does not work (seeds 1 to 2,000)", () => {
    const counts = tally(seeds(1, 2_000).map(checkKey));
    expect(counts.accepted).toBeGreaterThan(60);
    expect(counts.refused).toBeGreaterThan(700);
  });
});
