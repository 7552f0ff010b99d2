/** A run for people at a terminal: a line per section, the cases that need a look, and a summary. */
import type { CaseDescription, Profile } from "../case.ts";
import type { CaseReport, RunReport } from "../run/run-report.ts";
import type { Verdict } from "../verdict.ts";
import { caseBlock } from "./failure-text.ts";
import { columns, cut, paint, paintVerdict, symbolOf, type TextStyle } from "./paint.ts";
import { type Section, sectionsOf } from "./sections.ts";
import {
  countedWords,
  countVerdicts,
  durationWords,
  gravest,
  verdictsByGravity,
  verdictWords,
} from "./verdict-words.ts";
import { visible } from "./visible.ts";

/** Columns of a section's name and title. */
const NAME = 16;
const TITLE = 34;

/** The verdicts of which each case is told at length. */
const toldAtLength: ReadonlySet<Verdict> = new Set(["fail", "warn", "setup failed", "harness error"]);

/** Whether a case is told at length and not only counted. */
export function needsALook({ verdict }: Pick<CaseReport, "verdict">): boolean {
  return toldAtLength.has(verdict);
}

/** The whole report as text. */
export function textReport(report: RunReport, style: TextStyle): string {
  const sections = sectionsOf(report.cases);
  const lines = sections.flatMap((section, at) => [
    ...(section.profile === sections[at - 1]?.profile ? [] : ["", profileLine(section.profile, style)]),
    sectionLine(section, style),
  ]);
  const blocks = report.cases.filter(needsALook).flatMap((item) => ["", ...caseBlock(item, style)]);
  return [...headLines(report, style), ...lines, ...blocks, "", ...summaryLines(report, style), ""].join(
    "\n",
  );
}

/** What is tested, and by what. */
export function headLines(report: Omit<RunReport, "cases" | "totals">, style: TextStyle): readonly string[] {
  const { target, role, suite, seed } = report;
  const name = target.name === undefined ? "" : ` (${visible(target.name)})`;
  return [
    `${paint(style, "strong", visible(target.address))}${name}`,
    paint(style, "dim", visible(`${role} · ${suite.name} ${suite.version} · seed ${seed}`)),
  ];
}

/** The heading above the sections of a profile. */
export function profileLine(profile: Profile, style: TextStyle): string {
  return paint(style, "strong", visible(profile));
}

/** One section in one line: `✗ rfc6455/5.5.1  Close   2 failed, 12 passed`. */
export function sectionLine(section: Section<CaseReport>, style: TextStyle): string {
  const counts = countVerdicts(section.cases);
  const verdict = gravest(section.cases.map((item) => item.verdict)) ?? "not applicable";
  const name = visible(section.name).padEnd(NAME);
  const room = columns(style) - name.length - 7;
  const words = cut(countedWords(counts) ?? "", room);
  const title = cut(section.title ?? "", Math.min(TITLE, room - words.length - 2)).padEnd(
    Math.max(0, Math.min(TITLE, room - words.length)),
  );
  return `  ${symbolOf(style, verdict)} ${name} ${paint(style, "dim", title)} ${paintVerdict(style, verdict, words)}`;
}

/** The end: how many of which verdict, how long it took, and why it ended early if it did. */
export function summaryLines(report: RunReport, style: TextStyle): readonly string[] {
  const { totals, cases, duration, complete, ended } = report;
  const counted = verdictsByGravity
    .filter((verdict) => totals[verdict] > 0)
    .map((verdict) => paintVerdict(style, verdict, `${totals[verdict]} ${verdictWords[verdict].counted}`));
  const number = cases.length === 1 ? "1 case" : `${cases.length} cases`;
  const early = ended ?? "ended early";
  return [
    `${paint(style, "strong", `${number} in ${durationWords(duration)}`)}: ${counted.join(", ") || "nothing was tested"}`,
    ...(complete ? [] : [paint(style, "bad", `not complete: ${visible(early)}`)]),
  ];
}

/** `rfc6455/5.5.1` of a case, for a line of progress. */
export function sectionName(description: CaseDescription): string {
  return visible(sectionsOf([description])[0]?.name ?? description.id);
}
