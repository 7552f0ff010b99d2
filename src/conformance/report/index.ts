/** Everything made from a `RunReport`: values in, text out. Whoever calls writes the files and the terminal. */
export { type Badge, badgeOf, badgeReport } from "./badge.ts";
export { isFailing, type Judgement, type Regression, regressions } from "./baseline.ts";
export { annotateFrame, caseBlock } from "./failure-text.ts";
export { type Format, type FormatName, formats } from "./formats.ts";
export { htmlReport } from "./html.ts";
export { jsonReport } from "./json.ts";
export { junitReport } from "./junit.ts";
export { type LiveUpdate, LiveView, type LiveViewOptions } from "./live-view.ts";
export { markdownReport } from "./markdown.ts";
export type { TextStyle } from "./paint.ts";
export { ReportError, readReport } from "./read-report.ts";
export { reportSchema, type Schema, schemaFile } from "./schema.ts";
export { headLines, sectionLine, summaryLines, textReport } from "./text.ts";
export { visible } from "./visible.ts";
