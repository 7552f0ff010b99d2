/** The head of a request or response (RFC 9112 §2 to §5), read strictly, but for what a fault lets pass. */
import { Head } from "../wire/head.ts";
import type { Broken, Fault } from "./faults.ts";

/** What the octets so far amount to. */
export type HeadRead =
  | { readonly kind: "incomplete" | "malformed" | "too large" }
  | { readonly kind: "head"; readonly head: Head; readonly size: number };

/** Octets that a head may have. */
const LONGEST = 32_768;
/** Fields that a head may have. */
const MOST_FIELDS = 200;

/** RFC 9110 §5.6.2 */
export const token: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

interface LineRule {
  /** The mutant that does without this rule. */
  readonly without: Fault;
  readonly breaks: (line: string) => boolean;
}

/** What a line after the first must not be (RFC 9112 §5). */
const lineRules: readonly LineRule[] = [
  { without: "takes-indented-lines-for-fields", breaks: (line) => /^[ \t]/.test(line) },
  { without: "accepts-space-before-the-colon", breaks: (line) => /^[^:\s]+[ \t]+:/.test(line) },
  { without: "accepts-lines-without-a-colon", breaks: (line) => !line.includes(":") },
  { without: "accepts-any-field-name", breaks: (line) => /:/.test(line) && !token.test(nameIn(line).trim()) },
  // RFC 9110 §5.5: "Field values containing CR, LF, or NUL characters are invalid and dangerous".
  { without: "ends-values-at-nul", breaks: (line) => /:.*[\0\r\n]/s.test(line) },
];

/** Reads a head off the beginning of what has come. */
export function readHead(octets: Buffer, broken: Broken): HeadRead {
  // RFC 9112 §2.2: "a server … SHOULD ignore at least one empty line (CRLF) received prior to the request-line."
  const skipped = octets.indexOf("\r\n") === 0 && !broken("takes-an-empty-line-for-a-request") ? 2 : 0;
  const end = octets.indexOf("\r\n\r\n", skipped);
  const large = (end < 0 ? octets.length : end) > longest(broken);
  if (large && !broken("reads-heads-of-any-size")) return { kind: "too large" };
  if (end < 0) return { kind: "incomplete" };
  const lineEnd = broken("takes-a-bare-cr-for-a-line-end") ? /\r\n?/ : "\r\n";
  const [startLine = "", ...lines] = octets.toString("latin1", skipped, end).split(lineEnd);
  if (lines.length > MOST_FIELDS && !broken("reads-heads-of-any-size")) return { kind: "too large" };
  const odd = lines.some((line) => lineRules.some((rule) => rule.breaks(line) && !broken(rule.without)));
  if (odd) return { kind: "malformed" };
  const fields = lines.map((line) => readField(line, broken));
  return { kind: "head", head: new Head(startLine, fields), size: end + 4 };
}

function longest(broken: Broken): number {
  return broken("drops-heads-above-4-KiB") ? 4_096 : LONGEST;
}

function readField(line: string, broken: Broken): [name: string, value: string] {
  const value = line.slice(line.indexOf(":") + 1);
  const name = nameIn(line).trim();
  if (broken("compares-field-names-with-case") && usualSpelling(name) !== name) return [`x-${name}`, value];
  // RFC 9110 §5.5: "a field parsing implementation MUST exclude such whitespace prior to evaluating the field value."
  if (broken("leaves-whitespace-around-values")) return [name, value.replace(/^ /, "")];
  if (broken("wants-a-space-behind-colons")) return [name, value.slice(1).trim()];
  if (broken("ends-values-at-nul")) return [name, value.split("\0", 1)[0]!.trim()];
  return [name, value.replace(/^[ \t]+|[ \t]+$/g, "")];
}

/** As RFC 6455 writes it. */
function usualSpelling(name: string): string {
  const words = name
    .toLowerCase()
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join("-").replace("Websocket", "WebSocket");
}

function nameIn(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(":")));
}
