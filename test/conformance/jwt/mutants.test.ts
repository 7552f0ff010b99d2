import { describe, expect, it } from "vitest";
import { jwtCases } from "../../../src/conformance/jwt/index.ts";
import { jwtMutants } from "../../../src/conformance/jwt/mutants/mutants.ts";
import { OwnTarget } from "../../../src/conformance/jwt/mutants/own-target.ts";
import type { CaseReport } from "../../../src/conformance/run/run-report.ts";
import { runCases } from "../../../src/conformance/run/runner.ts";

const suite = { name: "barewire", version: "0" };

async function run(target: OwnTarget, ids: readonly string[]): Promise<readonly CaseReport[]> {
  const cases = jwtCases.filter(({ id }) => ids.includes(id));
  return (await runCases(cases, target, { suite, repeat: (id) => id })).cases;
}

const ids = jwtCases.map(({ id }) => id);

describe("the suite for verifiers of JWTs", () => {
  it("gives every case an id of its own", () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("passes the correct verifier in every case", async () => {
    const reports = await run(new OwnTarget(), ids);
    expect(reports).toHaveLength(ids.length);
    const others = reports.filter(({ verdict }) => verdict !== "pass");
    expect(others.map(({ id, verdict, reason }) => ({ id, verdict, reason }))).toEqual([]);
  });

  it("has a mutant that each case notices", () => {
    const noticed = new Set(jwtMutants.flatMap(({ noticedBy }) => noticedBy));
    expect(ids.filter((id) => !noticed.has(id))).toEqual([]);
  });

  it.each(jwtMutants)("notices a verifier that lacks “$lacks”", async ({ lacks, noticedBy }) => {
    const reports = await run(new OwnTarget(lacks), noticedBy);
    const red = reports.filter(({ verdict }) => ["fail", "warn", "info"].includes(verdict));
    expect(red.map(({ id }) => id).sort()).toEqual([...noticedBy].sort());
  });
});
