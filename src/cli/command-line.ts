/** The command line of one command: a table of options that is both its parser and its help. */
import { parseArgs } from "node:util";
import { CommandError, ExitCode } from "./exit-code.ts";
import { printable } from "./printable.ts";

/** One option. */
export interface OptionRow {
  readonly flag: string;
  /** What stands for the value in the help; without it the option is a switch. */
  readonly value?: string | undefined;
  readonly help: string;
  /** It may be given more than once. */
  readonly repeatable?: true | undefined;
}

/** Options that belong together, under one heading in the help. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionRow[];
}

export interface Command {
  /** Its words after `barewire`. */
  readonly name: string;
  /** What follows the name in the help: `[TOKEN] [options]`. */
  readonly operands: string;
  readonly summary: string;
  readonly groups: readonly OptionGroup[];
  /** Paragraphs and examples below the options. */
  readonly notes: string;
  /** What is said to somebody who tries to pass a secret; {@link KEY_IS_NO_ARGUMENT} unless given. */
  readonly secretAdvice?: string | undefined;
}

/** What was given. */
export interface CommandLine {
  readonly command: Command;
  /** The value of an option; `undefined` when it was not given. */
  text(flag: string): string | undefined;
  /** Every value of a repeatable option, in order. */
  texts(flag: string): readonly string[];
  has(flag: string): boolean;
  readonly operands: readonly string[];
}

/** What other programs call the option that carries a key, and people therefore try. */
const keyFlags: ReadonlySet<string> = new Set([
  ...["--key", "--secret", "--password", "--private-key", "--public-key", "--jwk", "--pem-key"],
  ...["-k", "-K", "-s", "-S", "-p"],
]);

export const KEY_IS_NO_ARGUMENT: string =
  "a key is never an argument, for every user of the machine can read those: use --key-file, --key-env or --key-stdin";

/**
 * Reads `args`; `undefined` when they ask for help.
 *
 * @throws {CommandError} 2 that names the option at fault, and never shows a value, which may be a secret
 */
export function parseCommandLine(args: readonly string[], command: Command): CommandLine | undefined {
  const rows = new Map(command.groups.flatMap(({ options }) => options).map((row) => [row.flag, row]));
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(
        Array.from(rows.values(), ({ flag, value }) => [
          flag,
          { type: value === undefined ? ("boolean" as const) : ("string" as const) },
        ]),
      ),
      help: { type: "boolean", short: "h" },
    },
    strict: false, // its messages quote what they do not understand
    allowPositionals: true,
    tokens: true,
  });
  // Exactly so: the h in -Shush is somebody's secret.
  const help = tokens.some(({ kind, index }) => kind === "option" && /^(?:--help|-h)$/.test(args[index]!));
  if (help) return undefined;
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const row = rows.get(token.name);
    if (row === undefined) throw unknown(token.rawName, command);
    const texts = values.get(row.flag) ?? [];
    texts.push(readValue(row, token, command));
    if (texts.length > 1 && !row.repeatable)
      throw usage(`--${row.flag} is given ${texts.length} times`, command);
    values.set(row.flag, texts);
  }
  return {
    command,
    text: (flag) => values.get(flag)?.[0],
    texts: (flag) => values.get(flag) ?? [],
    has: (flag) => values.has(flag),
    operands,
  };
}

function readValue(
  { flag, value }: OptionRow,
  given: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  command: Command,
): string {
  if (value === undefined) {
    if (given.value !== undefined) throw usage(`--${flag} takes no value`, command);
    return "";
  }
  if (given.value === undefined || given.value === "") throw usage(`--${flag} needs a value`, command);
  // More likely the next option after a forgotten value; "-" alone is standard input.
  if (!given.inlineValue && given.value.length > 1 && given.value.startsWith("-")) {
    throw usage(`--${flag} needs a value; one that begins with "-" is written --${flag}=-…`, command);
  }
  return given.value;
}

function unknown(rawName: string, command: Command): CommandError {
  const name = printable(rawName.length > 30 ? `${rawName.slice(0, 30)}…` : rawName);
  const { secretAdvice = KEY_IS_NO_ARGUMENT } = command;
  return usage(
    keyFlags.has(rawName) ? `there is no ${name}: ${secretAdvice}` : `there is no option ${name}`,
    command,
  );
}

/** A mistake in the command line: one line, and where to read on. */
export function usage(message: string, { name }: Command): CommandError {
  return new CommandError(ExitCode.Usage, `${message} (barewire ${name} --help)`);
}

/**
 * The number that an option has; `undefined` when it was not given.
 *
 * @throws {CommandError} 2 for anything but a whole number within the bounds
 */
export function wholeNumber(
  line: CommandLine,
  flag: string,
  least: number,
  most: number,
): number | undefined {
  const text = line.text(flag);
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`--${flag} must be a whole number from ${least} to ${most}`, line.command);
}

/** The text of `--help`. */
export function describeCommand({ name, operands, summary, groups, notes }: Command): string {
  const left = ({ flag, value }: OptionRow): string => `  --${flag}${value === undefined ? "" : ` ${value}`}`;
  const width = Math.max(...groups.flatMap(({ options }) => options).map((row) => left(row).length)) + 3;
  const paragraphs = groups.map(({ title, options }) =>
    [`${title}:`, ...options.map((row) => `${left(row).padEnd(width)}${row.help}`)].join("\n"),
  );
  return `${[`barewire ${name} ${operands}`, summary, ...paragraphs, notes].join("\n\n").trimEnd()}\n`;
}
