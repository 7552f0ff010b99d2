import { describe, expect, it } from "vitest";
import { quickSettings, type Settings } from "../../../bench/harness/bench.ts";
import { compareCalls } from "../../../bench/harness/calls.ts";

const settings: Settings = { ...quickSettings, callRounds: 3, callWindow: 1, callWarmUp: 1 };

describe("comparing calls", () => {
  it("takes one sample of each a round", async () => {
    const counts = { plain: 0, later: 0 };
    const samples = await compareCalls(
      [
        { name: "plain", run: (times) => spin(times * 50, () => counts.plain++) },
        { name: "later", run: async (times) => spin(times * 50, () => counts.later++) },
      ],
      settings,
    );
    expect(Object.keys(samples)).toEqual(["plain", "later"]);
    expect(samples.plain).toHaveLength(3);
    expect(samples.later).toHaveLength(3);
    expect(Math.min(...samples.plain!, ...samples.later!)).toBeGreaterThan(0);
    expect(Math.min(counts.plain, counts.later)).toBeGreaterThan(0);
  });
  it("ends when a contender fails", async () => {
    const failing = {
      name: "failing",
      run: () => {
        throw new Error("refused a good signature");
      },
    };
    await expect(compareCalls([failing], settings)).rejects.toThrow("refused a good signature");
  });
});

function spin(times: number, step: () => number): number {
  let last = 0;
  for (let i = 0; i < times; i++) last = step();
  return last;
}
