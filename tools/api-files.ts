/**
 * Generates the collections of requests from the operations of the API. With `--check` it only says whether they are
 * up to date, and exits 1 when they are not.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { httpFile } from "./api-files/http-file.ts";
import { postmanCollection } from "./api-files/postman.ts";

const files: readonly (readonly [path: string, text: string])[] = [
  ["docs/api.http", httpFile()],
  ["docs/barewire.postman_collection.json", postmanCollection()],
];

for (const [path, text] of files) {
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
    console.log(`${path} written`);
  } else if (existsSync(path) && readFileSync(path, "utf8") === text) {
    console.log(`${path} is up to date`);
  } else {
    console.error(`${path} is stale: run "node tools/api-files.ts" and commit what it writes`);
    process.exitCode = 1;
  }
}
