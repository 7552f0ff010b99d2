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
import { ICE_CHAR, isMadeOf, isToken, parseDecimal, parsePort, VCHAR } from "./characters.ts";
import { parseUnicastAddress } from "./connection-address.ts";

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
 * Reads `RTCIceCandidate.candidate`. Never throws, in time linear in the text.
 *
 * The empty text is how W3C WebRTC writes end-of-candidates. A leading `a=` is taken: W3C has none, but
 * libdatachannel gives its candidates as lines of SDP, and browsers of libwebrtc take them so.
 */
export function checkCandidate(text: string): CandidateView | CandidateFault {
  if (text === "") return { kind: "end-of-candidates" };
  const start = text.startsWith("a=") ? 2 : 0;
  if (!text.startsWith(prefix, start)) return { reason: `a candidate begins with "${prefix}"` };
  return checkCandidateValue(text.slice(start + prefix.length));
}

const prefix = "candidate:";

/** Reads the value of the attribute `a=candidate`: what is behind the colon. */
export function checkCandidateValue(value: string): CandidateAttribute | CandidateFault {
  if (value.length > maxCandidateLength)
    return fault(`a candidate has at most ${maxCandidateLength} characters`);
  const fields = value.split(" ");
  const [foundation = "", component = "", transport = "", priority = "", address = ""] = fields;
  const [, , , , , port = "", typ = "", type = ""] = fields;
  if (!isMadeOf(ICE_CHAR, foundation) || foundation.length > 32)
    return fault("a foundation has 1 to 32 letters, digits, + and /");
  const componentId = parseDecimal(component, 3, 256);
  if (componentId === undefined || componentId === 0) return fault("a component is a number of 1 to 256");
  if (!isToken(transport)) return fault("a transport is a token");
  const preference = parseDecimal(priority, 10, 2 ** 31 - 1);
  if (preference === undefined || preference === 0) return fault("a priority is a number of 1 to 2^31 - 1");
  const host = parseUnicastAddress(address);
  if (host === undefined) return fault("the address is no IPv4 address, IPv6 address or name of a host");
  const portNumber = parsePort(port);
  if (portNumber === undefined) return fault("a port is a number of 0 to 65535");
  if (typ.toLowerCase() !== "typ" || !isToken(type))
    return fault("behind the port are typ and the type, a token");
  const rest = checkExtensions(fields);
  if (typeof rest === "string") return fault(rest);
  return {
    kind: "candidate",
    foundation,
    component: componentId,
    transport: transport.toLowerCase(),
    priority: preference,
    address: host,
    port: portNumber,
    type: type.toLowerCase(),
    ...rest,
  };
}

function fault(reason: string): CandidateFault {
  return { reason };
}

/** How many fields stand before the pairs: foundation to port, `typ` and the type. */
export const fixedFields = 8;

type Related = Pick<CandidateAttribute, "relatedAddress" | "relatedPort" | "tcpType">;

/** @returns what the pairs say, or what is wrong with them */
function checkExtensions(fields: readonly string[]): Related | string {
  const found: { -readonly [Key in keyof Related]: Related[Key] } = {};
  for (let at = fixedFields; at < fields.length; at += 2) {
    const name = fields[at]!;
    const value = fields[at + 1];
    if (!isToken(name) || value === undefined) return "an extension is a token, a space and its value";
    if (value !== "" && !isMadeOf(VCHAR, value))
      return "the value of an extension has visible characters alone";
    switch (name.toLowerCase()) {
      case "raddr":
        // A reader that takes it from any place must not see another than one that takes it from its own.
        if (at !== fixedFields) return "raddr stands behind the type, once";
        found.relatedAddress = parseUnicastAddress(value) ?? "";
        if (found.relatedAddress === "") return "raddr is no IPv4 address, IPv6 address or name of a host";
        break;
      case "rport":
        if (at !== fixedFields && !(at === fixedFields + 2 && found.relatedAddress !== undefined))
          return "rport stands behind raddr, once";
        found.relatedPort = parsePort(value) ?? -1;
        if (found.relatedPort < 0) return "rport is a number of 0 to 65535";
        break;
      case "tcptype":
        // RFC 6544 §4.5 has it before the other extensions; those who read candidates look for it anywhere.
        if (!isTcpType(value.toLowerCase())) return "a tcptype is active, passive or so";
        found.tcpType = value.toLowerCase() as TcpType;
        break;
    }
  }
  return found;
}

type TcpType = NonNullable<CandidateAttribute["tcpType"]>;

function isTcpType(text: string): boolean {
  return text === "active" || text === "passive" || text === "so";
}
