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
  /** Where the first character is that may stand nowhere: looked for once, not once per line. */
  readonly #control: number;
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
    // RFC 8866 §9: `byte-string = 1*(%x01-09/%x0B-0C/%x0E-FF)`.
    const at = text.search(/\r(?!\n)|\0/);
    this.#control = at < 0 ? text.length : at;
  }

  /** Goes to the next line; false when there is none, or {@link fault} says why it is none. */
  next(): boolean {
    const start = this.#at;
    if (start >= this.#text.length) return false;
    this.number++;
    const newline = this.#text.indexOf("\n", start);
    const end = this.#text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
    const fault = this.#check(start, end);
    if (fault !== undefined) {
      this.fault = fault;
      return false;
    }
    this.#at = newline + 1;
    this.type = this.#text.charAt(start);
    this.start = start + 2;
    this.end = end;
    return true;
  }

  /** @param end where the line end is, CRLF or LF; below 0 when there is none */
  #check(start: number, end: number): string | undefined {
    // Every field of RFC 8866 §9 ends with CRLF. A last line without one is half of a line.
    if (end < 0) return "the last line does not end";
    if (this.number > maxLines) return `a description has at most ${maxLines} lines`;
    if (end - start > maxLineLength) return `a line has at most ${maxLineLength} characters`;
    if (this.#control < end) return "a line holds no NUL, and CR only before LF";
    // The shortest value is one character: no field of RFC 8866 §9 may be empty.
    if (end - start < 3 || this.#text.charCodeAt(start + 1) !== EQUALS)
      return "a line is a type, = and a value";
    return undefined;
  }
}

const CR = 0x0d;
const EQUALS = 0x3d;
