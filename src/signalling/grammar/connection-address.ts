/**
 * RFC 8866 §9 `connection-address`, as a candidate (RFC 8839 §5.1) and a line `c=` hold it: an IPv4 address, an
 * IPv6 address, or the name of a host, among them the names of multicast DNS that browsers write in place of
 * private addresses.
 *
 * Stricter than the ABNF, whose `FQDN = 4*(alpha-numeric / "-" / ".")` and `extn-addr = non-ws-string` take
 * nearly anything: names must be written as RFC 1123 §2.1 says, and 10.0.0.256 is not the name of a host.
 */
import { canonicalAddress } from "../../addresses.ts";
import { DIGIT, isMadeOf, LDH, parseDecimal } from "./characters.ts";

/** RFC 1035 §2.3.4: the longest label and, without its dot at the end, the longest name. */
const maxLabel = 63;
const maxName = 253;

/** An address, as {@link canonicalAddress} writes it, or a name in small letters; undefined for anything else. */
export function parseUnicastAddress(text: string): string | undefined {
  // RFC 8866 §9: IP6-address has no zone. It would name a link of the sender's own.
  if (text.includes("%")) return undefined;
  return canonicalAddress(text) ?? (isDomainName(text) ? text.toLowerCase() : undefined);
}

/** Whether `address`, which {@link parseUnicastAddress} has returned, is a name of multicast DNS (RFC 6762 §3). */
export function isMulticastDnsName(address: string): boolean {
  return address.endsWith(".local");
}

/** As a line `c=` of nettype IN has it: multicast addresses with a TTL and a number of addresses (RFC 8866 §5.7). */
export function isConnectionAddress(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash < 0) return parseUnicastAddress(text) !== undefined;
  const address = parseUnicastAddress(text.slice(0, slash));
  if (address === undefined) return false;
  const numbers = text.slice(slash + 1).split("/");
  if (/^(?:22[4-9]|23\d)\./.test(address)) {
    const [ttl = "", ...rest] = numbers;
    return parseDecimal(ttl, 3, 255) !== undefined && rest.length <= 1 && rest.every(isCount);
  }
  return address.startsWith("ff") && address.includes(":") && numbers.length === 1 && numbers.every(isCount);
}

/** RFC 8866 §9: `integer = POS-DIGIT *DIGIT`. */
function isCount(text: string): boolean {
  return isMadeOf(DIGIT, text) && !text.startsWith("0");
}

function isDomainName(text: string): boolean {
  if (text.length > maxName) return false;
  const labels = text.split(".");
  // RFC 1123 §2.1: a name is told from an address by its last label, which "will be alphabetic".
  return labels.every(isLabel) && !isMadeOf(DIGIT, labels.at(-1)!);
}

function isLabel(text: string): boolean {
  return text.length <= maxLabel && isMadeOf(LDH, text) && !text.startsWith("-") && !text.endsWith("-");
}
