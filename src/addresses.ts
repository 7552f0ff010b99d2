/**
 * RFC 4291 §2.2, RFC 5952 §4: addresses of IPv4 and IPv6 as the kernel and header fields write them, read strictly,
 * written in one form, and which of them count as one client or belong to one network.
 *
 *     "2001:DB8:0:0::0042%eth0"  ──▶  2001:db8::42         "::ffff:192.0.2.1"  ──▶  192.0.2.1
 *
 * An IPv4 address in IPv6 clothes (RFC 4291 §2.5.5.2) is that IPv4 address: a socket for both kinds shows every IPv4
 * peer so. The zone (RFC 4007 §11) is read and left away: it names one of our own links, not a client.
 */

/** The longest text that is looked at: an address of 45 characters, "%", and the name of a link. */
const maxLength = 80;

const ZONE = /^[!-$&-~]+$/;

/** An address as numbers of 16 bits: two of them for IPv4, eight for IPv6. */
type Groups = readonly number[];

/** The one form of an address, or undefined when `text` is none. In time linear in the text, whatever it is. */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const groups = parseIPv6(text);
  return groups && write(groups);
}

/** Whether the text from `start` to before `end` is an IPv4 address: four numbers of 0 to 255 with dots between. */
export function isIPv4(text: string, start: number = 0, end: number = text.length): boolean {
  let at = start;
  for (let octets = 1; ; octets++) {
    const first = at;
    let value = 0;
    for (; at < end && isDigit(text.charCodeAt(at)); at++) {
      // Without leading zeros: some readers take those for octal, and two readers must not see two addresses.
      if (at > first && value === 0) return false;
      value = value * 10 + (text.charCodeAt(at) - ZERO);
      if (value > 255) return false;
    }
    if (at === first) return false;
    if (octets === 4) return at === end;
    if (at === end || text.charCodeAt(at) !== DOT) return false;
    at++;
  }
}

/** Whether the text from `start` to before `end` is an IPv6 address (RFC 4291 §2.2) without a zone. */
export function isIPv6(text: string, start: number = 0, end: number = text.length): boolean {
  let shortened = start + 2 <= end && text.startsWith("::", start);
  let at = shortened ? start + 2 : start;
  let groups = 0;
  while (at < end) {
    const first = at;
    while (at < end && isHexDigit(text.charCodeAt(at))) at++;
    if (at < end && text.charCodeAt(at) === DOT) {
      // RFC 4291 §2.2: the last 32 bits may be written as IPv4 writes them.
      if (!isIPv4(text, first, end)) return false;
      groups += 2;
      break;
    }
    if (at === first || at - first > 4) return false;
    groups++;
    if (at === end) break;
    // What is behind the group is a colon and another group, or two colons.
    if (text.charCodeAt(at) !== COLON || at + 1 === end) return false;
    at++;
    if (text.charCodeAt(at) === COLON) {
      // RFC 4291 §2.2: "The "::" can only appear once in an address."
      if (shortened) return false;
      shortened = true;
      at++;
    }
  }
  return shortened ? groups < 8 : groups === 8;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isHexDigit(code: number): boolean {
  const small = code | 0x20;
  return isDigit(code) || (small >= SMALL_A && small <= SMALL_F);
}

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const SMALL_A = 0x61;
const SMALL_F = 0x66;

/**
 * A name for whoever has `address`: what limits "per address" are kept by. For IPv6 that is the /64: RFC 4291 §2.5.4
 * gives every network 64 bits of addresses below it, so that one host has as many as it likes. An IPv4 address is
 * itself, and so is what is no address, such as the empty text of a peer that is already gone.
 */
export function clientOf(address: string): string {
  const groups = parse(address);
  if (groups === undefined) return address;
  return groups.length === 2 ? write(groups) : `${write([...groups.slice(0, 4), 0, 0, 0, 0])}/64`;
}

/** Networks, to ask whether an address is in one of them. */
export class AddressRanges {
  readonly #ranges: readonly Range[];

  /**
   * @param ranges addresses, and networks in the notation of RFC 4632 §3.1 and RFC 4291 §2.3: `10.0.0.0/8`, `fd00::/8`
   * @throws {TypeError} for anything else, and for bits behind the prefix: whoever wrote 10.0.0.1/8 meant one of two
   */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map(parseRange);
  }

  /** False too for what is no address. An IPv4 address is in networks of IPv4 alone. */
  contains(address: string): boolean {
    const groups = parse(address);
    return groups !== undefined && this.#ranges.some((range) => isWithin(groups, range));
  }
}

