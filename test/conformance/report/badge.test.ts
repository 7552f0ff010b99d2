import { describe, expect, it } from "vitest";
import { badgeOf, badgeReport } from "../../../src/conformance/report/badge.ts";
import type { Verdict } from "../../../src/conformance/verdict.ts";
import { runOf, sampleCase } from "./sample.ts";

describe("the badge", () => {
  it.each<[readonly Verdict[], string, string]>([
    [["pass", "info", "not applicable"], "2 of 2", "brightgreen"],
    [["pass", "warn"], "1 of 2, 1 warned", "yellow"],
    [["pass", "warn", "fail"], "1 of 3 failed", "red"],
    [["pass", "setup failed"], "1 could not be judged", "red"],
    [["pass", "harness error"], "1 could not be judged", "red"],
    [["not applicable"], "nothing judged", "lightgrey"],
    [[], "nothing judged", "lightgrey"],
  ])("of %j says %j in %s", (verdicts, message, color) => {
    expect(badgeOf(run(verdicts))).toEqual({
      schemaVersion: 1,
      label: "WebSocket server conformance",
      message,
      color,
    });
  });

  it("is never green for a run that ended early", () => {
    expect(badgeOf({ ...run(["pass"]), complete: false }).color).toBe("lightgrey");
  });

  it("is one line of JSON", () => {
    expect(JSON.parse(badgeReport(run(["pass"])))).toEqual(badgeOf(run(["pass"])));
    expect(badgeReport(run(["pass"]))).toMatch(/^[^\n]*\n$/);
  });
});

function run(verdicts: readonly Verdict[]): ReturnType<typeof runOf> {
  return runOf(verdicts.map((verdict, at) => sampleCase({ id: `rfc6455/5.2/${at}`, verdict })));
}
