/** What `--list` prints. */
import type { CaseDescription } from "../conformance/index.ts";

/** A line for each case: its id, level, what happens, and Autobahn's numbers. */
export function caseList(cases: readonly CaseDescription[]): string {
  const width = Math.max(...cases.map(({ id }) => id.length));
  const lines = cases.map(({ id, level, title, autobahn }) => {
    const numbers = autobahn.length === 0 ? "" : `  [autobahn ${autobahn.join(", ")}]`;
    return `${id.padEnd(width)}  ${level.padEnd(6)}  ${title}${numbers}`;
  });
  return `${lines.join("\n")}\n${cases.length} cases\n`;
}
