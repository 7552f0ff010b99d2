/** RFC 8866 §5, §9: what stands behind the `=` of each type of line but `a=`. */
import {
  DIGIT,
  decimalOf,
  endOf,
  isInteger,
  isMadeOf,
  isPort,
  NON_WS,
  TOKEN_CHAR,
  VCHAR,
} from "./characters.ts";
import { isConnectionAddress } from "./connection-address.ts";
import { Fields, SLASH } from "./fields.ts";

/**
 * What is wrong with the value of a line, from `start` to before `end`, or undefined when nothing is. Lines of text
 * (`s=`, `i=`, `u=`, `e=`, `p=`, `k=`) may hold anything: nobody who sets up a call reads them.
 */
export function checkFieldValue(type: string, text: string, start: number, end: number): string | undefined {
  switch (type) {
    case "v":
      return isVersion(text, start, end) ? undefined : "the version is 0";
    case "o":
      return isOrigin(text, start, end)
        ? undefined
        : "o= is a username, an id, a version, and a network, type and address";
    case "c":
      return isConnection(text, start, end) ? undefined : "c= is a network, a type of address and an address";
    case "b":
      return isBandwidth(text, start, end) ? undefined : "b= is a token, a colon and a number";
    case "t":
      return isTiming(text, start, end) ? undefined : "t= is two times, each 0 or of ten digits and more";
    case "r":
    case "z":
      return /^[-0-9dhms]+(?: [-0-9dhms]+)*$/.test(text.slice(start, end))
        ? undefined
        : "r= and z= are times with a space between";
  }
  return undefined;
}

/** RFC 8866 §5.1. */
function isVersion(text: string, start: number, end: number): boolean {
  return end - start === 1 && text.charCodeAt(start) === ZERO;
}

/** RFC 8866 §5.2: `username SP sess-id SP sess-version SP nettype SP addrtype SP unicast-address`. */
function isOrigin(text: string, start: number, end: number): boolean {
  const fields = new Fields(text, start, end);
  if (!fields.next(NON_WS) || !fields.next(DIGIT) || !fields.next(DIGIT)) return false;
  // RFC 8866 §9 allows any text without spaces as an address, and nobody connects to this one.
  return fields.next(TOKEN_CHAR) && fields.next(TOKEN_CHAR) && fields.next(NON_WS) && fields.done;
}

/** RFC 8866 §5.7: `nettype SP addrtype SP connection-address`. */
function isConnection(text: string, start: number, end: number): boolean {
  const fields = new Fields(text, start, end);
  if (!fields.next(TOKEN_CHAR)) return false;
  const isInternet = isExactly("IN", text, fields.start, fields.end);
  if (!fields.next(TOKEN_CHAR)) return false;
  const isIP =
    isExactly("IP4", text, fields.start, fields.end) || isExactly("IP6", text, fields.start, fields.end);
  if (!fields.next(NON_WS) || !fields.done) return false;
  return !(isInternet && isIP) || isConnectionAddress(text, fields.start, fields.end);
}

function isExactly(word: string, text: string, start: number, end: number): boolean {
  return end - start === word.length && text.startsWith(word, start);
}

/** RFC 8866 §5.8: `bwtype ":" bandwidth`. */
function isBandwidth(text: string, start: number, end: number): boolean {
  const colon = endOf(TOKEN_CHAR, text, start, end);
  if (colon === start || colon === end || text.charCodeAt(colon) !== COLON) return false;
  return isMadeOf(DIGIT, text, colon + 1, end);
}

/** RFC 8866 §5.9: `start-time SP stop-time`. */
function isTiming(text: string, start: number, end: number): boolean {
  const fields = new Fields(text, start, end);
  return isNextTime(text, fields) && isNextTime(text, fields) && fields.done;
}

/** RFC 8866 §9: `time = POS-DIGIT 9*DIGIT`, or `"0"`. */
function isNextTime(text: string, fields: Fields): boolean {
  if (!fields.next(DIGIT)) return false;
  const length = fields.end - fields.start;
  return text.charCodeAt(fields.start) === ZERO ? length === 1 : length >= 10;
}

const ZERO = 0x30;
const COLON = 0x3a;

/** What a line `m=` says, as far as it matters who sends what. */
export interface MediaField {
  /** `audio`, `video`, `application`, …, in small letters. */
  readonly kind: string;
  readonly port: number;
}

/** RFC 8866 §5.14: `media SP port ["/" integer] SP proto 1*(SP fmt)`; undefined when it is none. */
export function parseMediaField(text: string, start: number, end: number): MediaField | undefined {
  const fields = new Fields(text, start, end);
  if (!fields.next(TOKEN_CHAR)) return undefined;
  const kindEnd = fields.end;
  if (!fields.next(VCHAR)) return undefined;
  const port = parsePorts(text, fields.start, fields.end);
  if (port < 0) return undefined;
  if (!fields.next(VCHAR) || !isProtocol(text, fields.start, fields.end)) return undefined;
  do {
    if (!fields.next(TOKEN_CHAR)) return undefined;
  } while (!fields.done);
  // RFC 8866 has no word on case here, and some readers do not look at it.
  return { kind: text.slice(start, kindEnd).toLowerCase(), port };
}

/** `port ["/" integer]`: the port, −1 when it is none. */
function parsePorts(text: string, start: number, end: number): number {
  const ports = new Fields(text, start, end, SLASH);
  if (!ports.next(DIGIT) || !isPort(text, ports.start, ports.end)) return -1;
  const port = decimalOf(text, ports.start, ports.end);
  if (ports.done) return port;
  const isCounted = ports.next(DIGIT) && isInteger(text, ports.start, ports.end) && ports.done;
  return isCounted ? port : -1;
}

/** RFC 8866 §9: `proto = token *("/" token)`. */
function isProtocol(text: string, start: number, end: number): boolean {
  const tokens = new Fields(text, start, end, SLASH);
  do {
    if (!tokens.next(TOKEN_CHAR)) return false;
  } while (!tokens.done);
  return true;
}
