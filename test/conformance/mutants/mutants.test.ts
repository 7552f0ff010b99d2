import { describe, expect, it } from "vitest";
import { meaning } from "../../../src/conformance/mutants/fault.ts";
import { faults } from "../../../src/conformance/mutants/faults.ts";
import { casesAgainst, mutants } from "../../../src/conformance/mutants/mutants.ts";
import { casesFor } from "../../../src/conformance/mutants/proof.ts";

const roles = ["server", "client"] as const;

describe("the tables of faults", () => {
  it("name each switch once", () => {
    const names = faults.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("cite the clause that is broken", () => {
    expect(faults.filter(({ rule }) => !/^RFC \d{4} §\d+(?:\.\d+)*$/.test(rule))).toEqual([]);
  });

  it("list cases that there are", () => {
    const ids = roles.flatMap((role) => casesFor(role).map(({ id }) => id));
    const patterns = faults.flatMap(({ cases }) => cases);
    expect(patterns.filter((pattern) => !ids.some(meaning([pattern])))).toEqual([]);
  });
});

describe.each(roles)("mutants of the %s", (role) => {
  const own = mutants.filter((mutant) => mutant.role === role);

  it("each have a case that is to notice", () => {
    const idle = own.filter((mutant) => casesAgainst(mutant, casesFor(role)).length === 0);
    expect(idle.map(({ fault }) => fault.name)).toEqual([]);
  });

  it("leave no case without one that it is to notice", () => {
    const noticed = new Set(
      own.flatMap((mutant) => casesAgainst(mutant, casesFor(role)).map(({ id }) => id)),
    );
    expect(
      casesFor(role)
        .filter(({ id }) => !noticed.has(id))
        .map(({ id }) => id),
    ).toEqual([]);
  });
});
