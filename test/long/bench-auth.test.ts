import { describe, expect, it } from "vitest";
import { type BenchName, benches, moduleOf } from "../../bench/benches.ts";
import { runBench } from "../../bench/harness/bench-process.ts";

/** Those of auth; their servers, clients and statistics are tested in `test/bench`. */
const ofAuth: readonly BenchName[] = benches.filter((name) =>
  /^auth\/|^http\/(?:me|login|login-flood)$/.test(name),
);

describe.each(ofAuth)("the benchmark %s", (name) => {
  it("runs, and fills its tables with figures", async () => {
    const told: string[] = [];
    const { tables, notes } = await runBench(moduleOf(name), {
      quick: true,
      signal: AbortSignal.timeout(60_000),
      progress: (what) => told.push(what),
    });
    expect(told).not.toEqual([]);
    expect(notes).not.toEqual([]);
    for (const { rows } of tables) {
      expect(rows).not.toEqual([]);
      for (const { samples } of rows) {
        const figures = Object.values(samples).flat();
        expect(figures.length).toBeGreaterThan(0);
        for (const figure of figures) expect(figure).toSatisfy(Number.isFinite);
      }
    }
  });
});
