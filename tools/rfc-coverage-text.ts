/**
 * The check that no sentence was missed: reads an RFC as the RFC Editor publishes it in plain text and compares
 * its sentences with the requirements that we hold. The texts themselves are no part of this project.
 */
import type { Document, Requirement } from "./requirements/requirement.ts";
import { keyWordsOf } from "./rfc-coverage-proof.ts";

interface Sentence {
  readonly section: string;
  readonly text: string;
}

/** What the requirements leave out of the text, or misquote; empty when they agree. */
export function compareWithText(document: Document, text: string): string[] {
  const paragraphs = paragraphsOf(text).filter(({ section }) => {
    const chapter = Number.parseInt(section, 10);
    return chapter >= document.chapters[0] && chapter <= document.chapters[1];
  });
  const sentences = paragraphs.flatMap(({ section, text }) =>
    splitSentences(text).map((sentence) => ({ section, text: sentence })),
  );
  return [...compareSentences(document, sentences), ...compareOthers(document, paragraphs)];
}

/** Sentence by sentence, both in their order. */
function compareSentences(document: Document, sentences: readonly Sentence[]): string[] {
  const bound = document.requirements.filter(({ level }) => level === undefined);
  const stated = sentences.filter(({ text }) => keyWordsOf(text).length > 0);
  const problems: string[] = [];
  for (let i = 0; i < Math.max(bound.length, stated.length) && problems.length < 5; i++) {
    const requirement = bound[i];
    const sentence = stated[i];
    if (requirement === undefined) problems.push(`missing: §${sentence!.section} ${sentence!.text}`);
    else if (sentence === undefined)
      problems.push(`not in the text: §${requirement.section} ${requirement.quote}`);
    else if (!agree(requirement, sentence)) {
      problems.push(
        `§${requirement.section} "${requirement.quote}" is not §${sentence.section} "${sentence.text}"`,
      );
    }
  }
  return problems;
}

function agree(requirement: Requirement, sentence: Sentence): boolean {
  const words = keyWordsOf(requirement.quote).join();
  return (
    requirement.section === sentence.section &&
    words === keyWordsOf(sentence.text).join() &&
    isQuoteOf(requirement.quote, sentence.text)
  );
}

/** What has no key word must still be in its section, word for word. */
function compareOthers({ requirements }: Document, paragraphs: readonly Sentence[]): string[] {
  return requirements
    .filter(({ level }) => level !== undefined)
    .filter(
      ({ section, quote }) =>
        !paragraphs.some((paragraph) => paragraph.section === section && isQuoteOf(quote, paragraph.text)),
    )
    .map(({ section, quote }) => `not in the text: §${section} "${quote}"`);
}

function isQuoteOf(quote: string, text: string): boolean {
  let at = 0;
  for (const piece of quote.split("…").map((part) => part.trim())) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

/** A page ends with a footer line and begins with a header line; a paragraph may go on across them. */
const footer = /^\S.*\[Page \d+\]$/;
const header = /^RFC \d+ .*\b(?:19|20)\d\d$/;
const heading = /^(\d+(?:\.\d+)*)\.\s+\S/;

function paragraphsOf(text: string): Sentence[] {
  const paragraphs: Sentence[] = [];
  let section = "0";
  let lines: string[] = [];
  const finish = (): void => {
    if (lines.length > 0) paragraphs.push({ section, text: joinLines(lines) });
    lines = [];
  };
  for (const line of withoutPages(text)) {
    const number = heading.exec(line)?.[1];
    if (line === "" || number !== undefined) finish();
    if (number !== undefined) section = /\. \.|\.\.\./.test(line) ? "0" : number;
    else if (line !== "") lines.push(line.trim());
  }
  finish();
  return paragraphs;
}

function withoutPages(text: string): string[] {
  const kept: string[] = [];
  let pageEnded = false;
  for (const raw of text.replaceAll("\f", "").split("\n")) {
    const line = raw.trimEnd();
    if (footer.test(line)) {
      while (kept.at(-1) === "") kept.pop();
      pageEnded = true;
    } else if (!(pageEnded && (line === "" || header.test(line)))) {
      if (pageEnded && (/[.:!?)]"?$/.test(kept.at(-1) ?? "") || /^\s*(?:o|\d+\.)\s/.test(line)))
        kept.push("");
      pageEnded = false;
      kept.push(line);
    }
  }
  return kept;
}

/** A line that ends in a hyphen goes on without a blank. */
function joinLines(lines: readonly string[]): string {
  return lines
    .join(" ")
    .replace(/(\w)- (?=\w)/g, "$1-")
    .replace(/\s+/g, " ");
}

function splitSentences(paragraph: string): string[] {
  return paragraph.split(/(?<=[.!?:]["”]?\)?)\s+(?=[A-Z"_(|/])/);
}