interface Range {
  readonly network: Groups;
  readonly prefixLength: number;
}

function parseRange(text: string): Range {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const network = address.includes("%") ? undefined : parse(address);
  if (network === undefined) throw new TypeError(`${JSON.stringify(text)} is no address and no network`);
  const bits = network.length * 16;
  // A network of mapped addresses says how many of all 128 bits are fixed.
  const length =
    slash < 0 ? bits : prefixLengthOf(text.slice(slash + 1)) - (isMapped(address, bits) ? 96 : 0);
  if (!(length >= 0 && length <= bits)) {
    throw new TypeError(`${JSON.stringify(text)} has no prefix length of 0 to ${bits}`);
  }
  const range = { network, prefixLength: length };
  if (network.some((group, at) => (group & ~maskOf(length, at)) !== 0)) {
    throw new TypeError(`${JSON.stringify(text)} has bits behind its prefix`);
  }
  return range;
}

function isMapped(address: string, bits: number): boolean {
  return bits === 32 && address.includes(":");
}

/** NaN, which is within no limits, when `text` is no number. */
function prefixLengthOf(text: string): number {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.NaN;
}

function isWithin(groups: Groups, { network, prefixLength }: Range): boolean {
  if (groups.length !== network.length) return false;
  for (let at = 0; at * 16 < prefixLength; at++) {
    if (((groups[at]! ^ network[at]!) & maskOf(prefixLength, at)) !== 0) return false;
  }
  return true;
}

/** Which bits of the group at `at` are of the prefix. */
function maskOf(prefixLength: number, at: number): number {
  const bits = Math.min(16, Math.max(0, prefixLength - at * 16));
  return (0xffff << (16 - bits)) & 0xffff;
}

function parse(text: string): Groups | undefined {
  return isIPv4(text) ? octetPairs(text) : parseIPv6(text);
}

function parseIPv6(text: string): Groups | undefined {
  if (text.length > maxLength) return undefined;
  const percent = text.indexOf("%");
  if (percent >= 0 && !ZONE.test(text.slice(percent + 1))) return undefined;
  const address = percent < 0 ? text : text.slice(0, percent);
  if (!isIPv6(address)) return undefined;
  const [before = "", after = ""] = address.split("::");
  const left = hexGroups(before);
  const right = hexGroups(after);
  const missing = 8 - left.length - right.length;
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right];
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? groups.slice(6) : groups;
}

/** The groups of a part of what {@link isIPv6} has taken. */
function hexGroups(text: string): Groups {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((part) => (part.includes(".") ? octetPairs(part) : Number.parseInt(part, 16)));
}

/** The two groups of what {@link isIPv4} has taken. */
function octetPairs(text: string): Groups {
  const [a, b, c, d] = text.split(".").map(Number) as [number, number, number, number];
  return [(a << 8) | b, (c << 8) | d];
}

function write(groups: Groups): string {
  if (groups.length === 2) return groups.flatMap((group) => [group >> 8, group & 0xff]).join(".");
  const { start, length } = longestZeros(groups);
  const texts = groups.map((group) => group.toString(16));
  // RFC 5952 §4.2.2: "The symbol "::" MUST NOT be used to shorten just one 16-bit 0 field."
  if (length < 2) return texts.join(":");
  return `${texts.slice(0, start).join(":")}::${texts.slice(start + length).join(":")}`;
}

/** RFC 5952 §4.2.3: the longest run of zeros, and of two as long the first. */
function longestZeros(groups: Groups): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: at - length + 1, length };
  }
  return longest;
}
