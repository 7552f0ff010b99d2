/** Whether each requirement of an RFC has its line of code and its test: pure, on the text of files. */
import type { CodePlace, Document, Requirement, TestPlace } from "./requirements/requirement.ts";

/** A place with its line, counted from 1. */
export interface Found {
  readonly file: string;
  readonly line: number;
  /** The title of a test; empty for code. */
  readonly title: string;
}

export interface Proven {
  readonly requirement: Requirement;
  /** `/3`; `/3a` and so on for what follows the third sentence without a key word of its own. */
  readonly number: string;
  readonly code: readonly Found[];
  readonly tests: readonly Found[];
}

export interface Proof {
  readonly document: Document;
  readonly rows: readonly Proven[];
  /** What is wrong, each in one line; empty when the table may be published. */
  readonly problems: readonly string[];
}

/** How many lines above or below an anchor its citation may stand. */
const NEAR = 15;
const LONGEST_QUOTE = 40;

const keyWord =
  /\b(?:MUST NOT|MUST|SHALL NOT|SHALL|REQUIRED|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED)\b/g;

/** The RFC 2119 words of obligation in a text, in order. */
export function keyWordsOf(text: string): readonly string[] {
  return text.match(keyWord) ?? [];
}

/** @param files text by path from the root of the project */
export function prove(document: Document, files: ReadonlyMap<string, string>): Proof {
  const problems: string[] = [];
  const rows: Proven[] = [];
  const numbers = new Numbers();
  for (const requirement of document.requirements) {
    const number = numbers.next(requirement);
    const name = `RFC ${document.number} §${requirement.section} ${number}`;
    const report = (problem: string): number => problems.push(`${name}: ${problem}`);
    checkWording(requirement, report);
    const code = listOf(requirement.code).flatMap((place) =>
      findCode(place, document, requirement, files, report),
    );
    const tests = listOf(requirement.test).flatMap((place) => findTest(place, files, report));
    const complete = requirement.code !== undefined && requirement.test !== undefined;
    if (!complete && requirement.reason === undefined) {
      report(
        `${requirement.code === undefined ? "no code" : "no test"} and no reason: "${requirement.quote}"`,
      );
    }
    rows.push({ requirement, number, code, tests });
  }
  problems.push(...checkCounts(document));
  return { document, rows, problems };
}

/** Counts the sentences of a section, and letters what lies between them. */
class Numbers {
  #section = "";
  #sentence = 0;
  #letter = 0;

  next({ section, level }: Requirement): string {
    if (section !== this.#section) {
      this.#section = section;
      this.#sentence = this.#letter = 0;
    }
    if (level === undefined) {
      this.#letter = 0;
      return `/${++this.#sentence}`;
    }
    return `/${this.#sentence}${String.fromCharCode(97 + this.#letter++)}`;
  }
}

function checkWording({ quote, level }: Requirement, report: (problem: string) => void): void {
  const words = keyWordsOf(quote).length;
  if (level === undefined && words === 0) report(`no key word in "${quote}"`);
  if (level !== undefined && words > 0) report(`a ${level} with a key word: "${quote}"`);
  if (quote.split(/\s+/).length > LONGEST_QUOTE) report(`the quote is too long: "${quote}"`);
}

function checkCounts({ number, requirements, sentences, keyWords }: Document): string[] {
  const bound = requirements.filter(({ level }) => level === undefined);
  const words = bound.reduce((sum, { quote }) => sum + keyWordsOf(quote).length, 0);
  const problems: string[] = [];
  if (bound.length !== sentences) problems.push(`RFC ${number}: ${bound.length} sentences, not ${sentences}`);
  if (words !== keyWords) problems.push(`RFC ${number}: ${words} key words, not ${keyWords}`);
  return problems;
}

function findCode(
  { file, anchor, cites }: CodePlace,
  { number }: Document,
  { section }: Requirement,
  files: ReadonlyMap<string, string>,
  report: (problem: string) => void,
): Found[] {
  const path = `src/${file}`;
  const line = onlyLine(files.get(path), anchor);
  if (typeof line === "string") {
    report(`${path}: ${line}: ${JSON.stringify(anchor)}`);
    return [];
  }
  const [, rfc = number, cited = section] = /^(?:RFC (\d+) §)?(.+)$/.exec(cites ?? section) ?? [];
  const sections = citationsNear(files.get(path)!, line, rfc);
  if (!sections.has(cited)) {
    report(
      `${path}:${line}: RFC ${rfc} §${cited} is not cited within ${NEAR} lines, nor where the file opens`,
    );
  }
  return [{ file: path, line, title: "" }];
}

