/**
 * Generates `src/password/common-passwords.ts` from a list of passwords in the order of their frequency; with
 * `--check` only says whether it is up to date, and exits 1 when it is not.
 */
import { readFileSync } from "node:fs";
import { renderModule, selectCommonPasswords } from "./common-passwords-module.ts";
import { keepGenerated } from "./generated-file.ts";

const origin = "node_modules/@zxcvbn-ts/language-common";
const passwords = JSON.parse(readFileSync(`${origin}/src/passwords.json`, "utf8")) as readonly string[];
const { name, version } = JSON.parse(readFileSync(`${origin}/package.json`, "utf8")) as {
  readonly name: string;
  readonly version: string;
};
const licence = readFileSync(`${origin}/LICENSE.txt`, "utf8");
keepGenerated(
  "src/password/common-passwords.ts",
  renderModule(selectCommonPasswords(passwords), { name, version, licence }),
);
