/**
 * A vitest reporter that ends a run with one line a script can read: `N passed, N failed`.
 *
 * The line is written when the process exits, so nothing can follow it, and it never contradicts the exit
 * code: a run that ends badly for a reason no test knows of (a broken hook, a file that does not load, an
 * error nobody caught, a server that does not close) counts as a failure, and so does a run of no tests.
 */
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from "vitest/node";

/** How many checks a run passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** What {@link tally} reads of a finished run. */
export interface FinishedRun {
  readonly modules: readonly TestModule[];
  /** How many errors reached the process without a test to blame. */
  readonly unhandledErrors: number;
  readonly reason: TestRunEndReason;
}

/** Writes the closing line of a vitest run as the process exits. */
export default class ClosingLineReporter implements Reporter {
  #tally: Tally = { passed: 0, failed: 0 };

  onInit(): void {
    process.once("exit", (code) => {
      const final = settle(this.#tally, code);
      if (final.failed > 0 && code === 0) process.exitCode = 1;
      process.stdout.write(`${closingLine(final)}\n`);
    });
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    this.#tally = tally({ modules, unhandledErrors: unhandledErrors.length, reason });
  }
}

/** The line itself, without a line feed. */
export function closingLine({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}

/** Makes a tally agree with the exit code, and refuses to call an empty run a success. */
export function settle({ passed, failed }: Tally, exitCode: number): Tally {
  const bad = exitCode !== 0 || passed + failed === 0;
  return { passed, failed: bad ? Math.max(failed, 1) : failed };
}

/** Counts tests, and as failures also: broken suites and files, tests that never finished, stray errors. */
export function tally({ modules, unhandledErrors, reason }: FinishedRun): Tally {
  let passed = 0;
  let failed = unhandledErrors;
  const walk = (parent: TestModule | TestSuite): void => {
    failed += parent.errors().length;
    for (const child of parent.children) {
      if (child.type === "suite") walk(child);
      else if (outcome(child) === "passed") passed++;
      else if (outcome(child) === "failed") failed++;
    }
  };
  for (const module of modules) {
    walk(module);
    if (module.state() === "queued" || module.state() === "pending") failed++;
  }
  return { passed, failed: reason === "passed" ? failed : Math.max(failed, 1) };
}

/** A test that is still pending when the run is over has been lost with its process. */
function outcome(test: TestCase): "passed" | "failed" | "skipped" {
  const { state } = test.result();
  return state === "pending" ? "failed" : state;
}
