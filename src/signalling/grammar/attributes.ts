/**
 * RFC 8866 §5.13: attributes, `a=<name>` and `a=<name>:<value>`, and the values of those that set up a connection:
 * the rest is between the two ends.
 */
import { faultOfCandidateValue } from "./candidate.ts";
import { endOf, ICE_CHAR, isMadeOf, isWord, TOKEN_CHAR } from "./characters.ts";

/** RFC 8866 §6.7. */
export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** An attribute that there is a rule for. */
export interface AttributeRule {
  /** As it is written. */
  readonly name: string;
  /** What is wrong with the value, or undefined; a rule without it is for an attribute without value. */
  readonly check?: (text: string, start: number, end: number) => string | undefined;
  /** Whether the attribute belongs to a section (`m=`) alone. */
  readonly inMediaOnly?: boolean;
}

/**
 * Reads what stands behind `a=`, from `start` to before `end`. The value of an attribute, if it has one, begins one
 * colon behind its name.
 *
 * @returns the rule that it obeys, undefined when there is none for it, or what is wrong with it
 */
export function parseAttribute(
  text: string,
  start: number,
  end: number,
  inMedia: boolean,
): AttributeRule | string | undefined {
  const nameEnd = endOf(TOKEN_CHAR, text, start, end);
  const isValued = nameEnd < end;
  if (nameEnd === start || (isValued && text.charCodeAt(nameEnd) !== COLON))
    return "the name of an attribute is a token";
  // RFC 8866 §9: `attribute-value = byte-string`, which is one character or more.
  if (nameEnd + 1 === end && isValued) return "an attribute with a colon has a value";
  const rule = ruleOf(text, start, nameEnd);
  if (typeof rule !== "object") return rule;
  if (rule.inMediaOnly === true && !inMedia) return `${rule.name} stands behind an m=`;
  if (rule.check === undefined) {
    // libwebrtc reads "a=sendonly:x" as sendonly. Who may send is decided by this word, so nothing hangs on it.
    return isValued ? `${rule.name} has no value` : rule;
  }
  return isValued ? (rule.check(text, nameEnd + 1, end) ?? rule) : `${rule.name} has a value`;
}

const COLON = 0x3a;
const TO_SMALL = 0x20;

/** Whether this is one of the four of RFC 8866 §6.7. */
export function isDirection(name: string): name is Direction {
  return name === "sendrecv" || name === "sendonly" || name === "recvonly" || name === "inactive";
}

const rules: readonly AttributeRule[] = [
  { name: "sendrecv" },
  { name: "sendonly" },
  { name: "recvonly" },
  { name: "inactive" },
  // RFC 9143 §6.
  { name: "bundle-only", inMediaOnly: true },
  // RFC 5888 §4.
  { name: "mid", inMediaOnly: true, check: checkMid },
  // RFC 8839 §5.4: `ice-ufrag-att = "ice-ufrag:" 4*256ice-char`, `ice-pwd-att = "ice-pwd:" 22*256ice-char`.
  { name: "ice-ufrag", check: checkUfrag },
  { name: "ice-pwd", check: checkPassword },
  { name: "ice-lite" },
  { name: "candidate", inMediaOnly: true, check: faultOfCandidateValue },
  // RFC 8840 §8.2: of a section, or of all of them.
  { name: "end-of-candidates" },
  { name: "fingerprint", check: checkFingerprint },
  { name: "setup", check: checkSetup },
];

/** The rules by the first letter of their names: most attributes have none, and few begin like one that has. */
const rulesByLetter: readonly (readonly AttributeRule[])[] = Array.from({ length: 0x80 }, (_, code) =>
  rules.filter(({ name }) => name.charCodeAt(0) === (code | TO_SMALL)),
);

/** The rule for the name from `start` to before `end`, undefined when there is none, or what is wrong with the name. */
function ruleOf(text: string, start: number, end: number): AttributeRule | string | undefined {
  const ofLetter = rulesByLetter[text.charCodeAt(start)]!;
  for (let at = 0; at < ofLetter.length; at++) {
    const rule = ofLetter[at]!;
    if (rule.name.length !== end - start) continue;
    if (text.startsWith(rule.name, start)) return rule;
    // Some readers compare these names without regard to case, some do not: they would see two descriptions.
    if (isWord(rule.name, text, start, end)) return `${rule.name} is written in small letters`;
  }
  return undefined;
}

function checkMid(text: string, start: number, end: number): string | undefined {
  return isMadeOf(TOKEN_CHAR, text, start, end) ? undefined : "a mid is a token";
}

function checkUfrag(text: string, start: number, end: number): string | undefined {
  return isIceText(text, start, end, 4) ? undefined : "an ice-ufrag has 4 to 256 letters, digits, + and /";
}

function checkPassword(text: string, start: number, end: number): string | undefined {
  return isIceText(text, start, end, 22) ? undefined : "an ice-pwd has 22 to 256 letters, digits, + and /";
}

function isIceText(text: string, start: number, end: number, shortest: number): boolean {
  return end - start >= shortest && end - start <= 256 && isMadeOf(ICE_CHAR, text, start, end);
}

/** RFC 8122 §5, and how many bytes each hash of its list has. */
const hashes = [
  { name: "sha-256", bytes: 32 },
  { name: "sha-1", bytes: 20 },
  { name: "sha-224", bytes: 28 },
  { name: "sha-384", bytes: 48 },
  { name: "sha-512", bytes: 64 },
  { name: "md5", bytes: 16 },
  { name: "md2", bytes: 16 },
] as const;

/** Takes small letters too, where RFC 8122 §5 has capitals: the bytes are the same, and everybody reads them. */
function checkFingerprint(text: string, start: number, end: number): string | undefined {
  const space = endOf(TOKEN_CHAR, text, start, end);
  if (space === start || space === end || text.charCodeAt(space) !== SPACE)
    return "a fingerprint is the name of a hash, a space and bytes";
  if (!HEX_PAIRS.test(text.slice(space + 1, end)))
    return "the bytes of a fingerprint are pairs of hex digits with colons between";
  const hash = hashes.find(({ name }) => isWord(name, text, start, space));
  const bytes = (end - space) / 3;
  return hash === undefined || hash.bytes === bytes
    ? undefined
    : "the fingerprint has not as many bytes as its hash";
}

const SPACE = 0x20;

/** RFC 8122 §5: `2UHEX *(":" 2UHEX)`. */
const HEX_PAIRS = /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*$/;

/** RFC 4145 §4. */
function checkSetup(text: string, start: number, end: number): string | undefined {
  return setups.has(text.slice(start, end)) ? undefined : "setup is active, passive, actpass or holdconn";
}

const setups: ReadonlySet<string> = new Set(["active", "passive", "actpass", "holdconn"]);
