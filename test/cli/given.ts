/** A command line as a command gets it. */
import { type Command, type CommandLine, parseCommandLine } from "../../src/cli/command-line.ts";

export function given(command: Command, ...args: string[]): CommandLine {
  const line = parseCommandLine(args, command);
  if (line === undefined) throw new Error("That asks for help");
  return line;
}
