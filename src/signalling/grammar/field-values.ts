/**
 * RFC 8866 §5, §9: what stands behind the `=` of each type of line but `a=`.
 *
 * A pattern for each, where its form is all that matters: its fields are of classes without a space, so no reader goes
 * back over more than one of them, and the time is linear in the value.
 */
import { NON_WS, TOKEN, TOKEN_CHAR } from "./characters.ts";
import { isConnectionAddress } from "./connection-address.ts";
import { Fields } from "./fields.ts";

/**
 * What is wrong with the value of a line, from `start` to before `end`, or undefined when nothing is. Lines of text
 * (`s=`, `i=`, `u=`, `e=`, `p=`, `k=`) may hold anything: nobody who sets up a call reads them.
 */
export function checkFieldValue(type: string, text: string, start: number, end: number): string | undefined {
  switch (type) {
    case "v":
      return text.slice(start, end) === "0" ? undefined : "the version is 0";
    case "o":
      return ORIGIN.test(text.slice(start, end))
        ? undefined
        : "o= is a username, an id, a version, and a network, type and address";
    case "c":
      return isConnection(text, start, end) ? undefined : "c= is a network, a type of address and an address";
    case "b":
      return BANDWIDTH.test(text.slice(start, end)) ? undefined : "b= is a token, a colon and a number";
    case "t":
      return TIMING.test(text.slice(start, end))
        ? undefined
        : "t= is two times, each 0 or of ten digits and more";
    case "r":
    case "z":
      return TIMES.test(text.slice(start, end)) ? undefined : "r= and z= are times with a space between";
  }
  return undefined;
}

/** RFC 8866 §9: `non-ws-string = 1*(VCHAR/%x80-FF)`. */
const TEXT = "[^\\0- \\x7f]+";

/**
 * RFC 8866 §5.2: `username SP sess-id SP sess-version SP nettype SP addrtype SP unicast-address`. Any text without
 * spaces is an address, and nobody connects to this one.
 */
const ORIGIN = new RegExp(`^${TEXT} \\d+ \\d+ ${TOKEN} ${TOKEN} ${TEXT}$`);

/** RFC 8866 §5.8: `bwtype ":" bandwidth`. */
const BANDWIDTH = new RegExp(`^${TOKEN}:\\d+$`);

/** RFC 8866 §5.9: `start-time SP stop-time`, each of them `"0" / time`, where `time = POS-DIGIT 9*DIGIT`. */
const TIMING = /^(?:0|[1-9]\d{9,}) (?:0|[1-9]\d{9,})$/;

/** RFC 8866 §5.10, §5.11. */
const TIMES = /^[-0-9dhms]+(?: [-0-9dhms]+)*$/;

/** RFC 8866 §5.7: `nettype SP addrtype SP connection-address`. */
function isConnection(text: string, start: number, end: number): boolean {
  const fields = new Fields(text, start, end);
  if (!fields.next(TOKEN_CHAR) || !fields.next(TOKEN_CHAR)) return false;
  const isInternet = text.startsWith("IN IP4 ", start) || text.startsWith("IN IP6 ", start);
  if (!fields.next(NON_WS) || !fields.done) return false;
  return !isInternet || isConnectionAddress(text, fields.start, fields.end);
}

/** What a line `m=` says, as far as it matters who sends what. */
export interface MediaField {
  /** `audio`, `video`, `application`, …, in small letters. */
  readonly kind: string;
  readonly port: number;
}

/** RFC 8866 §5.14: `media SP port ["/" integer] SP proto 1*(SP fmt)`, where `proto = token *("/" token)`. */
const MEDIA = new RegExp(`^${TOKEN} \\d{1,5}(?:/[1-9]\\d*)? ${TOKEN}(?:/${TOKEN})*(?: ${TOKEN})+$`);

/** What stands behind `m=`, from `start` to before `end`; undefined when it is none. */
export function parseMediaField(text: string, start: number, end: number): MediaField | undefined {
  const value = text.slice(start, end);
  if (!MEDIA.test(value)) return undefined;
  const kindEnd = value.indexOf(" ");
  const port = Number.parseInt(value.slice(kindEnd + 1, kindEnd + 6), 10);
  if (port > 65_535) return undefined;
  // RFC 8866 has no word on case here, and some readers do not look at it.
  return { kind: value.slice(0, kindEnd).toLowerCase(), port };
}
