import { describe, expect, it } from "vitest";
import { jsonReport } from "../../../src/conformance/report/json.ts";
import { ReportError, readReport } from "../../../src/conformance/report/read-report.ts";
import { sampleRun } from "./sample.ts";

type Changed = Record<string, unknown> & {
  cases: Record<string, unknown>[];
  totals: Record<string, unknown>;
};

describe("reading a report", () => {
  it.each<[string, (report: Changed) => unknown, string]>([
    [
      "another format",
      (report) => Object.assign(report, { format: "junit" }),
      'format: expected "barewire-conformance/1"',
    ],
    ["no cases", (report) => Reflect.deleteProperty(report, "cases"), "cases: it is missing"],
    ["cases that are no list", (report) => Object.assign(report, { cases: {} }), "cases: expected an array"],
    [
      "a case that is null",
      (report) => report.cases.splice(1, 1, null as never),
      "cases[1]: expected an object",
    ],
    [
      "an unknown verdict",
      (report) => Object.assign(report.cases[2]!, { verdict: "toString" }),
      'cases[2].verdict: expected one of "pass", "info", "warn", "fail", "not applicable", "setup failed", "harness error"',
    ],
    [
      "a total that is missing",
      (report) => Reflect.deleteProperty(report.totals, "not applicable"),
      'totals["not applicable"]: it is missing',
    ],
    [
      "a total below nothing",
      (report) => Object.assign(report.totals, { fail: -1 }),
      "totals.fail: expected 0 or more",
    ],
    [
      "a time that is no number",
      (report) => Object.assign(report, { duration: "8" }),
      "duration: expected a number",
    ],
    [
      "octets that are none",
      (report) => Object.assign((report.cases[0]!.wire as object[])[1]!, { octets: "8" }),
      "cases[0].wire[1].octets: expected text like ^([0-9a-f]{2})*$",
    ],
    [
      "an opcode of five bits",
      (report) => Object.assign((report.cases[0]!.wire as { frame?: object }[])[3]!.frame!, { opcode: 16 }),
      "cases[0].wire[3].frame.opcode: expected 0 to 15",
    ],
    [
      "the same case twice",
      (report) => report.cases.push(report.cases[0]!),
      "cases[8].id: rfc6455/5.5.2/1 is there twice",
    ],
  ])("tells where it is not one: %s", (_, change, message) => {
    const report = JSON.parse(jsonReport(sampleRun()));
    change(report);
    expect(() => readReport(JSON.stringify(report))).toThrow(new ReportError(message));
  });

  it.each([
    ["", "it is not JSON"],
    ["<html>", "it is not JSON"],
    ["null", "the report: expected an object"],
    ["[]", "the report: expected an object"],
    ["7", "the report: expected an object"],
    [`{"__proto__":{"format":"barewire-conformance/1"}}`, "format: it is missing"],
  ])("refuses %j", (text, message) => expect(() => readReport(text)).toThrow(new ReportError(message)));

  it("passes over what a later version may add", () => {
    const report = { ...JSON.parse(jsonReport(sampleRun())), later: true };
    expect(readReport(JSON.stringify(report)).cases).toHaveLength(8);
  });
});
