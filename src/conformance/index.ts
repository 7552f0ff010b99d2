/**
 * The conformance suite: cases, targets, the runner and its reports.
 *
 * Nothing of the rest of this package is imported here, so that one codec cannot hide the fault of the other.
 */
export type { Case, CaseDescription, Level, Profile, Role } from "./case.ts";
export { clientCases, serverCases } from "./cases/index.ts";
export { ExecClientTarget, ListenClientTarget } from "./client/index.ts";
export type { ClientTrial } from "./client-trial.ts";
export { JwtTarget, type JwtTrial, jwtCases } from "./jwt/index.ts";
export {
  type FormatName,
  formats,
  isFailing,
  type LiveUpdate,
  LiveView,
  type Regression,
  ReportError,
  readReport,
  regressions,
} from "./report/index.ts";
export {
  type CaseReport,
  REPORT_FORMAT,
  type RunObserver,
  type RunReport,
  type TargetDescription,
} from "./run-report.ts";
export { type RunOptions, runCases } from "./runner.ts";
export { type Selection, selectCases } from "./selection.ts";
export { ServerTarget, type ServerTargetOptions } from "./server-target.ts";
export type { ServerTrial } from "./server-trial.ts";
export { type CaseContext, type Target, TargetUnreachable } from "./target.ts";
export type { Trial } from "./trial.ts";
export { Deviation, type Finding, NotApplicable, SetupFailed, type Verdict, verdicts } from "./verdict.ts";
export type { WireEntry, WireFrame } from "./wire-log.ts";
