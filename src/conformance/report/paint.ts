/** How lines for a terminal are dressed and how wide they may be. */
import type { Verdict } from "../verdict.ts";
import { verdictWords } from "./verdict-words.ts";
import { visible } from "./visible.ts";

/** What the lines are for. */
export interface TextStyle {
  /** Whether SGR escape sequences (ECMA-48 §8.3.117) may be written. */
  readonly colour: boolean;
  /** Columns. Fewer than 40 are taken for 40. */
  readonly width: number;
}

/** Each begins with its SGR code; all are of the sixteen colours that a person's theme sets. */
const styles = { bad: "31", good: "32", warning: "33", note: "36", strong: "1", dim: "2" } as const;

/** One way to dress a piece of text. */
export type Dress = keyof typeof styles;

/** Dresses `text`, which has to be visible already. */
export function paint({ colour }: TextStyle, dress: Dress, text: string): string {
  return colour && text !== "" ? `\x1b[${styles[dress]}m${text}\x1b[0m` : text;
}

const dressOfVerdict: Readonly<Record<Verdict, Dress>> = {
  fail: "bad",
  "setup failed": "bad",
  "harness error": "bad",
  warn: "warning",
  info: "note",
  pass: "good",
  "not applicable": "dim",
};

/** `text` in the colour of the verdict. */
export function paintVerdict(style: TextStyle, verdict: Verdict, text: string): string {
  return paint(style, dressOfVerdict[verdict], text);
}

/** The verdict's symbol in its colour. */
export function symbolOf(style: TextStyle, verdict: Verdict): string {
  return paintVerdict(style, verdict, verdictWords[verdict].symbol);
}

/** The columns that there are. */
export function columns({ width }: TextStyle): number {
  return Math.max(40, width);
}

/** `text`, cut with `…` where it is longer than `length`. */
export function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

/** Lines of at most `length` columns, broken at spaces, or anywhere within what has none; all visible. */
export function wrapped(text: string, length: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of visible(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > length) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    for (; line.length > length; line = line.slice(length)) lines.push(line.slice(0, length));
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}
