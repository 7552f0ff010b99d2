/** The cases of all runs as rows, one for each id, and which of them a filter lets through. */
import type { CaseDescription, Level, Profile, Role } from "../../case.ts";
import type { Verdict } from "../../verdict.ts";
import { type Section, sectionsOf } from "../sections.ts";
import type { CaseSummary, RunSummary } from "./run-data.ts";

/** One case, in all runs. */
export interface Row extends CaseDescription {
  /** What became of it in each run; undefined where it was not run. */
  readonly results: readonly (CaseSummary | undefined)[];
  /** Where it stands in each run, counted from 0; -1 where it was not run. */
  readonly places: readonly number[];
  /** Whether runs of the same role came to different verdicts, or one of them did not run it. */
  readonly differs: boolean;
}

/** What is shown. An empty set lets everything through. */
export interface Filter {
  readonly verdicts: ReadonlySet<Verdict>;
  readonly profiles: ReadonlySet<Profile>;
  readonly levels: ReadonlySet<Level>;
  readonly roles: ReadonlySet<Role>;
  readonly onlyDiffering: boolean;
}

/** The rows, section by section, in the order in which the runs have them. */
export function sectionRows(runs: readonly RunSummary[]): readonly Section<Row>[] {
  const places = runs.map(({ cases }) => new Map(cases.map(({ id }, at) => [id, at])));
  const descriptions = new Map<string, CaseDescription>();
  for (const { cases } of runs) {
    for (const item of cases) if (!descriptions.has(item.id)) descriptions.set(item.id, item);
  }
  const rows = [...descriptions.values()].map((description): Row => {
    const { id, title, requirement, level, profile, autobahn } = description;
    const its = places.map((known) => known.get(id) ?? -1);
    const results = its.map((place, run) => runs[run]!.cases[place]);
    const differs = differ(results, runs);
    return { id, title, requirement, level, profile, autobahn, results, places: its, differs };
  });
  return sectionsOf(rows);
}

/** Whether the row is shown. Runs of a role that is not chosen do not count. */
export function passes(row: Row, filter: Filter, runs: readonly RunSummary[]): boolean {
  const { verdicts, profiles, levels, roles, onlyDiffering } = filter;
  if (profiles.size > 0 && !profiles.has(row.profile)) return false;
  if (levels.size > 0 && !levels.has(row.level)) return false;
  if (onlyDiffering && !row.differs) return false;
  return row.results.some((result, run) => {
    if (result === undefined || !isChosen(roles, runs[run]!.role)) return false;
    return verdicts.size === 0 || verdicts.has(result.verdict);
  });
}

/** Whether a role is among those chosen. */
export function isChosen(roles: ReadonlySet<Role>, role: Role): boolean {
  return roles.size === 0 || roles.has(role);
}

function differ(results: Row["results"], runs: readonly RunSummary[]): boolean {
  const byRole = new Map<Role, Set<Verdict | undefined>>();
  for (const [run, { role }] of runs.entries()) {
    const verdicts = byRole.get(role) ?? new Set();
    byRole.set(role, verdicts.add(results[run]?.verdict));
  }
  return [...byRole.values()].some(({ size }) => size > 1);
}
