/**
 * RFC 8839 §5.1, RFC 6544 §4.5: an ICE candidate as it is written.
 *
 *     candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998 generation 0
 *               │ │ │   │          │         │     │         └ related address and port     └ extensions,
 *               │ │ │   priority   address   port  type                                        by twos
 *               │ │ transport
 *               │ component
 *               foundation
 */
import { DIGIT, ICE_CHAR, isPort, isWord, TOKEN_CHAR, VCHAR } from "./characters.ts";
import { canonicalUnicastAddress, isUnicastAddress } from "./connection-address.ts";
import { Fields } from "./fields.ts";

/** The longest text that is looked at, in UTF-16 code units: eight times what browsers write. */
export const maxCandidateLength = 1024;

/** RFC 8839 §5.1, with what ABNF compares without regard to case in small letters. */
export interface CandidateAttribute {
  readonly kind: "candidate";
  readonly foundation: string;
  /** 1 to 256; 1 is RTP, and everything where RTCP is multiplexed. */
  readonly component: number;
  /** `udp`, `tcp` (RFC 6544), or a transport of a later day. */
  readonly transport: string;
  /** 1 to 2^31 − 1. */
  readonly priority: number;
  /** An IP address in its canonical form, or the name of a host in small letters. */
  readonly address: string;
  readonly port: number;
  /** `host`, `srflx`, `prflx`, `relay`, or a type of a later day. */
  readonly type: string;
  readonly relatedAddress?: string;
  readonly relatedPort?: number;
  readonly tcpType?: "active" | "passive" | "so";
}

/** What a candidate says; no candidate at all says that no more will come. */
export type CandidateView = CandidateAttribute | { readonly kind: "end-of-candidates" };

/** Why a text is not a candidate, in words that repeat nothing of it. */
export interface CandidateFault {
  readonly reason: string;
}

/**
 * What is wrong with a text as `RTCIceCandidate.candidate`, in words that repeat nothing of it; undefined when nothing
 * is. Never throws, in time linear in the text.
 *
 * The empty text is how W3C WebRTC writes end-of-candidates. A leading `a=` is taken: W3C has none, but
 * libdatachannel gives its candidates as lines of SDP, and browsers of libwebrtc take them so.
 */
export function faultOfCandidate(text: string): string | undefined {
  if (text === "") return undefined;
  const start = valueStart(text);
  if (start < 0) return `a candidate begins with "${prefix}"`;
  return faultOfCandidateValue(text, start, text.length);
}

/** Where the value begins, −1 when this is no candidate. */
function valueStart(text: string): number {
  if (text.startsWith(prefix)) return prefix.length;
  return text.startsWith(line) ? line.length : -1;
}

const prefix = "candidate:";
const line = `a=${prefix}`;

/** What is wrong with the value of an attribute `a=candidate`, from `start` to before `end`. */
export function faultOfCandidateValue(text: string, start: number, end: number): string | undefined {
  if (end - start > maxCandidateLength) return `a candidate has at most ${maxCandidateLength} characters`;
  const fields = new Fields(text, start, end);
  if (!fields.next(ICE_CHAR) || fields.end - start > 32)
    return "a foundation has 1 to 32 letters, digits, + and /";
  const component = fields.nextNumber(3);
  if (component < 1 || component > 256) return "a component is a number of 1 to 256";
  if (!fields.next(TOKEN_CHAR)) return "a transport is a token";
  const priority = fields.nextNumber(10);
  if (priority < 1 || priority > 2 ** 31 - 1) return "a priority is a number of 1 to 2^31 - 1";
  if (!fields.next(VCHAR) || !isUnicastAddress(text, fields.start, fields.end))
    return "the address is no IPv4 address, IPv6 address or name of a host";
  if (!fields.next(DIGIT) || !isPort(text, fields.start, fields.end))
    return "a port is a number of 0 to 65535";
  const isTyped = fields.next(TOKEN_CHAR) && isWord("typ", text, fields.start, fields.end);
  if (!isTyped || !fields.next(TOKEN_CHAR)) return "behind the port are typ and the type, a token";
  return faultOfExtensions(text, fields);
}

/** What is wrong with the pairs behind the type. */
function faultOfExtensions(text: string, fields: Fields): string | undefined {
  let related = false;
  for (let pair = 0; !fields.done; pair++) {
    const isNamed = fields.next(TOKEN_CHAR);
    const { start, end } = fields;
    if (!isNamed || fields.done) return "an extension is a token, a space and its value";
    if (!fields.nextVisible()) return "the value of an extension has visible characters alone";
    if (isWord("raddr", text, start, end)) {
      // A reader that takes it from any place must not see another than one that takes it from its own.
      if (pair !== 0) return "raddr stands behind the type, once";
      related = isUnicastAddress(text, fields.start, fields.end);
      if (!related) return "raddr is no IPv4 address, IPv6 address or name of a host";
    } else if (isWord("rport", text, start, end)) {
      if (pair !== 0 && !(pair === 1 && related)) return "rport stands behind raddr, once";
      if (!isPort(text, fields.start, fields.end)) return "rport is a number of 0 to 65535";
    } else if (isWord("tcptype", text, start, end)) {
      // RFC 6544 §4.5 has it before the other extensions; those who read candidates look for it anywhere.
      if (!isTcpType(text, fields.start, fields.end)) return "a tcptype is active, passive or so";
    }
  }
  return undefined;
}

function isTcpType(text: string, start: number, end: number): boolean {
  return (
    isWord("active", text, start, end) ||
    isWord("passive", text, start, end) ||
    isWord("so", text, start, end)
  );
}

/** Reads `RTCIceCandidate.candidate`, as {@link faultOfCandidate} takes it. */
export function checkCandidate(text: string): CandidateView | CandidateFault {
  const reason = faultOfCandidate(text);
  if (reason !== undefined) return { reason };
  return text === "" ? { kind: "end-of-candidates" } : readFields(text.slice(valueStart(text)).split(" "));
}

/** How many fields stand before the pairs: foundation to port, `typ` and the type. */
export const fixedFields = 8;

/** Reads what {@link faultOfCandidateValue} has taken. */
function readFields(fields: readonly string[]): CandidateAttribute {
  const [foundation, component, transport, priority, address, port, , type] = fields as FixedFields;
  return {
    kind: "candidate",
    foundation,
    component: Number(component),
    transport: transport.toLowerCase(),
    priority: Number(priority),
    address: canonicalUnicastAddress(address),
    port: Number(port),
    type: type.toLowerCase(),
    ...readExtensions(fields),
  };
}

type FixedFields = readonly [string, string, string, string, string, string, string, string];

type Extensions = Pick<CandidateAttribute, "relatedAddress" | "relatedPort" | "tcpType">;

function readExtensions(fields: readonly string[]): Extensions {
  const found: { -readonly [Key in keyof Extensions]: Extensions[Key] } = {};
  for (let at = fixedFields; at < fields.length; at += 2) {
    const value = fields[at + 1]!;
    switch (fields[at]!.toLowerCase()) {
      case "raddr":
        found.relatedAddress = canonicalUnicastAddress(value);
        break;
      case "rport":
        found.relatedPort = Number(value);
        break;
      case "tcptype":
        found.tcpType = value.toLowerCase() as NonNullable<Extensions["tcpType"]>;
        break;
    }
  }
  return found;
}
