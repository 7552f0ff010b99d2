/**
 * What stands between separators, one after the other: fields between spaces, the labels of a name between dots.
 *
 *     - 2878872453569161462 2 IN IP4 127.0.0.1
 *       └────── start ── end      each of one class of characters, as the ABNF has it: next(DIGIT)
 *
 * Makes no strings: whoever needs one cuts it from `start` to `end`.
 */
import { DIGIT, endOf, endOfVisible, parseDecimal } from "./characters.ts";

/** Reads the fields of a part of a text. Two separators have an empty field between them. */
export class Fields {
  readonly #text: string;
  readonly #limit: number;
  readonly #separator: number;
  /** Where the next field begins. Behind the limit when there is none, as if a separator stood there. */
  #next: number;
  /** Where the field that was read last begins, and where it ends. */
  start = 0;
  end = 0;

  /** @param separator a character that is in none of the classes which are asked for */
  constructor(text: string, start: number, limit: number, separator: number = SPACE) {
    this.#text = text;
    this.#next = start;
    this.#limit = limit;
    this.#separator = separator;
  }

  /** Whether all have been read. */
  get done(): boolean {
    return this.#next > this.#limit;
  }

  /** Reads the next: whether it is one character of the class or more. Nothing can be read when one was none. */
  next(kind: number): boolean {
    const start = this.#next;
    const end = endOf(kind, this.#text, start, this.#limit);
    return this.#readTo(end) && end > start;
  }

  /** Reads the next: whether all of its characters are visible, if it has any. */
  nextVisible(): boolean {
    return this.#readTo(endOfVisible(this.#text, this.#next, this.#limit));
  }

  /** Reads the next: the value of 1 to `longest` decimal digits, or −1 when it is anything else. */
  nextNumber(longest: number): number {
    if (!this.next(DIGIT) || this.end - this.start > longest) return -1;
    return parseDecimal(this.#text, this.start, this.end);
  }

  /** @returns whether the field, which is to end there, does */
  #readTo(end: number): boolean {
    this.start = this.#next;
    this.end = end;
    this.#next = end + 1;
    return end >= this.#limit || this.#text.charCodeAt(end) === this.#separator;
  }
}

const SPACE = 0x20;
/** What {@link Fields} may stand between, beside spaces. */
export const DOT = 0x2e;
export const SLASH = 0x2f;
