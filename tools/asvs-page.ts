/** Writes `docs/asvs.md`: pure, from proven requirements to Markdown. */
import { posix } from "node:path";
import type { AsvsChapter, AsvsSection, PagePlace } from "./asvs/requirement.ts";
import { type AsvsProof, countVerdicts, type ProvenRequirement } from "./asvs-proof.ts";
import { plain, renderPlace } from "./rfc-coverage-page.ts";

const source = "https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en";

export function renderAsvs(chapters: readonly AsvsChapter[], proof: AsvsProof): string {
  return [
    "# OWASP ASVS 5.0",
    "",
    "Every requirement of the chapters of the OWASP Application Security Verification Standard 5.0.0 that are about",
    "authentication, sessions, tokens, WebSockets and WebRTC signalling, in order: whether the application that",
    "`barewire serve` runs meets it, the test or the page that shows it, or why not. Generated: `npm run docs`. What",
    "generates it refuses a test that is gone, a heading that is gone, a number that is missing, and a verdict without",
    "a proof or a reason.",
    "",
    "The summaries are ours. What binds is OWASP's own text (CC BY-SA 4.0), to which each number leads. *L* is the level.",
    "",
    ...renderSummary(chapters),
    "",
    "## What is not met",
    "",
    ...requirementsOf(chapters)
      .filter(({ verdict }) => verdict === "not met")
      .map(
        ({ id, level, asks, reason = "" }) =>
          `- **${id}** (level ${level}), ${plain(asks)}: ${plain(reason)}`,
      ),
    "",
    chapters.map((chapter) => renderChapter(chapter, proof)).join("\n\n"),
    "",
  ].join("\n");
}

function renderSummary(chapters: readonly AsvsChapter[]): string[] {
  return [
    "| | requirements | met | not met | left to who deploys | not applicable |",
    "| --- | --: | --: | --: | --: | --: |",
    ...chapters.map((chapter) => renderCounts(nameOf(chapter), [chapter])),
    renderCounts("in all", chapters),
  ];
}

function renderCounts(name: string, chapters: readonly AsvsChapter[]): string {
  const requirements = requirementsOf(chapters);
  return `| ${[name, requirements.length, ...Object.values(countVerdicts(requirements))].join(" | ")} |`;
}

function renderChapter(chapter: AsvsChapter, proof: AsvsProof): string {
  return [
    `## ${nameOf(chapter)}`,
    ...chapter.sections.map((section) => renderSection(chapter, section, proof)),
  ].join("\n\n");
}

function renderSection({ source }: AsvsChapter, section: AsvsSection, { rows }: AsvsProof): string {
  return [
    `### ${section.id} ${section.title}`,
    "",
    "| | L | asks for | verdict | shown by, or why |",
    "| --- | --: | --- | --- | --- |",
    ...section.requirements.map(({ id }) => renderRow(source, rows.get(id)!)),
  ].join("\n");
}

function renderRow(file: string, { requirement, tests, pages }: ProvenRequirement): string {
  const { id, level, asks, verdict, reason } = requirement;
  const shown = [...tests.map(renderPlace), ...pages.map(renderPage)];
  if (reason !== undefined) shown.push(`*${plain(reason)}*`);
  const cells = [
    `[${id}](${source}/${file})`,
    level,
    plain(asks),
    verdict === "not met" ? "**not met**" : verdict,
  ];
  return `| ${[...cells, shown.join("<br>")].join(" | ")} |`;
}

function renderPage({ file, heading }: PagePlace): string {
  const anchor = heading
    .toLowerCase()
    .replaceAll(" ", "-")
    .replace(/[^\w-]/g, "");
  return `[${plain(heading)}](${posix.relative("docs", file)}#${anchor})`;
}

function nameOf({ id, title }: AsvsChapter): string {
  return `V${id} ${title}`;
}

function requirementsOf(chapters: readonly AsvsChapter[]): readonly AsvsSection["requirements"][number][] {
  return chapters.flatMap(({ sections }) => sections).flatMap(({ requirements }) => requirements);
}
