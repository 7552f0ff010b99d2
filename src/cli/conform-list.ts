/** What `--list` prints. */
import { type CaseDescription, selectCases } from "../conformance/index.ts";
import { type Command, usage } from "./command-line.ts";
import type { ConformOptions } from "./conform-options.ts";
import { ExitCode } from "./exit-code.ts";

/**
 * `--list`: needs nobody to test.
 *
 * @throws {CommandError} 2 when no case is selected
 */
export function listCases(
  all: readonly CaseDescription[],
  options: ConformOptions,
  command: Command,
): ExitCode {
  process.stdout.write(caseList(selected(all, options, command)));
  return ExitCode.Ok;
}

/** @throws {CommandError} 2 when no case is selected */
export function selected<C extends CaseDescription>(
  all: readonly C[],
  { selection }: ConformOptions,
  command: Command,
): readonly C[] {
  const cases = selectCases(all, selection);
  if (cases.length === 0) throw usage("no case is selected; --list shows them all", command);
  return cases;
}

/** A line for each case: its id, level, what happens, and Autobahn's numbers. */
export function caseList(cases: readonly CaseDescription[]): string {
  const width = Math.max(...cases.map(({ id }) => id.length));
  const lines = cases.map(({ id, level, title, autobahn }) => {
    const numbers = autobahn.length === 0 ? "" : `  [autobahn ${autobahn.join(", ")}]`;
    return `${id.padEnd(width)}  ${level.padEnd(6)}  ${title}${numbers}`;
  });
  return `${lines.join("\n")}\n${cases.length} cases\n`;
}
