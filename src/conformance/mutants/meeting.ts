/** A mutant that met a case, and whether the case noticed. */
import type { CaseReport } from "../run/run-report.ts";
import type { Verdict } from "../verdict.ts";
import type { Mutant } from "./mutants.ts";

/** What became of one case. */
export type Proven = Pick<CaseReport, "id" | "profile" | "verdict" | "findings" | "reason" | "duration">;

export interface Meeting extends Proven {
  readonly mutant: Mutant;
  /** What the peer without the fault gets. */
  readonly correct: Verdict;
}

/** What a correct peer gets: figures are told, and are no verdict. */
export function usualVerdict({ profile }: Pick<Proven, "profile">): Verdict {
  return profile === "perf" ? "info" : "pass";
}

/**
 * Whether the case noticed: it says something of the peer that it does not say of a correct one. Where that is a figure,
 * which is no verdict, it told none.
 */
export function isRed({
  verdict,
  correct,
  findings,
}: Pick<Meeting, "verdict" | "correct" | "findings">): boolean {
  if (verdict === correct)
    return verdict === "info" && !findings.some(({ expected }) => expected === "a figure");
  return verdict === "fail" || verdict === "warn" || verdict === "info";
}
