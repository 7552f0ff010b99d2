/** A run as JUnit XML, as GitLab, Jenkins and the actions for GitHub read it: a test suite per section. */
import type { CaseReport, RunReport } from "../run/run-report.ts";
import { caseBlock } from "./failure-text.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { countVerdicts } from "./verdict-words.ts";
import { visible, visibleLines } from "./visible.ts";

/** Columns of the text within an element. */
const WIDTH = 110;

/** The whole file. A warning is a passed test that says something on its `system-out`. */
export function junitReport(report: RunReport): string {
  const { target, role, suite, startedAt, duration, cases } = report;
  const counts = attributes({ ...countsOf(cases), time: seconds(duration), timestamp: startedAt });
  const name = attributes({ name: `${suite.name} conformance: ${role} ${target.name ?? target.address}` });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${name}${counts}>`,
    ...sectionsOf(cases).flatMap((section) => suiteLines(section, report)),
    ...(report.complete ? [] : endedLines(report)),
    "</testsuites>",
    "",
  ].join("\n");
}

/**
 * XML character data or an attribute's value: what XML 1.0 §2.2 does not allow, and what else cannot be seen, is
 * escaped as in the other reports; then what is markup.
 */
export function xmlText(text: string): string {
  return visibleLines(text)
    .join("\n")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function suiteLines(section: Section<CaseReport>, { startedAt }: RunReport): readonly string[] {
  const { profile, name, title, cases } = section;
  const time = seconds(cases.reduce((sum, { duration }) => sum + duration, 0));
  const suite = { name: `${profile} ${name}${title === undefined ? "" : ` ${title}`}`, ...countsOf(cases) };
  return [
    `  <testsuite${attributes({ ...suite, time, timestamp: startedAt })}>`,
    ...cases.flatMap((item) => caseLines(item, section)),
    "  </testsuite>",
  ];
}

function caseLines(item: CaseReport, { profile, name }: Section<CaseReport>): readonly string[] {
  // Jenkins takes what is before the last dot of a class for its package.
  const classname = `${profile}.${name.replaceAll(".", "-")}`;
  const head = attributes({ classname, name: `${item.id} ${item.title}`, time: seconds(item.duration) });
  const result = resultLine(item);
  return result === undefined
    ? [`    <testcase${head}/>`]
    : [`    <testcase${head}>`, `      ${result}`, "    </testcase>"];
}

function resultLine(item: CaseReport): string | undefined {
  const { verdict, level, findings, reason = "" } = item;
  const [finding] = findings;
  const block = (): string => caseBlock(item, { colour: false, width: WIDTH }).join("\n");
  switch (verdict) {
    case "pass":
      return undefined;
    case "info":
    case "warn":
      return `<system-out>${xmlText(`${verdict}\n${block()}`)}</system-out>`;
    case "fail": {
      const message =
        finding === undefined ? item.title : `expected ${finding.expected}; came ${finding.came}`;
      return `<failure${attributes({ message, type: level })}>${xmlText(block())}</failure>`;
    }
    case "setup failed":
    case "harness error":
      return `<error${attributes({ message: reason, type: verdict })}>${xmlText(block())}</error>`;
    case "not applicable":
      return `<skipped${attributes({ message: reason })}/>`;
  }
}

/** A run that ended early must not look like one that passed. */
function endedLines({ ended = "ended early" }: RunReport): readonly string[] {
  return [
    `  <testsuite${attributes({ name: "the run", tests: 1, failures: 0, errors: 1, skipped: 0 })}>`,
    `    <testcase${attributes({ classname: "run", name: "the run is complete" })}>`,
    `      <error${attributes({ message: ended, type: "not complete" })}/>`,
    "    </testcase>",
    "  </testsuite>",
  ];
}

function countsOf(cases: readonly CaseReport[]): Readonly<Record<string, number>> {
  const counts = countVerdicts(cases);
  return {
    tests: cases.length,
    failures: counts.fail,
    errors: counts["setup failed"] + counts["harness error"],
    skipped: counts["not applicable"],
  };
}

function attributes(given: Readonly<Record<string, string | number>>): string {
  return Object.entries(given)
    .map(([name, value]) => ` ${name}="${xmlText(visible(String(value)))}"`)
    .join("");
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