/**
 * The sections of an RFC that are cited near a line, and those that the comment which opens the file says it
 * implements, with all that is below them.
 */
function citationsNear(content: string, line: number, rfc: string): { has(section: string): boolean } {
  const near = content.split("\n").slice(Math.max(0, line - 1 - NEAR), line + NEAR);
  const cited = citationsIn(near.join("\n"), rfc);
  const opening = content.startsWith("/**") ? content.slice(0, content.indexOf("*/")) : "";
  const implemented = citationsIn(opening, rfc);
  const ranges = [...opening.matchAll(/RFC (\d+) §([\d.]+)-§([\d.]+\d|\d)/g)].filter(
    ([, named]) => named === rfc,
  );
  return {
    has: (section) =>
      cited.includes(section) ||
      implemented.some((whole) => isWithin(section, whole)) ||
      ranges.some(([, , first = "", last = ""]) => isBetween(section, first, last)),
  };
}

/** `5.5.1` is within `5.5`, and `5.5` within itself. */
function isWithin(section: string, whole: string): boolean {
  return `${section}.`.startsWith(`${whole}.`);
}

const natural = new Intl.Collator("en", { numeric: true });

/** `6.1` is between `5.4` and `7`, and so is `7.2`. */
function isBetween(section: string, first: string, last: string): boolean {
  return (
    natural.compare(section, first) >= 0 && (natural.compare(section, last) <= 0 || isWithin(section, last))
  );
}

/** `RFC 6455 §5.1`, or `§5.1` alone where no other RFC is named before it. */
function citationsIn(text: string, rfc: string): string[] {
  const citation = /(?:RFC (\d+) )?§((?:\d+|[A-Z])(?:\.\d+)*)/g;
  return [...text.matchAll(citation)].flatMap(([, named = rfc, section = ""]) =>
    named === rfc ? [section] : [],
  );
}

/** Where a test stands that is expected to pass; otherwise reports what is wrong with the place. */
export function findTest(
  { file, title }: TestPlace,
  files: ReadonlyMap<string, string>,
  report: (problem: string) => void,
): Found[] {
  const path = `test/${file}`;
  const content = files.get(path);
  const line = onlyLine(content, title);
  if (typeof line === "string") {
    report(`${path}: ${line}: ${JSON.stringify(title)}`);
    return [];
  }
  const at = content!.indexOf(title);
  const call = content!
    .slice(0, at)
    .match(/\b(?:it|test|describe)(?:\.\w+)*(?=\()/g)
    ?.at(-1);
  if (/\.(?:fails|skip|todo)\b/.test(call ?? "")) report(`${path}:${line}: the test is not expected to pass`);
  const start = content!.lastIndexOf("\n", at) + 1;
  const text = content!.slice(start).split("\n", 1)[0]!;
  return [{ file: path, line, title: literalIn(text, at - start, at - start + title.length) ?? title }];
}

/** The first string literal of a line that lies at least partly between two columns; a placeholder is `…` in it. */
function literalIn(line: string, from: number, to: number): string | undefined {
  const literals = [...line.matchAll(/(["'`])((?:(?!\1)[^\\]|\\.)*)\1/g)];
  const literal = literals.find(({ index, 0: text }) => index < to && index + text.length > from)?.[2];
  return literal?.replace(/\$\{[^}]*\}/g, "…").replace(/\\(.)/g, "$1");
}

/** The line on which `text` stands in a file, or what is wrong with it. */
function onlyLine(content: string | undefined, text: string): number | string {
  if (content === undefined) return "there is no such file";
  const at = content.indexOf(text);
  if (at < 0) return "does not occur";
  if (content.includes(text, at + 1)) return "occurs more than once";
  return content.slice(0, at).split("\n").length;
}

/** One place, several or none, as a list. */
export function listOf<Place>(places: Place | readonly Place[] | undefined): readonly Place[] {
  if (places === undefined) return [];
  return Array.isArray(places) ? places : [places as Place];
}
