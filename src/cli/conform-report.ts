/** Reports as files, or on standard output. */
import { access, constants, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FormatName, formats, type RunReport } from "../conformance/index.ts";
import { type CommandLine, usage } from "./command-line.ts";
import { readColour, readFormats, readReportFile } from "./conform-options.ts";
import { CommandError, ExitCode } from "./exit-code.ts";

export interface ReportOptions {
  readonly formats: readonly FormatName[];
  readonly out: string | undefined;
  readonly colour: boolean;
}

/** `barewire conform report FILE…` */
export async function reportFiles(line: CommandLine): Promise<ExitCode> {
  if (line.operands.length === 0) throw usage("it takes JSON reports", line.command);
  const reports = await Promise.all(line.operands.map(readReportFile));
  const options = { formats: readFormats(line, "html"), out: line.text("out"), colour: readColour(line) };
  if (reports.length > 1 && options.formats.some((name) => name !== "html")) {
    throw usage("only the HTML report puts several runs side by side", line.command);
  }
  if (options.out === undefined && options.formats.includes("text")) {
    process.stdout.write(formats.text.render(reports));
  }
  if (options.out !== undefined) await prepareFolder(options.out);
  await writeReports(reports, options);
  return ExitCode.Ok;
}

/**
 * Writes each format that was asked for: into `out`, which is there, or without one to standard output, where text has been shown
 * already.
 *
 * @throws {CommandError} 3 when a file cannot be written
 */
export async function writeReports(
  reports: readonly RunReport[],
  { formats: names, out }: ReportOptions,
): Promise<void> {
  for (const name of names) {
    const { fileName, render } = formats[name];
    if (out !== undefined) await write(out, fileName, render(reports));
    else if (name !== "text") process.stdout.write(render(reports));
  }
}

async function write(directory: string, fileName: string, text: string): Promise<void> {
  const path = join(directory, fileName);
  try {
    await writeFile(path, text);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/**
 * Makes a folder for reports, unless it is there.
 *
 * @throws {CommandError} 3 when nothing can be written there
 */
export async function prepareFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    // With the full stop: a file of that name is no folder.
    await access(`${path}/.`, constants.W_OK);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** As `mkdir` does with `recursive`, which goes on for ever where a folder cannot be made though its parent is there. */
async function makeFolder(path: string): Promise<void> {
  const make = async (): Promise<void> => {
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  };
  try {
    await make();
  } catch (error) {
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === path) throw error;
    await makeFolder(parent);
    await make();
  }
}

function notWritten(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new CommandError(ExitCode.Unreachable, `${path} cannot be written: ${code}`, { cause: error });
}
