/** One run of the suite as a command: what is shown meanwhile, what is written at the end, and the exit code. */
import {
  type Case,
  type FormatName,
  isFailing,
  type LiveUpdate,
  LiveView,
  type RunObserver,
  type RunReport,
  runCases,
  SetupFailed,
  type Target,
  TargetUnreachable,
} from "../conformance/index.ts";
import type { CommandLine } from "./command-line.ts";
import { describeRegressions, readBaseline } from "./conform-baseline.ts";
import { selected } from "./conform-list.ts";
import type { ConformOptions } from "./conform-options.ts";
import { prepareFolder, writeReports } from "./conform-report.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { repeatCommand } from "./repeat-command.ts";
import { version } from "./version.ts";

/**
 * Runs the selected cases.
 *
 * @throws {CommandError} 2 when no case is selected, 3 when there is nothing to test, or nowhere to write
 */
export async function carryOut<T>(
  line: CommandLine,
  all: readonly Case<T>[],
  target: Target<T>,
  options: ConformOptions,
): Promise<ExitCode> {
  const cases = selected(all, options, line.command);
  const { strict, selection, out } = options;
  // What cannot be written is better known before the run than after it.
  if (out !== undefined) await prepareFolder(out);
  const baseline =
    options.baseline === undefined ? undefined : await readBaseline(options.baseline, target.role, selection);
  const report = await observedRun(line, cases, target, options);
  if (baseline !== undefined && report.complete)
    process.stderr.write(describeRegressions(report, baseline, strict));
  await writeReports([report], options);
  return exitCodeOf(report, { strict, ...(baseline === undefined ? {} : { baseline }) });
}

/** Runs the cases until they are done, or somebody ends them; and shows them meanwhile. */
async function observedRun<T>(
  line: CommandLine,
  cases: readonly Case<T>[],
  target: Target<T>,
  options: ConformOptions,
): Promise<RunReport> {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort();
  // The second signal finds no listener, and does what signals do.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  const screen = new Screen(options);
  try {
    const report = await runCases(cases, target, {
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      patience: options.patience,
      seed: options.seed,
      observer: screen,
      signal: stopping.signal,
      suite: { name: "barewire", version: version() },
      repeat: (id) => repeatCommand(line, { id, seed: options.seed }),
    });
    screen.finished(report);
    return report;
  } catch (error) {
    if (!(error instanceof TargetUnreachable || error instanceof SetupFailed)) throw error;
    throw new CommandError(ExitCode.Unreachable, error.message, { cause: error });
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
    await target.close();
  }
}

function exitCodeOf(report: RunReport, judgement: Parameters<typeof isFailing>[1]): ExitCode {
  if (report.totals["harness error"] > 0) return ExitCode.Internal;
  return isFailing(report, judgement) ? ExitCode.Bad : ExitCode.Ok;
}

/** What is shown while the run goes on: text where text is asked for, progress wherever somebody looks. */
class Screen implements RunObserver {
  readonly #view: LiveView;
  readonly #text: boolean;
  readonly #progress: boolean = process.stderr.isTTY === true;

  constructor({ formats, out, colour }: ConformOptions) {
    const width = process.stdout.columns ?? 100;
    this.#text = formats.includes("text") && (out !== undefined || !formats.some(isForMachines));
    this.#view = new LiveView({ colour, width, terminal: this.#progress });
  }

  started(cases: Parameters<NonNullable<RunObserver["started"]>>[0]): void {
    this.#show(this.#view.started(cases));
  }

  caseStarted(description: Parameters<NonNullable<RunObserver["caseStarted"]>>[0]): void {
    this.#show(this.#view.caseStarted(description));
  }

  caseEnded(report: Parameters<NonNullable<RunObserver["caseEnded"]>>[0]): void {
    this.#show(this.#view.caseEnded(report));
  }

  finished(report: RunReport): void {
    this.#show(this.#view.finished(report));
  }

  #show({ lines, progress }: LiveUpdate): void {
    // The line of progress is rewritten where it stands, and what is printed takes its place.
    if (this.#progress) process.stderr.write("\r\x1b[K");
    if (this.#text && lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
    if (this.#progress && progress !== undefined) process.stderr.write(progress);
  }
}

function isForMachines(format: FormatName): boolean {
  return format !== "text";
}
