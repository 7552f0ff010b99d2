/** Whether each requirement of ASVS has its test, its page or its reason: pure, on the text of files. */
import type { AsvsChapter, AsvsRequirement, AsvsSection, PagePlace, Verdict } from "./asvs/requirement.ts";
import { type Found, findTest, listOf } from "./rfc-coverage-proof.ts";

export interface ProvenRequirement {
  readonly requirement: AsvsRequirement;
  readonly tests: readonly Found[];
  readonly pages: readonly PagePlace[];
}

export interface AsvsProof {
  readonly rows: ReadonlyMap<string, ProvenRequirement>;
  /** What is wrong, each in one line; empty when the table may be published. */
  readonly problems: readonly string[];
}

/** A summary longer than this would be the text itself. */
const MOST_WORDS = 32;

/** @param files text by path from the root of the project: tests and pages */
export function proveAsvs(chapters: readonly AsvsChapter[], files: ReadonlyMap<string, string>): AsvsProof {
  const rows = new Map<string, ProvenRequirement>();
  const problems: string[] = [];
  for (const section of chapters.flatMap(({ sections }) => sections)) {
    problems.push(...checkNumbers(section));
    for (const requirement of section.requirements) {
      const report = (problem: string): number => problems.push(`ASVS ${requirement.id}: ${problem}`);
      const tests = listOf(requirement.test).flatMap((place) => findTest(place, files, report));
      const pages = listOf(requirement.page);
      for (const page of pages) checkPage(page, files, report);
      checkVerdict(requirement, report);
      rows.set(requirement.id, { requirement, tests, pages });
    }
  }
  return { rows, problems };
}

/** How often each verdict was given. */
export function countVerdicts(requirements: readonly AsvsRequirement[]): Record<Verdict, number> {
  const counts = { met: 0, "not met": 0, "left to who deploys": 0, "not applicable": 0 };
  for (const { verdict } of requirements) counts[verdict]++;
  return counts;
}

function checkNumbers({ id, count, requirements }: AsvsSection): string[] {
  const expected = Array.from({ length: count }, (_, index) => `${id}.${index + 1}`);
  const given = requirements.map((requirement) => requirement.id);
  return given.join() === expected.join()
    ? []
    : [`ASVS ${id}: has ${given.join(", ")}, and not ${expected.join(", ")}`];
}

function checkVerdict(
  { asks, verdict, test, page, reason }: AsvsRequirement,
  report: (problem: string) => void,
): void {
  if (asks.split(/\s+/).length > MOST_WORDS) report(`the summary is too long: "${asks}"`);
  if (verdict === "met") {
    if (test === undefined && page === undefined) report("met, says neither a test nor a page");
  } else if (reason === undefined) {
    report(`${verdict}, without a reason`);
  }
}

function checkPage(
  { file, heading }: PagePlace,
  files: ReadonlyMap<string, string>,
  report: (problem: string) => void,
): void {
  const content = files.get(file);
  if (content === undefined) report(`${file}: there is no such file`);
  else if (!content.split("\n").some((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading)) {
    report(`${file}: has no heading ${JSON.stringify(heading)}`);
  }
}
