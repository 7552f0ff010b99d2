/**
 * Puts the page of the conformance suite's HTML report into one file of text: `src/conformance/report/page-text.ts`.
 *
 * The page is written as modules and style sheets in `src/conformance/report/page/`, so that it is checked, linted and
 * tested like everything else; a report has to carry it as text, and the package must not look for files to find it.
 * Types are taken off and the modules stand one after the other in one block, so they may not use a name twice.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path/posix";

/** Where the text goes. */
export const PAGE_TEXT = "src/conformance/report/page-text.ts";

const folder = "src/conformance/report/page";
const styleSheets = ["ground", "top", "filters", "list", "case", "wire", "frame"];

/** The contents of {@link PAGE_TEXT}. */
export function pageText(): string {
  return `// biome-ignore-all format: generated
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scripts as text
/** The page of the HTML report as text. Written by tools/conformance-report.ts from page/; not to be edited. */

export const pageStyle: string =
  ${asStrings(pageStyle())};

export const pageScript: string =
  ${asStrings(pageScript())};
`;
}

/** A constant of one line for each piece. */
function asStrings(pieces: readonly string[]): string {
  return pieces.map((piece) => JSON.stringify(piece)).join(" +\n  ");
}

function pageStyle(): readonly string[] {
  const sheet = (name: string): string => readFileSync(join(folder, `${name}.css`), "utf8");
  const dark = /\{([^}]*)\}/.exec(sheet("dark"))?.[1];
  if (dark === undefined) throw new Error("dark.css has no rule");
  return [
    ...styleSheets.slice(0, 1).map(sheet),
    `:root[data-theme="dark"] {${dark}}\n`,
    `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) {${dark}} }\n`,
    ...styleSheets.slice(1).map(sheet),
  ].map(withoutComments);
}

function pageScript(): readonly string[] {
  const modules = new Map<string, string>();
  collect(join(folder, "main.ts"), modules);
  return ['"use strict"; {\n', ...modules.values(), "}\n"];
}

/** Adds a module after those that it imports. */
function collect(path: string, modules: Map<string, string>): void {
  if (modules.has(path)) return;
  const imported = /^import\s[^;]*?from\s*"([^"]+)";$/gm;
  const stripped = stripTypeScriptTypes(readFileSync(path, "utf8"));
  modules.set(path, "");
  for (const [, specifier = ""] of stripped.matchAll(imported)) collect(join(path, "..", specifier), modules);
  modules.delete(path);
  modules.set(path, withoutComments(stripped.replace(imported, "").replace(/^export /gm, "")));
}

/** Without lines that are comments or empty, and without what stripping left at the ends of lines. */
function withoutComments(text: string): string {
  const lines = text
    .replace(/^\s*\/\*[\s\S]*?\*\/$/gm, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .split("\n");
  const kept = lines.map((line) => line.trimEnd()).filter((line) => line !== "");
  return kept.map((line) => `${line}\n`).join("");
}
