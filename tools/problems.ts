/**
 * Generates `docs/problems.md`; with `--check` only says whether it is up to date, and exits 1 when it is not.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { renderProblems } from "./problems-page.ts";

const target = "docs/problems.md";
const page = renderProblems();

if (!process.argv.includes("--check")) {
  writeFileSync(target, page);
  console.log(`${target} written`);
} else if (existsSync(target) && readFileSync(target, "utf8") === page) {
  console.log(`${target} is up to date`);
} else {
  console.error(`${target} is stale: run "npm run docs" and commit what it writes`);
  process.exitCode = 1;
}
