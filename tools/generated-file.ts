/** How every generator ends: its file is written, or with `--check` only compared. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes `text` to `path`. With `--check` among the arguments of the process it only says whether that is what is there,
 * and when it is not, the process will exit with 1.
 */
export function keepGenerated(path: string, text: string): void {
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`${path} written`);
  } else if (existsSync(path) && readFileSync(path, "utf8") === text) {
    console.log(`${path} is up to date`);
  } else {
    console.error(`${path} is stale: run "npm run docs" and commit what it writes`);
    process.exitCode = 1;
  }
}
