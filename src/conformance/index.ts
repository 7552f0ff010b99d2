/**
 * The conformance suite: cases, targets, the runner and its reports.
 *
 * Nothing of the rest of this package is imported here, so that one codec cannot hide the fault of the other.
 */
export type { Case, CaseDescription, Level, Profile, Role } from "./case.ts";
export { clientCases, serverCases } from "./cases/index.ts";
export type { ClientTrial } from "./client/client-trial.ts";
export {
  type EchoClient,
  ExecClientTarget,
  InProcessClientTarget,
  ListenClientTarget,
} from "./client/index.ts";
export { JwtTarget, type JwtTrial, jwtCases } from "./jwt/index.ts";
export type { Trial } from "./peer/trial.ts";
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
  reportSchema,
} from "./report/index.ts";
export {
  type CaseReport,
  REPORT_FORMAT,
  type RunObserver,
  type RunReport,
  type TargetDescription,
} from "./run/run-report.ts";
export { type RunOptions, runCases } from "./run/runner.ts";
export { type Selection, selectCases } from "./run/selection.ts";
export { type CaseContext, type Target, TargetUnreachable } from "./run/target.ts";
export { ServerTarget, type ServerTargetOptions } from "./server/server-target.ts";
export type { ServerTrial } from "./server/server-trial.ts";
export { Deviation, type Finding, NotApplicable, SetupFailed, type Verdict, verdicts } from "./verdict.ts";
export type { WireEntry, WireFrame } from "./wire/wire-log.ts";
