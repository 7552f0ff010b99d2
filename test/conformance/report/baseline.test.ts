import { describe, expect, it } from "vitest";
import { isFailing, regressions } from "../../../src/conformance/report/baseline.ts";
import { ReportError } from "../../../src/conformance/report/read-report.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { type Verdict, verdicts } from "../../../src/conformance/verdict.ts";
import { runOf, sampleCase } from "./sample.ts";

/** From each verdict to those that are worse. */
const worse: Readonly<Record<Verdict, readonly Verdict[]>> = {
  pass: ["warn", "fail", "not applicable", "setup failed", "harness error"],
  info: ["warn", "fail", "not applicable", "setup failed", "harness error"],
  "not applicable": ["warn", "fail", "setup failed", "harness error"],
  warn: ["fail", "setup failed", "harness error"],
  fail: [],
  "setup failed": [],
  "harness error": [],
};

describe("regressions", () => {
  it.each(verdicts.flatMap((was) => verdicts.map((now) => [was, now] as const)))(
    "from %s to %s",
    (was, now) => {
      const expected = worse[was].includes(now)
        ? [{ id: "rfc6455/5.2/1", title: "a Ping without payload", was, now }]
        : [];
      expect(regressions(run(now), run(was))).toEqual(expected);
    },
  );

  it("are cases that are gone", () => {
    expect(regressions(runOf([]), run("fail"))).toMatchObject([
      { id: "rfc6455/5.2/1", was: "fail", now: undefined },
    ]);
  });

  it("are new cases that fail; with strict, also those that warn", () => {
    expect(regressions(run("fail"), runOf([]))).toMatchObject([{ was: undefined, now: "fail" }]);
    expect(regressions(run("warn"), runOf([]))).toEqual([]);
    expect(regressions(run("warn"), runOf([]), true)).toHaveLength(1);
    expect(regressions(run("pass"), runOf([]), true)).toEqual([]);
  });

  it("are not between a server and a client", () => {
    const client = { ...run("pass"), role: "client" as const };
    expect(() => regressions(run("pass"), client)).toThrow(
      new ReportError("the baseline is of a client, the run of a server"),
    );
  });
});

describe("whether a run fails", () => {
  it.each<[Verdict, boolean, boolean]>([
    ["pass", false, false],
    ["info", false, false],
    ["not applicable", false, false],
    ["warn", false, true],
    ["fail", true, true],
    ["setup failed", true, true],
    ["harness error", true, true],
  ])("with %s: %s, with strict: %s", (verdict, lax, strict) => {
    expect(isFailing(run(verdict))).toBe(lax);
    expect(isFailing(run(verdict), { strict: true })).toBe(strict);
  });

  it("depends on regressions alone where there is a baseline", () => {
    expect(isFailing(run("fail"), { baseline: run("fail") })).toBe(false);
    expect(isFailing(run("warn"), { baseline: run("pass") })).toBe(true);
    expect(isFailing(run("warn"), { strict: true, baseline: run("warn") })).toBe(false);
  });

  it("is so when it ended early, whatever is known by then", () => {
    const early = { ...run("pass"), complete: false };
    expect(isFailing(early)).toBe(true);
    expect(isFailing(early, { baseline: run("pass") })).toBe(true);
  });
});

function run(verdict: Verdict): RunReport {
  return runOf([sampleCase({ id: "rfc6455/5.2/1", verdict })]);
}
