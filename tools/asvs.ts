/**
 * Generates `docs/asvs.md` from the verdicts in `tools/asvs/`, the tests and the pages they name. With `--check`
 * only says whether it is up to date. `--text FOLDER` compares the list with the texts of the standard, the folder
 * `5.0/en` of its repository. Exits 1 when anything is wrong.
 */
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { parseArgs } from "node:util";
import { chapters } from "./asvs/chapters.ts";
import { renderAsvs } from "./asvs-page.ts";
import { proveAsvs } from "./asvs-proof.ts";
import { compareWithAsvs } from "./asvs-text.ts";
import { keepGenerated } from "./generated-file.ts";

const { values } = parseArgs({ options: { check: { type: "boolean" }, text: { type: "string" } } });

const problems = values.text === undefined ? generate() : compare(values.text);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

function generate(): readonly string[] {
  const paths = globSync(["test/**/*.ts", "*.md", "docs/**/*.md"]).map((path) => path.split(sep).join("/"));
  const files = new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
  const proof = proveAsvs(chapters, files);
  if (proof.problems.length > 0) return proof.problems;
  keepGenerated("docs/asvs.md", renderAsvs(chapters, proof));
  return [];
}

function compare(folder: string): readonly string[] {
  const problems = chapters.flatMap((chapter) =>
    compareWithAsvs(chapter, readFileSync(join(folder, chapter.source), "utf8")),
  );
  if (problems.length === 0) console.log("all requirements are there, in our own words");
  return problems;
}
