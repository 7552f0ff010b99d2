/** What got worse since another run, and whether a run is to fail. */
import type { RunReport } from "../run/run-report.ts";
import type { Verdict } from "../verdict.ts";
import { ReportError } from "./read-report.ts";

/** One case that got worse. */
export interface Regression {
  readonly id: string;
  readonly title: string;
  /** Undefined: the case was not in the baseline. */
  readonly was: Verdict | undefined;
  /** Undefined: the case is not in the report. */
  readonly now: Verdict | undefined;
}

/** How {@link isFailing} judges. */
export interface Judgement {
  /** Whether warnings fail too. Default false. */
  readonly strict?: boolean;
  /** The run that is compared with: only what got worse since then fails. */
  readonly baseline?: RunReport;
}

/**
 * How bad each verdict is. `not applicable` is behind `pass`: a peer that no longer takes part in what it passed
 * has lost something, such as compression, and a run that no longer asks proves less.
 */
const gravity: Readonly<Record<Verdict, number>> = {
  pass: 0,
  info: 0,
  "not applicable": 1,
  warn: 2,
  fail: 3,
  "setup failed": 3,
  "harness error": 3,
};

/**
 * The cases that are worse in `report` than in `baseline`: with a graver verdict, gone, or new and failing.
 * With `strict` also those that are new and warned. For a run of selected cases leave the others out of the baseline as well, or they count as gone.
 *
 * @throws {ReportError} when the two are about different roles
 */
export function regressions(report: RunReport, baseline: RunReport, strict = false): readonly Regression[] {
  if (report.role !== baseline.role)
    throw new ReportError(`the baseline is of a ${baseline.role}, the run of a ${report.role}`);
  const before = new Map(baseline.cases.map((item) => [item.id, item.verdict]));
  const there = new Set(report.cases.map(({ id }) => id));
  const worse = report.cases.flatMap(({ id, title, verdict: now }): readonly Regression[] => {
    const was = before.get(id);
    const isWorse = was === undefined ? gravity[now] >= leastBad(strict) : gravity[now] > gravity[was];
    return isWorse ? [{ id, title, was, now }] : [];
  });
  const gone = baseline.cases.filter(({ id }) => !there.has(id));
  return [...worse, ...gone.map(({ id, title, verdict }) => ({ id, title, was: verdict, now: undefined }))];
}

/**
 * Whether the run is a reason to stop: a case failed, could not begin or met a fault of the suite, with `strict`
 * also a warning; or it is not complete. With a baseline only regressions count, with `strict` also new warnings.
 *
 * @throws {ReportError} when the baseline is about another role
 */
export function isFailing(report: RunReport, { strict = false, baseline }: Judgement = {}): boolean {
  if (!report.complete) return true;
  if (baseline !== undefined) return regressions(report, baseline, strict).length > 0;
  return report.cases.some(({ verdict }) => gravity[verdict] >= leastBad(strict));
}

function leastBad(strict: boolean): number {
  return strict ? gravity.warn : gravity.fail;
}
