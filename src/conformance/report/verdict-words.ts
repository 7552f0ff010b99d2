/** The verdicts as reports name and draw them. */
import type { Verdict } from "../verdict.ts";

/** How one verdict is told. */
export interface VerdictWords {
  /** A mark that tells it apart without colour. */
  readonly symbol: string;
  /** For a table's head: `n/a`. */
  readonly short: string;
  /** Behind a number: `3 failed`. */
  readonly counted: string;
}

/** All verdicts, those that need a look first; the order in which reports list them. */
export const verdictWords: Readonly<Record<Verdict, VerdictWords>> = {
  fail: { symbol: "✗", short: "fail", counted: "failed" },
  "setup failed": { symbol: "⊘", short: "setup failed", counted: "could not begin" },
  "harness error": { symbol: "‼", short: "harness error", counted: "met a fault of this suite" },
  warn: { symbol: "▲", short: "warn", counted: "warned" },
  info: { symbol: "i", short: "info", counted: "informed" },
  pass: { symbol: "✓", short: "pass", counted: "passed" },
  "not applicable": { symbol: "–", short: "n/a", counted: "not applicable" },
};

/** The keys of {@link verdictWords}, in its order. */
export const verdictsByGravity: readonly Verdict[] = Object.keys(verdictWords) as Verdict[];

/** `12 failed, 3 warned`; verdicts that nobody got are left out. Undefined when there are none at all. */
export function countedWords(counts: Readonly<Record<Verdict, number>>): string | undefined {
  const parts = verdictsByGravity.filter((verdict) => counts[verdict] > 0);
  if (parts.length === 0) return undefined;
  return parts.map((verdict) => `${counts[verdict]} ${verdictWords[verdict].counted}`).join(", ");
}

/** The gravest of the verdicts; undefined of none. */
export function gravest(given: Iterable<Verdict>): Verdict | undefined {
  const there = new Set(given);
  return verdictsByGravity.find((verdict) => there.has(verdict));
}

/** How often each verdict was given. */
export function countVerdicts(cases: Iterable<{ readonly verdict: Verdict }>): Record<Verdict, number> {
  const counts = Object.fromEntries(verdictsByGravity.map((verdict) => [verdict, 0])) as Record<
    Verdict,
    number
  >;
  for (const { verdict } of cases) counts[verdict]++;
  return counts;
}

/** Milliseconds in words: `0.4 ms`, `12 ms`, `8.2 s`, `3 min 5 s`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 10) return `${Number(milliseconds.toFixed(1))} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
