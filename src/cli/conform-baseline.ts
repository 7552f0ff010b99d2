/** The run that `--baseline` names, and what is worse than there. */
import {
  type Regression,
  type Role,
  type RunReport,
  regressions,
  type Selection,
  selectCases,
} from "../conformance/index.ts";
import { readReportFile } from "./conform-options.ts";
import { CommandError, ExitCode } from "./exit-code.ts";
import { printable } from "./printable.ts";

/**
 * The baseline, with the selected cases alone.
 *
 * @throws {CommandError} 3 when it cannot be read, is no report, or is about another role
 */
export async function readBaseline(path: string, role: Role, selection: Selection): Promise<RunReport> {
  const baseline = await readReportFile(path);
  if (baseline.role !== role) {
    throw new CommandError(
      ExitCode.Unreachable,
      `${path}: it is the report of a ${baseline.role}, not of a ${role}`,
    );
  }
  return { ...baseline, cases: selectCases(baseline.cases, selection) };
}

/** Lines that name each case that is worse than in the baseline. */
export function describeRegressions(report: RunReport, baseline: RunReport, strict: boolean): string {
  const worse = regressions(report, baseline, strict);
  if (worse.length === 0) return "nothing is worse than in the baseline\n";
  return `worse than in the baseline:\n${worse.map(describeRegression).join("")}`;
}

function describeRegression({ id, title, was, now }: Regression): string {
  return `  ${printable(id)}  ${printable(title)}: ${now ?? "not there"}, was ${was ?? "not there"}\n`;
}
