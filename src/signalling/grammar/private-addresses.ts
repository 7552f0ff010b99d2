/**
 * RFC 8828 §3: what a peer says of the network it sits in, taken out of candidates and descriptions on their way
 * through.
 *
 * | What | becomes |
 * |---|---|
 * | a candidate with a private address | nothing, unless it is relayed: that is the address of the relay |
 * | `raddr … rport …` of any other | `raddr 0.0.0.0 rport 9` or `raddr :: rport 9` (RFC 8839 §5.1) |
 * | `c=` and `a=rtcp` with a private address | the dummy `0.0.0.0` or `::` and port 9, the port of `m=` too (RFC 9429 §5.2.1) |
 * | `o=` with a private address | `IN IP4 0.0.0.0` (RFC 9429 §5.2.1) |
 * | `a=remote-candidates` with a private address | nothing (RFC 8839 §5.2) |
 *
 * Doing it twice changes nothing more. Two peers of one network then meet through its outer address or a relay.
 */
import { AddressRanges } from "../../addresses.ts";
import { type CandidateAttribute, checkCandidate, fixedFields } from "./candidate.ts";
import { isMulticastDnsName } from "./connection-address.ts";

/** How much is taken out. */
export interface PrivateAddressPolicy {
  /**
   * Whether names of multicast DNS stay: they are random, mean nothing outside of their network, and let two peers
   * of one network meet. Default true.
   */
  readonly keepMulticastDnsNames?: boolean;
}

/** Mapped addresses (RFC 4291 §2.5.5.2) are the IPv4 addresses they hold. */
const privateRanges: AddressRanges = new AddressRanges([
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], // RFC 1918 §3
  "100.64.0.0/10", // RFC 6598 §7: between a carrier and its customers
  "169.254.0.0/16", // RFC 3927 §2.1: link-local
  "fc00::/7", // RFC 4193 §3.1: unique local
  "fe80::/10", // RFC 4291 §2.5.6: link-local
  "fec0::/10", // RFC 3879 §4: site-local, deprecated and still private
]);

const loopback: AddressRanges = new AddressRanges(["127.0.0.0/8", "::1"]);

/**
 * Whether the candidate's own address is one that only its own network understands. Names of multicast DNS are, and so
 * is `localhost`; another name is not, whatever it may stand for.
 */
export function isPrivateCandidate(candidate: Pick<CandidateAttribute, "address">): boolean {
  return isPrivate(candidate.address) || isMulticastDnsName(candidate.address);
}

function isPrivate(address: string): boolean {
  return privateRanges.contains(address) || isLoopback(address);
}

function isLoopback(address: string): boolean {
  // RFC 6761 §6.3.
  return loopback.contains(address) || address === "localhost" || address.endsWith(".localhost");
}

/**
 * The candidate as it may be passed on, or undefined when nothing of it may, or when it is no candidate. The empty
 * text, end-of-candidates, stays.
 */
export function withoutPrivateAddresses(text: string, policy: PrivateAddressPolicy = {}): string | undefined {
  const view = checkCandidate(text);
  if ("reason" in view) return undefined;
  if (view.kind === "end-of-candidates") return text;
  if (view.type !== "relay" && isHidden(view.address, policy)) return undefined;
  return withoutRelatedAddress(text, view);
}

function isHidden(address: string, { keepMulticastDnsNames = true }: PrivateAddressPolicy): boolean {
  return isPrivate(address) || (!keepMulticastDnsNames && isMulticastDnsName(address));
}

/** The related address is the private one below a reflexive address, and serves to look for faults alone. */
function withoutRelatedAddress(text: string, view: CandidateAttribute): string {
  if (view.relatedAddress === undefined && view.relatedPort === undefined) return text;
  const fields = text.split(" ");
  // checkCandidate has found them in their places alone: raddr behind the type, rport behind it.
  const first = fixedFields + 1;
  if (view.relatedAddress !== undefined) fields[first] = view.address.includes(":") ? "::" : "0.0.0.0";
  if (view.relatedPort !== undefined)
    fields[view.relatedAddress === undefined ? first : first + 2] = DUMMY_PORT;
  return fields.join(" ");
}

/** RFC 9429 §5.2.1, RFC 8839 §5.1: the port that goes with 0.0.0.0 and ::. */
const DUMMY_PORT = "9";

/**
 * The description as it may be passed on. It should have passed `checkSessionDescription`: what is no line stays as it
 * is, except that an `a=candidate` that is no candidate goes. The ends of lines stay as they are.
 */
export function sdpWithoutPrivateAddresses(sdp: string, policy: PrivateAddressPolicy = {}): string {
  const lines: string[] = [];
  const ofSession: Level = { mediaAt: undefined, connection: undefined };
  let level = ofSession;
  for (const line of sdp.split("\n")) {
    if (line.startsWith("m=")) {
      closeSection(lines, level, ofSession);
      level = { mediaAt: lines.length, connection: undefined };
    }
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    const written = rewriteLine(text, policy);
    if (written === undefined) continue;
    if (line.startsWith("c=")) level.connection = written === text ? "shown" : "hidden";
    lines.push(text === line ? written : `${written}\r`);
  }
  closeSection(lines, level, ofSession);
  return lines.join("\n");
}

/** A media section, or what is before all of them. */
interface Level {
  /** Where its `m=` is among the lines; undefined at session level. */
  readonly mediaAt: number | undefined;
  /** What has become of its `c=`; undefined when it has none. */
  connection: "shown" | "hidden" | undefined;
}

/** RFC 8839 §4.2.5: without its address a port is that of no candidate, which would be taken for a mismatch. */
function closeSection(lines: string[], { mediaAt, connection }: Level, ofSession: Level): void {
  if (mediaAt === undefined || (connection ?? ofSession.connection) !== "hidden") return;
  // Port 0 says that the section is rejected, and stays.
  lines[mediaAt] = lines[mediaAt]!.replace(/^(m=\S+) 0*[1-9]\d*/, `$1 ${DUMMY_PORT}`);
}

/** @returns the line without private addresses, or undefined when nothing is left of it */
function rewriteLine(line: string, policy: PrivateAddressPolicy): string | undefined {
  if (line.startsWith("a=candidate:")) return withoutPrivateAddresses(line, policy);
  if (line.startsWith("a=remote-candidates:"))
    return line.split(" ").some((field) => isHidden(field.toLowerCase(), policy)) ? undefined : line;
  const isOrigin = line.startsWith("o=");
  if (!isOrigin && !line.startsWith("c=") && !line.startsWith("a=rtcp:")) return line;
  const fields = line.split(" ");
  const [address = ""] = fields.at(-1)!.toLowerCase().split("/");
  // Browsers write 127.0.0.1 there for everybody.
  if (!isHidden(address, policy) || (isOrigin && isLoopback(address))) return line;
  const nowhere = isOrigin || !address.includes(":") ? ["IP4", "0.0.0.0"] : ["IP6", "::"];
  if (line.startsWith("a=rtcp:")) return ["a=rtcp:9", "IN", ...nowhere].join(" ");
  return [...fields.slice(0, -2), ...nowhere].join(" ");
}
