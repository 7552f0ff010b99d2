/** A run as Markdown for the page of a CI job: a table of the profiles, then each case that needs a look. */
import type { CaseReport, RunReport } from "../run/run-report.ts";
import type { Verdict } from "../verdict.ts";
import { addressOf, clauseOf } from "./clause.ts";
import { needsALook } from "./text.ts";
import { countVerdicts, durationWords, verdictsByGravity, verdictWords } from "./verdict-words.ts";
import { visible } from "./visible.ts";

/** GitHub refuses a summary of more than 1 MiB; in octets, with room for other steps' lines. */
const MOST_OCTETS = 1_000_000;

const headings: Readonly<Partial<Record<Verdict, string>>> = {
  fail: "Failed",
  "setup failed": "Could not begin",
  "harness error": "Met a fault of this suite",
  warn: "Warned",
};

/**
 * The summary, of at most `mostOctets` octets in UTF-8: cases that would be too much are left out, and a line says
 * how many.
 */
export function markdownReport(report: RunReport, mostOctets: number = MOST_OCTETS): string {
  const parts = [headOf(report), tableOf(report)];
  const told = verdictsByGravity.flatMap((verdict) =>
    report.cases.filter((item) => needsALook(item) && item.verdict === verdict),
  );
  let octets = Buffer.byteLength(parts.join(""));
  for (const [at, item] of told.entries()) {
    const heading = told[at - 1]?.verdict === item.verdict ? "" : `\n### ${headings[item.verdict]}\n`;
    const part = `${heading}\n${caseOf(item)}`;
    const left = `\n**… and ${told.length - at} more that did not fit here; the other reports have them.**\n`;
    octets += Buffer.byteLength(part);
    // Whoever comes last needs no room for the line behind it.
    const reserve = at === told.length - 1 ? 0 : Buffer.byteLength(left);
    if (octets + reserve > mostOctets) {
      parts.push(left);
      break;
    }
    parts.push(part);
  }
  return parts.join("");
}

/** Text between backquotes: nothing in it is a mark, a link or a name that is told of it. */
export function codeSpan(text: string): string {
  const shown = visible(text);
  const fence = fenceFor(shown, 1);
  return shown === "" ? "" : `${fence}${/^`|`$|^ .* $/.test(shown) ? ` ${shown} ` : shown}${fence}`;
}

/** Text in which every mark of Markdown stands for itself. */
export function markdownText(text: string): string {
  return visible(text).replace(/[\\`*_[\]()<>&@|~!:$#]/g, (mark) =>
    "&<>@".includes(mark) ? `&#${mark.charCodeAt(0)};` : `\\${mark}`,
  );
}

function headOf({ target, role, suite, cases, duration, seed, complete, ended }: RunReport): string {
  const name = target.name === undefined ? "" : ` (${codeSpan(target.name)})`;
  const number = cases.length === 1 ? "1 case" : `${cases.length} cases`;
  const by = `${suite.name} ${suite.version}, seed ${seed}`;
  const early = complete ? "" : `\n> [!WARNING]\n> Not complete: ${codeSpan(ended ?? "ended early")}\n`;
  return `## Conformance of ${codeSpan(target.address)}${name}

As a ${role}: ${number} in ${durationWords(duration)}, ${markdownText(by)}.
${early}`;
}

function tableOf({ cases }: RunReport): string {
  const profiles = [...new Set(cases.map(({ profile }) => profile))];
  const row = (name: string, of: readonly CaseReport[]): string => {
    const counts = countVerdicts(of);
    const numbers = verdictsByGravity.map((verdict) => (counts[verdict] === 0 ? "" : counts[verdict]));
    return `| ${name} | ${numbers.join(" | ")} | ${of.length} |\n`;
  };
  const heads = verdictsByGravity.map(
    (verdict) => `${verdictWords[verdict].symbol} ${verdictWords[verdict].short}`,
  );
  return [
    `\n| Profile | ${heads.join(" | ")} | all |\n`,
    `| :-- |${" --: |".repeat(heads.length + 1)}\n`,
    ...profiles.map((profile) =>
      row(
        profile,
        cases.filter((item) => item.profile === profile),
      ),
    ),
    row("**all**", cases),
  ].join("");
}

function caseOf(item: CaseReport): string {
  const { id, title, level, requirement, findings, reason, repeat, verdict } = item;
  const { citation } = clauseOf(id);
  const address = addressOf(citation);
  const clause = address === undefined ? markdownText(citation) : `[${citation}](${address})`;
  const lines = [
    ...(reason === undefined ? [] : [`reason    ${visible(reason)}`]),
    ...findings.flatMap(({ expected, came, clause: other }) => [
      `expected  ${visible(expected)}${other === undefined ? "" : ` (${visible(other)})`}`,
      `came      ${visible(came)}`,
    ]),
  ];
  return `#### ${verdictWords[verdict].symbol} ${codeSpan(id)} ${markdownText(title)}

${clause}, ${level}: “${markdownText(requirement)}”

${fenced("text", lines.join("\n"))}
${fenced("sh", visible(repeat))}`;
}

function fenced(language: string, text: string): string {
  if (text === "") return "";
  const fence = fenceFor(text, 3);
  return `${fence}${language}\n${text}\n${fence}\n`;
}

/** More backquotes than `text` has in one place. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(longest < least ? least : longest + 1);
}
