/**
 * The check that no requirement was missed, and that none was copied: reads chapters of ASVS as OWASP publishes
 * them in Markdown. The texts themselves are no part of this project.
 */
import type { AsvsChapter } from "./asvs/requirement.ts";

/** So many of OWASP's words in a row would be a quote. */
const WORDS_IN_A_ROW = 8;

/** In what our list differs from the `text` of a chapter; empty when they agree. */
export function compareWithAsvs(chapter: AsvsChapter, text: string): string[] {
  const stated = new Map(
    [...text.matchAll(/^\| \*\*([\d.]+)\*\* \| (.+) \| ([123]) \|$/gm)].map(([, id = "", asks, level]) => [
      id,
      { asks: asks!, level: Number(level) },
    ]),
  );
  const requirements = chapter.sections.flatMap((section) => section.requirements);
  const listed = new Set(requirements.map(({ id }) => id));
  const missing = [...stated.keys()].filter((id) => !listed.has(id) && belongs(id, chapter));
  const problems = missing.map((id) => `missing: ${id}`);
  for (const { id, level, asks } of requirements) {
    const there = stated.get(id);
    if (there === undefined) problems.push(`not in the text: ${id}`);
    else if (there.level !== level) problems.push(`${id} is of level ${there.level}, not ${level}`);
    else if (sharesWords(asks, there.asks)) problems.push(`${id} quotes the text: "${asks}"`);
  }
  return problems;
}

function belongs(id: string, { whole, sections }: AsvsChapter): boolean {
  return whole || sections.some((section) => id.startsWith(`${section.id}.`));
}

function sharesWords(summary: string, text: string): boolean {
  const words = wordsOf(summary);
  const whole = ` ${wordsOf(text).join(" ")} `;
  return words.some((_, at) => {
    const run = words.slice(at, at + WORDS_IN_A_ROW);
    return run.length === WORDS_IN_A_ROW && whole.includes(` ${run.join(" ")} `);
  });
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
