import { describe, expect, it } from "vitest";
import { tuningJson, tuningTable } from "../../src/cli/password-table.ts";
import { chooseProfile, scryptProfiles } from "../../src/password/index.ts";

function report(milliseconds: number) {
  const budget = { milliseconds, memoryBytes: 2 ** 27, concurrency: 2 };
  const roomy = scryptProfiles.slice(1);
  const measurements = roomy.map((profile, at) => ({ profile, milliseconds: 300.4 - 20 * at }));
  return { ...chooseProfile(measurements, budget), budget, measurements };
}

describe("the table of barewire password tune", () => {
  it("has a line for each profile, and marks the chosen one", () => {
    expect(tuningTable(report(290))).toBe(`\
profile           N  r   p  MiB       ms
scrypt-128mib  2^17  8   1  128  no room
scrypt-64mib   2^16  8   2   64      300
scrypt-32mib   2^15  8   3   32      280  chosen
scrypt-16mib   2^14  8   5   16      260
scrypt-8mib    2^13  8  10    8      240

Chosen is the most memory within 290 ms a hash, and 2 at once in 128 MiB.
`);
  });

  it("says so when none fits", () => {
    const text = tuningTable(report(1));
    expect(text).toMatch(/^scrypt-8mib .* chosen$/m);
    expect(text).toContain(
      "\nNone is within 1 ms a hash, and 2 at once in 128 MiB. Chosen is the nearest.\n",
    );
  });

  it("is one line of JSON for machines", () => {
    const text = tuningJson(report(290));
    expect(text).toMatch(/^[^\n]+\n$/);
    const { profiles, ...rest } = JSON.parse(text);
    expect(rest).toEqual({
      chosen: "scrypt-32mib",
      withinBudget: true,
      budget: { milliseconds: 290, memoryBytes: 134_217_728, concurrency: 2 },
    });
    expect(profiles).toHaveLength(5);
    expect(profiles[0]).toEqual({
      ...{ name: "scrypt-128mib", ln: 17, r: 8, p: 1 },
      ...{ memoryBytes: 134_217_728, milliseconds: null },
    });
    expect(profiles[4].milliseconds).toBeCloseTo(240.4);
  });
});
