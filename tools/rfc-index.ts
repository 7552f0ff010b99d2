/**
 * Generates `docs/rfc-index.md` from the citations in `src/` and `test/`; with `--check` only says whether
 * it is up to date, and exits 1 when it is not.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { sep } from "node:path";
import { collectCitations, renderIndex } from "./rfc-citations.ts";

const target = "docs/rfc-index.md";
const paths = globSync("{src,test}/**/*.ts").map((path) => path.split(sep).join("/"));
const index = renderIndex(collectCitations(new Map(paths.map((path) => [path, readFileSync(path, "utf8")]))));

if (!process.argv.includes("--check")) {
  mkdirSync("docs", { recursive: true });
  writeFileSync(target, index);
  console.log(`${target} written`);
} else if (current() === index) {
  console.log(`${target} is up to date`);
} else {
  console.error(`${target} is stale: run "npm run docs" and commit what it writes`);
  process.exitCode = 1;
}

function current(): string | undefined {
  try {
    return readFileSync(target, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
