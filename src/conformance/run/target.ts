/** What the runner needs to know of whatever is under test. */
import type { Case, Role } from "../case.ts";
import type { Random } from "../random.ts";
import type { Finding } from "../verdict.ts";
import type { WireLog } from "../wire/wire-log.ts";
import type { CaseReport, TargetDescription } from "./run-report.ts";

/** What a case is given to work with. */
export interface CaseContext {
  readonly log: WireLog;
  readonly random: Random;
  /** Takes what was found out without ending the case. */
  readonly note: (finding: Finding) => void;
  /** Milliseconds to wait for evidence before its absence is taken for an answer. */
  readonly patience: number;
  /** Aborted when the run is ended early. */
  readonly signal: AbortSignal;
}

/** How long something is waited for: no longer than this, nor than the run. */
export type Waiting = Pick<CaseContext, "patience" | "signal">;

/** Something under test, and the way to it. */
export interface Target<T> {
  readonly role: Role;
  readonly description: TargetDescription;
  /** Is told which cases will be run, before anything else. */
  prepare?(cases: readonly Case<T>[]): void;
  /**
   * Finds out whether there is anything to test, and how long it takes to answer.
   *
   * @returns milliseconds that one answer took
   * @throws {TargetUnreachable} when it is not there, or is something else
   * @throws {SetupFailed} when it is there but does not do what every case builds on
   */
  probe(signal: AbortSignal): Promise<number>;
  /** Whether the target is still there; asked when a case could not begin. */
  alive(): Promise<boolean>;
  /**
   * For a target that comes by itself: which of the cases still to be run is the next that it is here for. Without it
   * they are run in order, and the target is fetched.
   *
   * @returns `undefined` when it is here for none of them, and will not be
   */
  next?(waiting: readonly Case<T>[]): Promise<Case<T> | undefined>;
  /** Everything for one case. */
  begin(item: Case<T>, context: CaseContext): T;
  /** Leaves nothing of the case behind: connections, processes. */
  end(trial: T): Promise<void>;
  /** Is told what became of a case. */
  judged?(report: CaseReport): void;
  /** Ends what belongs to the run: a listening port, a process. */
  close(): Promise<void>;
}

/** There is nothing to test: one clear line on why. */
export class TargetUnreachable extends Error {
  override readonly name = "TargetUnreachable";
}
