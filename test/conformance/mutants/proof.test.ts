import { describe, expect, it } from "vitest";
import { isRed } from "../../../src/conformance/mutants/meeting.ts";
import { casesAgainst, mutants } from "../../../src/conformance/mutants/mutants.ts";
import { casesFor, proveCorrect, proveMutants } from "../../../src/conformance/mutants/proof.ts";

// The whole matrix is in test/long/conformance-mutants.test.ts: here are the correct peers with what is quick, and one
// case for each mutant.
describe.each(["server", "client"] as const)("the suite, against a %s", (role) => {
  const quick = casesFor(role).filter(
    ({ id, profile, alone, autobahn }) =>
      profile === "core" && !alone && !id.startsWith("h2:") && !autobahn.some((n) => n.startsWith("9.")),
  );

  it("is green where it is correct", async () => {
    const proven = await proveCorrect(role, new Set(quick.map(({ id }) => id)));
    expect(proven).toHaveLength(quick.length);
    expect(proven.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
  });

  it("notices every mutant", async () => {
    const own = mutants.filter((mutant) => mutant.role === role);
    const quickly = own.filter((mutant) => casesAgainst(mutant, casesFor(role)).some(({ alone }) => !alone));
    const meetings = await proveMutants(quickly, {
      patience: 400,
      choose: (cases) => cases.filter(({ alone }) => !alone).slice(0, 1),
    });
    const escaped = meetings.filter((meeting) => !isRed(meeting));
    expect(escaped.map(({ mutant, id, verdict }) => `${mutant.fault.name}: ${id}: ${verdict}`)).toEqual([]);
    expect(meetings).toHaveLength(quickly.length);
  });
});
