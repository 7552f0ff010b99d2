/** Carries out cases against a target: many at a time, each within bounds, and always to a verdict. */
import type { Case, CaseDescription } from "../case.ts";
import { Random } from "../random.ts";
import { shortened } from "../shortened.ts";
import {
  Deviation,
  type Finding,
  NotApplicable,
  SetupFailed,
  severityOf,
  type Verdict,
  verdictOf,
  verdicts,
} from "../verdict.ts";
import { WireLog } from "../wire/wire-log.ts";
import {
  type CaseReport,
  REPORT_FORMAT,
  type RunObserver,
  type RunReport,
  type TargetDescription,
} from "./run-report.ts";
import type { CaseContext, Target } from "./target.ts";

export interface RunOptions {
  /** Cases at a time. Default 8. */
  readonly concurrency?: number;
  /** The least time to wait for evidence, in milliseconds; more where the target is slow. Default 5,000. */
  readonly patience?: number;
  /** What is drawn at random is drawn from it. Default 1. */
  readonly seed?: number;
  readonly observer?: RunObserver;
  /** Ends the run early; what is known by then is reported. */
  readonly signal?: AbortSignal;
  /** What the suite calls itself. */
  readonly suite: { readonly name: string; readonly version: string };
  /** The command that repeats one case. */
  readonly repeat: (id: string) => string;
}

/** A target that takes so many times as long for one answer is waited for all the longer. */
const ANSWERS = 40;
/** No case takes longer than so many times the patience: a peer could go on sending for ever. */
const LONGEST_CASE = 24;
/** Characters of a finding or a reason, and of what the target calls itself. */
const LONGEST_TEXT = 2_000;
const LONGEST_NAME = 200;

/**
 * Runs `cases` against `target`, which stays open.
 *
 * @throws {TargetUnreachable} when there is nothing to test
 */
export async function runCases<T>(
  cases: readonly Case<T>[],
  target: Target<T>,
  options: RunOptions,
): Promise<RunReport> {
  const run = new Run(cases, target, options);
  return run.carryOut();
}

class Run<T> {
  readonly #cases: readonly Case<T>[];
  readonly #target: Target<T>;
  readonly #options: RunOptions;
  readonly #signal: AbortSignal;
  readonly #reports = new Map<string, CaseReport>();
  readonly #running = new Set<string>();
  readonly #seed: number;
  #patience: number;
  #ended: string | undefined;

  constructor(cases: readonly Case<T>[], target: Target<T>, options: RunOptions) {
    this.#cases = cases;
    this.#target = target;
    this.#options = options;
    this.#seed = options.seed ?? 1;
    this.#patience = options.patience ?? 5_000;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  async carryOut(): Promise<RunReport> {
    const startedAt = new Date();
    const began = performance.now();
    const { observer, concurrency = 8 } = this.#options;
    this.#target.prepare?.(this.#cases);
    if (await this.#probe()) {
      observer?.started?.(this.#cases);
      if (this.#target.next !== undefined) await this.#carryOutAsTheyCome(concurrency);
      else {
        const together = this.#cases.filter(({ alone }) => !alone);
        await this.#carryOutAll(together, concurrency);
        await this.#carryOutAll(
          this.#cases.filter(({ alone }) => alone),
          1,
        );
      }
    }
    return this.#report(startedAt, performance.now() - began);
  }

  /** Whether there is anything to run. A precondition that fails is one failure, not one for every case. */
  async #probe(): Promise<boolean> {
    try {
      const answer = await this.#target.probe(this.#signal);
      this.#patience = Math.max(this.#patience, Math.ceil(ANSWERS * answer));
      return true;
    } catch (error) {
      if (!(error instanceof SetupFailed)) throw error;
      this.#ended = error.message;
      return false;
    }
  }

