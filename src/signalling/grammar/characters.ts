/**
 * The classes of characters that RFC 8866 §9 and RFC 8839 §5.1 build their grammars from, as one table.
 *
 * A table and not regular expressions: it reads each character once, and what cannot go back cannot be made
 * to go back for long.
 */

/** RFC 5234 §B.1: 0–9. */
export const DIGIT = 0x01;

/** RFC 5234 §B.1, and a–f as well: its strings are told apart without regard to case. */
export const HEXDIG = 0x02;

/** RFC 8839 §5.1: `ice-char = ALPHA / DIGIT / "+" / "/"`. */
export const ICE_CHAR = 0x04;

/** RFC 8866 §9: `token-char`, which is what is visible without ``"(),/:;<=>?@[\]``. */
export const TOKEN_CHAR = 0x08;

/** {@link TOKEN_CHAR} without A–Z: what the names of attributes are nearly always made of. */
export const SMALL_TOKEN_CHAR = 0x40;

/** RFC 5234 §B.1: what is visible. */
export const VCHAR = 0x10;

/** What a label of a domain name is made of (RFC 1034 §3.5). */
export const LDH = 0x20;

const classes: Uint8Array = new Uint8Array(128);

for (let code = 0x21; code < 0x7f; code++) {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) classes[code]! |= DIGIT;
  if (/[0-9A-Fa-f]/.test(character)) classes[code]! |= HEXDIG;
  if (/[0-9A-Za-z+/]/.test(character)) classes[code]! |= ICE_CHAR;
  if (/[^"(),/:;<=>?@[\\\]]/.test(character)) classes[code]! |= TOKEN_CHAR;
  if (/[^"(),/:;<=>?@[\\\]A-Z]/.test(character)) classes[code]! |= SMALL_TOKEN_CHAR;
  if (/[0-9A-Za-z-]/.test(character)) classes[code]! |= LDH;
  classes[code]! |= VCHAR;
}

/** Whether `text` from `start` to before `end` is one character of the class or more, and nothing else. */
export function isMadeOf(kind: number, text: string, start = 0, end: number = text.length): boolean {
  for (let at = start; at < end; at++) {
    // What is beyond ASCII is beyond the table: undefined, and of no class.
    if ((classes[text.charCodeAt(at)]! & kind) === 0) return false;
  }
  return end > start;
}

/** RFC 8866 §9: `token = 1*(token-char)`. */
export function isToken(text: string): boolean {
  return isMadeOf(TOKEN_CHAR, text);
}

/** RFC 8866 §9: `non-ws-string = 1*(VCHAR/%x80-FF)`. Every character beyond ASCII is of such bytes in UTF-8. */
export function isNonWhitespace(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x7f) return false;
  }
  return text !== "";
}

/** The value of 1 to `longest` decimal digits, or undefined when `text` is none or says more than `largest`. */
export function parseDecimal(text: string, longest: number, largest: number): number | undefined {
  if (text.length > longest || !isMadeOf(DIGIT, text)) return undefined;
  const value = Number(text);
  return value <= largest ? value : undefined;
}

/** RFC 8866 §5.14 and RFC 8839 §5.1: a port, 0 included. */
export function parsePort(text: string): number | undefined {
  return parseDecimal(text, 5, 65_535);
}
