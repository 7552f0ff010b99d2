/**
 * RFC 8866 §9 `connection-address`, as a candidate (RFC 8839 §5.1) and a line `c=` hold it: an IPv4 address, an
 * IPv6 address, or the name of a host, among them the names of multicast DNS that browsers write in place of
 * private addresses.
 *
 * Stricter than the ABNF, whose `FQDN = 4*(alpha-numeric / "-" / ".")` and `extn-addr = non-ws-string` take
 * nearly anything: names must be written as RFC 1123 §2.1 says, and 10.0.0.256 is not the name of a host.
 */
import { canonicalAddress, isIPv4, isIPv6 } from "../../addresses.ts";
import { DIGIT, isInteger, isMadeOf, LDH } from "./characters.ts";
import { DOT, Fields, SLASH } from "./fields.ts";

/** RFC 1035 §2.3.4: the longest label and, without its dot at the end, the longest name. */
const maxLabel = 63;
const maxName = 253;

/** RFC 8866 §9: IP6-address has no zone. It would name a link of the sender's own. */
export function isUnicastAddress(text: string, start: number, end: number): boolean {
  return isIPv4(text, start, end) || isIPv6(text, start, end) || isDomainName(text, start, end);
}

/** What {@link isUnicastAddress} takes: an address as {@link canonicalAddress} writes it, a name in small letters. */
export function canonicalUnicastAddress(text: string): string {
  return canonicalAddress(text) ?? text.toLowerCase();
}

/** Whether `address`, which {@link canonicalUnicastAddress} has returned, is a name of multicast DNS (RFC 6762 §3). */
export function isMulticastDnsName(address: string): boolean {
  return address.endsWith(".local");
}

/** As a line `c=` of nettype IN has it: multicast addresses with a TTL and a number of addresses (RFC 8866 §5.7). */
export function isConnectionAddress(text: string, start: number, end: number): boolean {
  return isUnicastAddress(text, start, end) || isMulticast(text.slice(start, end));
}

function isMulticast(value: string): boolean {
  const slash = value.indexOf("/");
  if (slash < 0 || !isUnicastAddress(value, 0, slash)) return false;
  const address = canonicalUnicastAddress(value.slice(0, slash));
  const numbers = new Fields(value, slash + 1, value.length, SLASH);
  if (/^(?:22[4-9]|23\d)\./.test(address)) {
    const ttl = numbers.nextNumber(3);
    return ttl >= 0 && ttl <= 255 && (numbers.done || isLastCount(value, numbers));
  }
  return address.startsWith("ff") && address.includes(":") && isLastCount(value, numbers);
}

function isLastCount(value: string, numbers: Fields): boolean {
  return numbers.next(DIGIT) && isInteger(value, numbers.start, numbers.end) && numbers.done;
}

function isDomainName(text: string, start: number, end: number): boolean {
  if (end - start > maxName) return false;
  const labels = new Fields(text, start, end, DOT);
  do {
    if (!labels.next(LDH) || !isLabel(text, labels.start, labels.end)) return false;
  } while (!labels.done);
  // RFC 1123 §2.1: a name is told from an address by its last label, which "will be alphabetic".
  return !isMadeOf(DIGIT, text, labels.start, labels.end);
}

/** Whether LDH is a label: RFC 1034 §3.5 has letters and digits at its ends. */
function isLabel(text: string, start: number, end: number): boolean {
  return end - start <= maxLabel && text.charCodeAt(start) !== HYPHEN && text.charCodeAt(end - 1) !== HYPHEN;
}

const HYPHEN = 0x2d;