  async #carryOutAll(cases: readonly Case<T>[], concurrency: number): Promise<void> {
    const waiting = [...cases];
    const lane = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        if (this.#signal.aborted) this.#ended ??= "ended early";
        if (this.#ended !== undefined) return;
        await this.#carryOut(item);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, cases.length) }, lane));
  }

  /** The target decides which case is next, and when. What it never came for is left out, and the run is not complete. */
  async #carryOutAsTheyCome(concurrency: number): Promise<void> {
    const waiting = [...this.#cases];
    const running = new Set<Promise<void>>();
    while (waiting.length > 0 && this.#ended === undefined) {
      const item = await this.#target.next!(waiting);
      if (item === undefined) break;
      waiting.splice(waiting.indexOf(item), 1);
      while (running.size >= (item.alone ? 1 : concurrency)) await Promise.race(running);
      const carriedOut = this.#carryOut(item).finally(() => running.delete(carriedOut));
      running.add(carriedOut);
      if (item.alone) await carriedOut;
    }
    await Promise.all(running);
    if (waiting.length === 0) return;
    const left = `the client came for ${this.#cases.length - waiting.length} of ${this.#cases.length} cases`;
    this.#ended ??= this.#signal.aborted ? "ended early" : left;
  }

  async #carryOut(item: Case<T>): Promise<void> {
    const began = performance.now();
    const log = new WireLog(() => Math.round((performance.now() - began) * 10) / 10);
    const findings: Finding[] = [];
    const context: CaseContext = {
      log,
      random: Random.for(this.#seed, item.id),
      note: (finding) => findings.push(brief(finding)),
      patience: this.#patience,
      signal: this.#signal,
    };
    this.#options.observer?.caseStarted?.(item);
    this.#running.add(item.id);
    const { verdict, reason } = await this.#judge(item, context, findings);
    // Ended under way: nothing is known of it.
    if (this.#signal.aborted && verdict !== "pass") return;
    this.#running.delete(item.id);
    const report: CaseReport = {
      ...describeCase(item),
      verdict,
      findings,
      ...(reason === undefined ? {} : { reason: shortened(reason, LONGEST_TEXT) }),
      duration: Math.round((performance.now() - began) * 10) / 10,
      wire: verdict === "pass" ? log.brief : log.entries,
      repeat: this.#options.repeat(item.id),
    };
    this.#reports.set(item.id, report);
    this.#target.judged?.(report);
    this.#options.observer?.caseEnded?.(report);
    if (verdict === "setup failed") await this.#askWhetherAlive(reason ?? "");
  }

  async #judge(
    item: Case<T>,
    context: CaseContext,
    findings: Finding[],
  ): Promise<{ verdict: Verdict; reason?: string }> {
    const trial = this.#target.begin(item, context);
    try {
      await this.#withinBounds(item.run(trial));
      return { verdict: verdictOf(findings) };
    } catch (error) {
      if (error instanceof NotApplicable) return { verdict: "not applicable", reason: error.message };
      if (error instanceof SetupFailed) return { verdict: "setup failed", reason: error.message };
      if (!(error instanceof Deviation)) {
        return {
          verdict: "harness error",
          reason: error instanceof Error ? (error.stack ?? error.message) : `${error}`,
        };
      }
      const { expected, came, level = item.level, clause } = error;
      findings.push(
        brief({ severity: severityOf(level), expected, came, ...(clause === undefined ? {} : { clause }) }),
      );
      return { verdict: verdictOf(findings) };
    } finally {
      await this.#target.end(trial);
    }
  }

  async #withinBounds(running: Promise<void>): Promise<void> {
    const limit = this.#patience * LONGEST_CASE;
    const { promise, reject } = Promise.withResolvers<never>();
    const came = `still going on after ${Math.round(limit / 1000)} s`;
    const timer = setTimeout(
      () => reject(new Deviation("an end of the case", came, { level: "MUST" })),
      limit,
    );
    const end = (): void => reject(new SetupFailed("ended early"));
    this.#signal.addEventListener("abort", end, { once: true });
    if (this.#signal.aborted) end();
    try {
      await Promise.race([running, promise]);
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener("abort", end);
      // What a case that was given up still does is nobody's business.
      running.catch(() => {});
    }
  }

  /** A case that could not begin may mean that there is nothing left to test, and who brought it down. */
  async #askWhetherAlive(reason: string): Promise<void> {
    if (this.#ended !== undefined || (await this.#target.alive())) return;
    const suspects = [...this.#running].join(", ");
    this.#ended = `the target is gone (${reason})${suspects === "" ? "" : `; running at the time: ${suspects}`}`;
  }

  #report(startedAt: Date, duration: number): RunReport {
    const reports = this.#cases.flatMap(({ id }) => this.#reports.get(id) ?? []);
    const totals = Object.fromEntries(
      verdicts.map((verdict) => [verdict, reports.filter((report) => report.verdict === verdict).length]),
    ) as Record<Verdict, number>;
    return {
      format: REPORT_FORMAT,
      role: this.#target.role,
      target: nameShortened(this.#target.description),
      suite: this.#options.suite,
      startedAt: startedAt.toISOString(),
      duration: Math.round(duration),
      seed: this.#seed,
      complete: this.#ended === undefined && !this.#signal.aborted,
      ...(this.#ended === undefined ? {} : { ended: shortened(this.#ended, LONGEST_TEXT) }),
      totals,
      cases: reports,
    };
  }
}

/** A peer may have said much of what is told of it. */
function brief(finding: Finding): Finding {
  const { expected, came } = finding;
  return {
    ...finding,
    expected: shortened(expected, LONGEST_TEXT),
    came: shortened(came, LONGEST_TEXT),
  };
}

function nameShortened({ name, ...description }: TargetDescription): TargetDescription {
  return name === undefined ? description : { ...description, name: shortened(name, LONGEST_NAME) };
}

/** What is told about a case, without what runs it. */
export function describeCase({
  id,
  title,
  requirement,
  level,
  profile,
  autobahn,
}: CaseDescription): CaseDescription {
  return { id, title, requirement, level, profile, autobahn };
}
