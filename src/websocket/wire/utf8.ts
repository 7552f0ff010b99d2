/** RFC 6455 §8.1: text is UTF-8 (RFC 3629), and an endpoint that receives anything else fails the connection. */
import { constants, isUtf8 } from "node:buffer";
import { WebSocketProtocolError } from "../errors.ts";

/**
 * Decodes `bytes[start..end)`.
 *
 * Node replaces ill-formed input by U+FFFD, so only text that contains one needs the second look. To validate
 * first would cost 1.4 to 1.8 times as much (bench/websocket/utf8).
 *
 * @throws {WebSocketProtocolError} with 1007 when the bytes are not UTF-8, 1009 when they are more than a string can
 * have (512 MiB)
 */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  if (end - start > constants.MAX_STRING_LENGTH) {
    throw new WebSocketProtocolError(1009, "text is longer than a string can be");
  }
  const text = bytes.toString("utf8", start, end);
  if (text.includes("\u{FFFD}") && !isUtf8(bytes.subarray(start, end))) {
    throw new WebSocketProtocolError(1007, "text is not UTF-8");
  }
  return text;
}

/** Below this many bytes, a view for `isUtf8` costs more than to look at each byte (bench/websocket/utf8). */
const NATIVE_PAYS_OFF_FROM = 32;

/** Most octets of a character that a piece can end with while the character is not complete. */
const LONGEST_CUT = 3;

/**
 * Looks at text that arrives in pieces, cut anywhere, and refuses it at the first octet that no further
 * octets could make part of well-formed UTF-8.
 *
 * RFC 3629 §4, the octets that a character may consist of:
 *
 *     UTF8-1 = %x00-7F
 *     UTF8-2 = %xC2-DF UTF8-tail                                    UTF8-tail = %x80-BF
 *     UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
 *              %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
 *     UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
 *              %xF4 %x80-8F 2( UTF8-tail )
 *
 * Only the second octet can be bound to less than a tail. What a character still lacks is therefore all
 * there is to remember: how many octets, and the range of the next. And only the character that a cut goes
 * through is read octet by octet; all between goes through `isUtf8`, which is 20 to 40 times as fast in
 * pieces from 1 KiB on (bench/websocket/utf8).
 */
export class Utf8Validator {
  #missing = 0;
  #least = 0x80;
  #most = 0xbf;

  /** Whether the text may end here: false inside a character. */
  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Begins a new text. */
  reset(): void {
    this.#missing = 0;
    this.#least = 0x80;
    this.#most = 0xbf;
  }

  /**
   * Takes the next piece of the text, `bytes[start..end)`, and keeps nothing of it.
   *
   * @returns false when the text is not UTF-8, whatever follows; only {@link reset} is of use then
   */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < NATIVE_PAYS_OFF_FROM) return this.#step(bytes, start, end);
    const seam = start + this.#missing;
    const cut = lastCharacter(bytes, end);
    return (
      this.#step(bytes, start, seam) &&
      isUtf8(seam === 0 && cut === bytes.length ? bytes : bytes.subarray(seam, cut)) &&
      this.#step(bytes, cut, end)
    );
  }

  /** Octet by octet. */
  #step(bytes: Uint8Array, start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      const octet = bytes[at]!;
      if (this.#missing > 0) {
        if (octet < this.#least || octet > this.#most) return false;
        this.#missing--;
        this.#least = 0x80;
        this.#most = 0xbf;
      } else if (octet >= 0x80 && !this.#begin(octet)) {
        return false;
      }
    }
    return true;
  }

  /** The first octet of a character of several. */
  #begin(octet: number): boolean {
    // RFC 3629 §1: "The octet values C0, C1, F5 to FF never appear."
    if (octet < 0xc2 || octet > 0xf4) return false;
    this.#missing = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
    // RFC 3629 §10: an overlong sequence can smuggle a character past whoever looks for its short form.
    if (octet === 0xe0) this.#least = 0xa0;
    if (octet === 0xf0) this.#least = 0x90;
    // RFC 3629 §3: "The definition of UTF-8 prohibits encoding character numbers between U+D800 and U+DFFF"
    if (octet === 0xed) this.#most = 0x9f;
    if (octet === 0xf4) this.#most = 0x8f; // U+10FFFF is the last
    return true;
  }
}

/** Where the character begins that `bytes[..end)` may end inside of; `end` when it cannot. */
function lastCharacter(bytes: Uint8Array, end: number): number {
  for (let at = end - 1; at >= end - LONGEST_CUT; at--) {
    if (bytes[at]! >= 0xc0) return at;
    if (bytes[at]! < 0x80) return end;
  }
  return end;
}
