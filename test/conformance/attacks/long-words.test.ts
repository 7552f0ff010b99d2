/** Peers whose every word is a megabyte, and cases that never end: the report stays small, and says so at any level. */
import { expect, it } from "vitest";
import type { Case } from "../../../src/conformance/case.ts";
import type { RunReport } from "../../../src/conformance/run/run-report.ts";
import { runCases } from "../../../src/conformance/run/runner.ts";
import type { CaseContext, Target } from "../../../src/conformance/run/target.ts";
import { Deviation, SetupFailed } from "../../../src/conformance/verdict.ts";

const MEGABYTE = "x".repeat(1 << 20);

it("cuts what a peer made too long for a report", async () => {
  const report = await reportOf("MUST", [
    async ({ log, note }) => {
      log.event(1, MEGABYTE);
      note({ severity: "info", expected: "a word", came: MEGABYTE });
      throw new Deviation(MEGABYTE, MEGABYTE);
    },
    async () => {
      throw new SetupFailed(MEGABYTE);
    },
  ]);
  expect(report.cases[0]!.findings.map(({ came }) => came.length)).toEqual([2_000, 2_000]);
  expect(report.cases[0]!.wire[0]!.summary).toMatch(/^x{499}…$/);
  expect(report.cases[1]!.reason).toMatch(/^x{1999}…$/);
  expect(report.target.name).toMatch(/^x{199}…$/);
  expect(JSON.stringify(report).length).toBeLessThan(20_000);
});

it("fails a case that does not come to an end, though nothing that it asks for is a MUST", async () => {
  const report = await reportOf("MAY", [() => new Promise(() => {})]);
  expect(report.cases).toMatchObject([{ verdict: "fail", findings: [{ expected: "an end of the case" }] }]);
});

async function reportOf(
  level: "MUST" | "MAY",
  runs: readonly Case<CaseContext>["run"][],
): Promise<RunReport> {
  const target: Target<CaseContext> = {
    role: "server",
    description: { address: "ws://test", name: MEGABYTE },
    probe: async () => 0,
    alive: async () => true,
    begin: (_, context) => context,
    end: async () => {},
    close: async () => {},
  };
  const told = {
    title: "a case",
    requirement: "…",
    profile: "core",
    autobahn: [],
    roles: ["server"],
  } as const;
  const cases = runs.map((run, i): Case<CaseContext> => ({ ...told, id: `a/1/${i + 1}`, level, run }));
  const suite = { name: "test", version: "0" };
  return runCases(cases, target, { suite, repeat: (id) => id, patience: 1 });
}
