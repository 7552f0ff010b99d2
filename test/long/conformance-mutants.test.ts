import { describe, expect, it } from "vitest";
import { matrixOf, matrixText } from "../../src/conformance/mutants/matrix.ts";
import { mutants } from "../../src/conformance/mutants/mutants.ts";
import { casesFor, proveCorrect, proveMutants } from "../../src/conformance/mutants/proof.ts";

describe.each(["server", "client"] as const)("the conformance suite, against a %s", (role) => {
  it("is green with the correct one in every case, and every case is red on a mutant", async () => {
    const ids = new Set(casesFor(role).map(({ id }) => id));
    const correct = await proveCorrect(role, ids);
    const own = mutants.filter((mutant) => mutant.role === role);
    const matrix = matrixOf(correct, await proveMutants(own));
    process.stdout.write(`${role}\n\n${matrixText(matrix)}\n`);
    expect(correct).toHaveLength(ids.size);
    expect(matrix.notGreen).toEqual([]);
    expect(matrix.notRed).toEqual([]);
    expect(matrix.escaped).toEqual([]);
  });
});
