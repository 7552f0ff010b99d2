/**
 * Prints which mutants turn each case of the conformance suite red, and which cases each mutant turns red:
 * `node tools/conformance-matrix.ts [server|client]`. Ends with 1 where a case is not green on the correct peer, or red
 * on none of the mutants.
 */
import { matrixOf, matrixText } from "../src/conformance/mutants/matrix.ts";
import { mutants } from "../src/conformance/mutants/mutants.ts";
import { casesFor, proveCorrect, proveMutants } from "../src/conformance/mutants/proof.ts";

const asked = process.argv[2];
for (const role of ["server", "client"] as const) {
  if (asked !== undefined && asked !== role) continue;
  const ids = new Set(casesFor(role).map(({ id }) => id));
  const correct = await proveCorrect(role, ids);
  const meetings = await proveMutants(mutants.filter((mutant) => mutant.role === role));
  const matrix = matrixOf(correct, meetings);
  process.stdout.write(`${role}\n\n${matrixText(matrix)}\n`);
  if (matrix.notGreen.length + matrix.notRed.length + matrix.escaped.length > 0) process.exitCode = 1;
}
