/**
 * The classes of characters that RFC 8866 §9 and RFC 8839 §5.1 build their grammars from, as one table.
 *
 * What is looked at is a part of a longer text, from `start` to before `end`: to cut its fields out first would cost four
 * times as much (bench/signalling/grammar).
 */

/** RFC 8866 §9: `token = 1*(token-char)`, as a part of a pattern. */
export const TOKEN = "[!#-'*+\\-.0-9A-Z^-~]+";

/** RFC 5234 §B.1: 0–9. */
export const DIGIT = 0x01;

/** RFC 8839 §5.1: `ice-char = ALPHA / DIGIT / "+" / "/"`. */
export const ICE_CHAR = 0x02;

/** RFC 8866 §9: `token-char`, which is what is visible without ``"(),/:;<=>?@[\]``. */
export const TOKEN_CHAR = 0x04;

/** RFC 5234 §B.1: what is visible. */
export const VCHAR = 0x08;

/** What a label of a domain name is made of (RFC 1034 §3.5). */
export const LDH = 0x10;

/** RFC 8866 §9: `non-ws-string = 1*(VCHAR/%x80-FF)`. Every character beyond ASCII is of such bytes in UTF-8. */
export const NON_WS = 0x20;

/** One entry for each code unit there is: none is beyond the table, and nobody has to ask whether it is. */
const classes: Uint8Array = new Uint8Array(0x1_0000).fill(NON_WS, 0x80);

const isToken = new RegExp(`^${TOKEN}$`);
for (let code = 0x21; code < 0x7f; code++) {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) classes[code]! |= DIGIT;
  if (/[0-9A-Za-z+/]/.test(character)) classes[code]! |= ICE_CHAR;
  if (isToken.test(character)) classes[code]! |= TOKEN_CHAR;
  if (/[0-9A-Za-z-]/.test(character)) classes[code]! |= LDH;
  classes[code]! |= VCHAR | NON_WS;
}

/** Where the characters of the class end that begin at `start`: at `start` itself, when there is none. */
export function endOf(kind: number, text: string, start: number, end: number): number {
  let at = start;
  while (at < end && (classes[text.charCodeAt(at)]! & kind) !== 0) at++;
  return at;
}

/** {@link endOf} for {@link VCHAR}, of which a value may have hundreds: a pattern reads those nearly three times as fast. */
export function endOfVisible(text: string, start: number, end: number): number {
  const near = Math.min(end, start + PATTERN_PAYS_OFF_FROM);
  const at = endOf(VCHAR, text, start, near);
  if (at < near || at === end) return at;
  visible.lastIndex = at;
  return visible.test(text) ? Math.min(visible.lastIndex, end) : at;
}

/** In characters: what it costs to begin with a pattern (bench/signalling/grammar). */
const PATTERN_PAYS_OFF_FROM = 32;
const visible = /[!-~]+/y;

/** Whether this is one character of the class or more, and nothing else. */
export function isMadeOf(kind: number, text: string, start: number, end: number): boolean {
  return end > start && endOf(kind, text, start, end) === end;
}

/** RFC 8866 §9: `integer = POS-DIGIT *DIGIT`. */
export function isInteger(text: string, start: number, end: number): boolean {
  return isMadeOf(DIGIT, text, start, end) && text.charCodeAt(start) !== ZERO;
}

/** The value of decimal digits, or −1 when this is anything else. */
export function parseDecimal(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return end > start ? value : -1;
}

/** RFC 8866 §5.14 and RFC 8839 §5.1: a port, 0 included, of five digits at most. */
export function isPort(text: string, start: number, end: number): boolean {
  if (end === start || end - start > 5) return false;
  const port = parseDecimal(text, start, end);
  return port >= 0 && port <= 65_535;
}

const ZERO = 0x30;

/** Whether this is `word`, which has no capitals and nothing beyond ASCII, in whichever case (RFC 5234 §2.3). */
export function isWord(word: string, text: string, start: number, end: number): boolean {
  if (end - start !== word.length) return false;
  for (let at = 0; at < word.length; at++) {
    const code = text.charCodeAt(start + at);
    const small = code >= CAPITAL_A && code <= CAPITAL_Z ? code + TO_SMALL : code;
    if (small !== word.charCodeAt(at)) return false;
  }
  return true;
}

const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;
const TO_SMALL = 0x20;
