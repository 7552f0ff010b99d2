/** What the page is given of the runs: everything but the wire logs, which are read when they are looked at. */
import type { CaseReport, RunReport } from "../../run/run-report.ts";

/** A case without its wire log. */
export type CaseSummary = Omit<CaseReport, "wire">;

/** A run without the wire logs of its cases. */
export interface RunSummary extends Omit<RunReport, "cases"> {
  readonly cases: readonly CaseSummary[];
}

/** The `id` of the element that holds the runs, as a JSON array of {@link RunSummary}. */
export const RUNS_ELEMENT = "runs";

/** The `id` of the element that holds the wire logs of a run, case by case, as a JSON array of arrays. */
export function wireElement(run: number): string {
  return `wire-${run}`;
}
