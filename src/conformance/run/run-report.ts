/** What a run leaves behind: the value that every report is made of, and that the JSON report is. */
import type { CaseDescription, Role } from "../case.ts";
import type { Finding, Verdict } from "../verdict.ts";
import type { WireEntry } from "../wire/wire-log.ts";

/** The name of the JSON report's format; its schema is `report/schema.ts`. */
export const REPORT_FORMAT = "barewire-conformance/1";

/** One run of the suite against one peer. */
export interface RunReport {
  readonly format: typeof REPORT_FORMAT;
  /** What was under test. */
  readonly role: Role;
  readonly target: TargetDescription;
  /** The suite that asked: `{ name: "barewire", version: "0.1.0" }`. */
  readonly suite: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Milliseconds. */
  readonly duration: number;
  /** Repeats what was chosen at random. */
  readonly seed: number;
  /** False when the run was ended early: what is here is what was known by then. */
  readonly complete: boolean;
  /** One clear line on why the run ended early, or could not begin. */
  readonly ended?: string;
  /** Counts by verdict; every verdict is there. */
  readonly totals: Readonly<Record<Verdict, number>>;
  readonly cases: readonly CaseReport[];
}

export interface TargetDescription {
  /** The URL, or the command. */
  readonly address: string;
  /** What it calls itself (the `Server` or `User-Agent` field), or the name that was given to it. */
  readonly name?: string;
}

/** One case of a run. */
export interface CaseReport extends CaseDescription {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Why it was not applicable, could not begin, or met a fault of ours. */
  readonly reason?: string;
  /** Milliseconds. */
  readonly duration: number;
  /** What went over the wire, in order, within bounds. */
  readonly wire: readonly WireEntry[];
  /** The command that repeats just this case. */
  readonly repeat: string;
}

/** What a run tells while it goes on. */
export interface RunObserver {
  /** The run begins: these cases will be run. */
  started?(cases: readonly CaseDescription[]): void;
  caseStarted?(description: CaseDescription): void;
  caseEnded?(report: CaseReport): void;
}
