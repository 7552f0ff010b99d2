import { describe, expect, it } from "vitest";
import { jsonReport } from "../../../src/conformance/report/json.ts";
import { readReport } from "../../../src/conformance/report/read-report.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { hostileRun } from "./hostile.ts";
import { sampleRun } from "./sample.ts";

describe("the JSON report", () => {
  it("is the same whatever order things were made in", () => {
    expect(jsonReport(turnedRound(sampleRun()) as RunReport)).toBe(jsonReport(sampleRun()));
  });

  it("is read back as the run that it was made of", () => {
    for (const run of [sampleRun(), hostileRun()]) expect(readReport(jsonReport(run))).toEqual(run);
  });

  it("has nothing in it that a terminal would obey", () => {
    expect(jsonReport(hostileRun())).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
  });

  it("leaves out what is not of the format", () => {
    expect(jsonReport({ ...sampleRun(), internal: 1 } as RunReport)).not.toContain("internal");
  });
});

/** With all keys in the opposite order. */
function turnedRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, its]) => [name, turnedRound(its)]);
  return Object.fromEntries(entries.reverse());
}
