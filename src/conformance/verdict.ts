/** The verdicts, and how a case arrives at one. */
import type { Level } from "./case.ts";

/**
 * What can be said of a case; never mixed.
 *
 * - `pass`, `fail` (a MUST), `warn` (a SHOULD), `info` (a MAY, or a figure): about the peer
 * - `not applicable`: the peer does not take part in what is tested, and need not
 * - `setup failed`: the case could not begin (no connection, no opening handshake, no echo)
 * - `harness error`: a fault of this suite
 */
export const verdicts = [
  "pass",
  "info",
  "warn",
  "fail",
  "not applicable",
  "setup failed",
  "harness error",
] as const;
export type Verdict = (typeof verdicts)[number];

/** One thing that was found out about the peer. */
export interface Finding {
  readonly severity: "fail" | "warn" | "info";
  /** What the specification lets one expect. */
  readonly expected: string;
  /** What came instead; for `info`, what was seen. */
  readonly came: string;
  /** The clause, where it is not the one in the case's id: `RFC 6455 §5.1`. */
  readonly clause?: string;
}

/** How severe it is to deviate from a rule of this level. */
export function severityOf(level: Level): Finding["severity"] {
  return level === "MUST" ? "fail" : level === "SHOULD" ? "warn" : "info";
}

/** The verdict that follows from the findings: the severest. */
export function verdictOf(findings: readonly Finding[]): "pass" | "info" | "warn" | "fail" {
  for (const severity of ["fail", "warn", "info"] as const) {
    if (findings.some((finding) => finding.severity === severity)) return severity;
  }
  return "pass";
}

export interface DeviationOptions {
  /** Where it is another than the case's own level. */
  readonly level?: Level;
  readonly clause?: string;
}

/** The peer did something else than it should have; ends the case. */
export class Deviation extends Error {
  override readonly name = "Deviation";
  readonly expected: string;
  readonly came: string;
  /** Where it is another than the case's own level. */
  readonly level: Level | undefined;
  readonly clause: string | undefined;

  constructor(expected: string, came: string, other: DeviationOptions = {}) {
    super(`expected ${expected}; came ${came}`);
    this.expected = expected;
    this.came = came;
    this.level = other.level;
    this.clause = other.clause;
  }
}

/** The peer does not take part in what the case is about, and need not; ends the case. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}

/** The case could not begin; ends it. */
export class SetupFailed extends Error {
  override readonly name = "SetupFailed";
}
