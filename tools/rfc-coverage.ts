/**
 * Generates `docs/rfc-coverage.md` from the requirements in `tools/requirements/`, the source and the tests.
 * With `--check` only says whether it is up to date. `--text 6455 FILE` compares the requirements with the text
 * of an RFC, in which no sentence may be missing. Exits 1 when anything is wrong.
 */
import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { parseArgs } from "node:util";
import { keepGenerated } from "./generated-file.ts";
import { documents } from "./requirements/documents.ts";
import { renderCoverage } from "./rfc-coverage-page.ts";
import { prove } from "./rfc-coverage-proof.ts";
import { compareWithText } from "./rfc-coverage-text.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean" }, text: { type: "string" } },
});

const problems = values.text === undefined ? generate() : compare(values.text, positionals[0] ?? "");
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function generate(): readonly string[] {
  const paths = globSync("{src,test}/**/*.ts").map((path) => path.split(sep).join("/"));
  const files = new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
  const proofs = documents.map((document) => prove(document, files));
  const broken = proofs.flatMap(({ problems }) => problems);
  if (broken.length > 0) return broken;
  keepGenerated("docs/rfc-coverage.md", renderCoverage(proofs));
  return [];
}

function compare(number: string, path: string): readonly string[] {
  const document = documents.find((document) => document.number === number);
  if (document === undefined) return [`no requirements of RFC ${number}`];
  const problems = compareWithText(document, readFileSync(path, "utf8"));
  if (problems.length === 0) console.log(`RFC ${number}: all ${document.sentences} sentences are there`);
  return problems;
}
