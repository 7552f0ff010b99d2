/**
 * Generates what is made of the conformance suite's report format: the published schema, and the page of the HTML
 * report as text. With `--check` it only says whether they are up to date, and exits 1 when they are not.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { schemaFile } from "../src/conformance/report/schema.ts";
import { PAGE_TEXT, pageText } from "./report-page.ts";

const files: readonly (readonly [path: string, text: string])[] = [
  ["docs/conformance-report.schema.json", schemaFile()],
  [PAGE_TEXT, pageText()],
];

for (const [path, text] of files) {
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
    console.log(`${path} written`);
  } else if (existsSync(path) && readFileSync(path, "utf8") === text) {
    console.log(`${path} is up to date`);
  } else {
    console.error(`${path} is stale: run "node tools/conformance-report.ts" and commit what it writes`);
    process.exitCode = 1;
  }
}
