import { describe, expect, it } from "vitest";
import { isRed } from "../../../src/conformance/mutants/meeting.ts";
import { casesAgainst, mutants } from "../../../src/conformance/mutants/mutants.ts";
import { casesFor, proveMutants } from "../../../src/conformance/mutants/proof.ts";

// The whole matrix, and the correct peers, are in test/long/conformance-mutants.test.ts: here is one case for each mutant.
describe.each(["server", "client"] as const)("the suite, against a %s", (role) => {
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
