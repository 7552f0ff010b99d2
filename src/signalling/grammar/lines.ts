/**
 * RFC 8866 §5: a session description is lines of `<type>=<value>`, cut here and not yet understood.
 *
 * "The sequence CRLF (0x0d0a) is used to end a line, although parsers SHOULD be tolerant and also accept lines
 * terminated with a single newline character." So a bare LF ends a line here too: pages that edit a description
 * join its lines with it, and every browser takes that. A bare CR ends none and may stand nowhere.
 */

/** The longest line, in UTF-16 code units: an assertion of identity (RFC 8827 §5) is a few thousand. */
export const maxLineLength = 8192;

/** The most lines: a section of a browser has about 75, an SFU offers some hundred sections. */
export const maxLines = 16_384;

/** Reads line after line, each character once; what it says of the current line is in its fields. */
export class LineReader {
  readonly #text: string;
  /** Where the next line begins. */
  #at = 0;
  /** Where the next CR and the next NUL are: looked for once per finding, not once per line. */
  #nextCr = -1;
  #nextNul = -1;
  /** The number of the current line, from 1. */
  number = 0;
  type = "";
  /** Where the value of the current line begins, and where it ends: without the line end. */
  start = 0;
  end = 0;
  /** What is wrong with the current line, in words that repeat nothing of it. */
  fault: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes to the next line; false when there is none, or {@link fault} says why it is none. */
  next(): boolean {
    if (this.#at >= this.#text.length) return false;
    this.number++;
    const start = this.#at;
    const newline = this.#text.indexOf("\n", start);
    this.fault = this.#check(start, newline);
    if (this.fault !== undefined) return false;
    this.#at = newline + 1;
    this.type = this.#text.charAt(start);
    this.start = start + 2;
    this.end = this.#endOf(newline);
    return true;
  }

  #check(start: number, newline: number): string | undefined {
    // Every field of RFC 8866 §9 ends with CRLF. A last line without one is half of a line.
    if (newline < 0) return "the last line does not end";
    if (this.number > maxLines) return `a description has at most ${maxLines} lines`;
    const end = this.#endOf(newline);
    if (end - start > maxLineLength) return `a line has at most ${maxLineLength} characters`;
    if (this.#hasControl(start, end)) return "a line holds no NUL, and CR only before LF";
    // The shortest value is one character: no field of RFC 8866 §9 may be empty.
    if (end - start < 3 || this.#text.charCodeAt(start + 1) !== EQUALS)
      return "a line is a type, = and a value";
    return undefined;
  }

  #endOf(newline: number): number {
    return this.#text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
  }

  /** RFC 8866 §9: `byte-string = 1*(%x01-09/%x0B-0C/%x0E-FF)`. */
  #hasControl(start: number, end: number): boolean {
    if (this.#nextCr < start) this.#nextCr = indexFrom(this.#text, "\r", start);
    if (this.#nextNul < start) this.#nextNul = indexFrom(this.#text, "\0", start);
    return this.#nextCr < end || this.#nextNul < end;
  }
}

const CR = 0x0d;
const EQUALS = 0x3d;

function indexFrom(text: string, character: string, start: number): number {
  const at = text.indexOf(character, start);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
