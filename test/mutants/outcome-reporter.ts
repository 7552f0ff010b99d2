/** A vitest reporter that tells the process which started vitest what became of each test file, as soon as it is known. */
import type { Reporter, TestModule } from "vitest/node";

/** What became of a file in one of the projects. */
export interface Outcome {
  /** The name of the project. */
  readonly project: string;
  readonly passed: number;
  readonly failed: number;
  /** What went wrong, outside of tests also. */
  readonly errors: readonly string[];
}

export default class OutcomeReporter implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests()];
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const errors = [
      ...module.errors(),
      ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
      ...tests.flatMap((test) => test.result().errors ?? []),
    ];
    const outcome: Outcome = {
      project: module.project.name,
      passed: count("passed"),
      failed: count("failed"),
      errors: errors.map(({ message, stack }) => stack ?? message),
    };
    process.send?.(outcome);
  }
}
