import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { killPrograms } from "../auth/kills.ts";
import { memory } from "../auth/sqlite-folder.ts";

describe("a store whose process is killed 200 times at random points", () => {
  // On a disk most die while they wait for it, in memory most while they calculate.
  const runs = Array.from({ length: 10 }, (_, n) => ({
    seed: n + 1,
    under: n % 2 === 0 ? tmpdir() : memory,
  }));

  it.each(runs)("has all that it acknowledged and nothing half done (seed $seed, in $under)", async (run) => {
    const report = await killPrograms({ ...run, kills: 20 });
    expect(report.violations).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(report.kills);
  });
});
