/** What the conformance commands have been told, apart from what is under test. */
import { readFile } from "node:fs/promises";
import {
  type FormatName,
  formats,
  type Profile,
  ReportError,
  type RunReport,
  readReport,
  type Selection,
} from "../conformance/index.ts";
import { choosePaint, colourful } from "./colour.ts";
import { type CommandLine, usage, wholeNumber } from "./command-line.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { DURATION, parseDuration } from "./quantities.ts";

export interface ConformOptions {
  readonly selection: Selection;
  readonly list: boolean;
  readonly strict: boolean;
  readonly baseline: string | undefined;
  readonly formats: readonly FormatName[];
  readonly out: string | undefined;
  readonly name: string | undefined;
  readonly colour: boolean;
  readonly concurrency: number | undefined;
  /** Milliseconds. */
  readonly patience: number;
  readonly seed: number;
}

const DEFAULT_PATIENCE = 5_000;
/** A report with every octet that was logged is far shorter. */
const LONGEST_REPORT = 256 << 20;

/** @throws {CommandError} 2 that names the option at fault */
export function readConformOptions(line: CommandLine, profiles: readonly Profile[]): ConformOptions {
  const seconds = line.text("timeout");
  const patience = seconds === undefined ? DEFAULT_PATIENCE / 1000 : parseDuration(seconds);
  if (patience === undefined || patience === 0) throw usage(`--timeout must be ${DURATION}`, line.command);
  return {
    selection: readSelection(line, profiles),
    list: line.has("list"),
    strict: line.has("strict"),
    baseline: line.text("baseline"),
    formats: readFormats(line, "text"),
    out: line.text("out"),
    name: line.text("name"),
    colour: readColour(line),
    concurrency: wholeNumber(line, "concurrency", 1, 1_000),
    patience: patience * 1000,
    seed: wholeNumber(line, "seed", 0, 2 ** 32 - 1) ?? 1,
  };
}

/** The formats asked for; one of them may go to standard output, more need a directory. */
export function readFormats(line: CommandLine, default_: FormatName): readonly FormatName[] {
  const names = line.texts("format").flatMap((text) => text.split(","));
  const known = Object.keys(formats) as FormatName[];
  const found = (names.length === 0 ? [default_] : names).map((name) => {
    const format = known.find((other) => other === name);
    if (format === undefined) throw usage(`--format must be one of ${known.join(", ")}`, line.command);
    return format;
  });
  if (found.filter((name) => name !== "text").length > 1 && !line.has("out")) {
    throw usage("several formats need a directory to be written to: --out DIR", line.command);
  }
  return [...new Set(found)];
}

export function readColour(line: CommandLine): boolean {
  const screen = { isTerminal: process.stdout.isTTY, environment: process.env };
  return choosePaint(line.text("color"), screen) === colourful;
}

/**
 * A JSON report of an earlier run.
 *
 * @throws {CommandError} 3 when it cannot be read, or is none
 */
export async function readReportFile(path: string): Promise<RunReport> {
  try {
    const octets = await readFile(path);
    if (octets.length > LONGEST_REPORT) throw new ReportError(`it is longer than ${LONGEST_REPORT} octets`);
    return readReport(octets.toString("utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof ReportError) && code === undefined) throw error;
    const why = error instanceof ReportError ? `it is no report of this suite: ${error.message}` : code;
    throw new CommandError(ExitCode.Unreachable, `${path}: ${why}`, { cause: error });
  }
}

function readSelection(line: CommandLine, profiles: readonly Profile[]): Selection {
  const named = line.texts("profile").flatMap((text) => text.split(","));
  for (const name of named) {
    if (!profiles.some((profile) => profile === name)) {
      throw usage(`--profile must be one of ${profiles.join(", ")}`, line.command);
    }
  }
  const only = line.texts("only");
  return {
    ...(named.length === 0 ? {} : { profiles: named as Profile[] }),
    ...(only.length === 0 ? {} : { only }),
    except: line.texts("except"),
  };
}
