/**
 * RFC 7064 and RFC 7065: where a STUN or TURN server is, as a URL for an `RTCIceServer`.
 *
 *     stunURI = ( "stun" / "stuns" ) ":" host [ ":" port ]
 *     turnURI = ( "turn" / "turns" ) ":" host [ ":" port ] [ "?transport=" transport ]
 *     host    = IP-literal / IPv4address / reg-name        (RFC 3986 §3.2.2)
 *
 * Stricter in two things: a name is one that DNS can have (RFC 1123 §2.1, with "_"), and the transport is `udp` or
 * `tcp`, the two that browsers know. A page whose list of servers holds anything else makes no connection at all.
 *
 * https://www.rfc-editor.org/rfc/rfc7064
 * https://www.rfc-editor.org/rfc/rfc7065
 */
import { canonicalAddress } from "../addresses.ts";

/** A URL of RFC 7064 or RFC 7065 taken apart. */
export interface IceUrl {
  readonly scheme: "stun" | "stuns" | "turn" | "turns";
  /** Without the brackets of an IP-literal. */
  readonly host: string;
  /** Undefined: RFC 7064 §3.2, RFC 7065 §3.2: the default of the scheme, 3478, or over TLS 5349. */
  readonly port: number | undefined;
  readonly transport: "udp" | "tcp" | undefined;
}

/** A text that is no URL of a STUN or TURN server. The message quotes it: it holds no secret. */
export class IceUrlError extends TypeError {
  override readonly name = "IceUrlError";
}

/** The longest URL that is looked at: a name of DNS has at most 253 characters. */
const maxLength = 300;

const shape: RegExp =
  /^(stuns?|turns?):(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;

/**
 * Takes a URL apart.
 *
 * @throws {IceUrlError} when it is none of a STUN or TURN server
 */
export function parseIceUrl(url: string): IceUrl {
  const match = url.length <= maxLength ? shape.exec(url) : null;
  if (match === null) throw refused(url, "it must look like turn:host, turn:host:port or stun:host");
  const [, scheme = "", authority = "", digits, transport] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) throw refused(url, "its port is none");
  const host = hostOf(authority);
  if (host === undefined) throw refused(url, "its host is neither a name nor an address");
  const kind = scheme.toLowerCase() as IceUrl["scheme"];
  if (transport !== undefined && kind.startsWith("stun")) {
    throw refused(url, "a STUN server has no transport in its URL");
  }
  return { scheme: kind, host, port, transport: transport?.toLowerCase() as IceUrl["transport"] };
}

/** Writes the URL of a STUN server. `host`: a name or an address, without brackets. */
export function stunUrl(host: string, port: number): string {
  const url = `stun:${host.includes(":") ? `[${host}]` : host}:${port}`;
  parseIceUrl(url);
  return url;
}

const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const regName: RegExp = new RegExp(`^${label}(?:\\.${label})*\\.?$`, "i");

/** RFC 3986 §3.2.2: what looks like an IPv4 address is one, never a name: so all numbers and dots must be a good one. */
function hostOf(authority: string): string | undefined {
  if (authority.startsWith("[")) {
    const literal = authority.slice(1, -1);
    return literal.includes(":") && canonicalAddress(literal) !== undefined ? literal : undefined;
  }
  if (/^[\d.]+$/.test(authority)) return canonicalAddress(authority);
  return regName.test(authority) ? authority : undefined;
}

function refused(url: string, why: string): IceUrlError {
  return new IceUrlError(
    `${JSON.stringify(url.slice(0, maxLength))} is no URL of a STUN or TURN server: ${why}`,
  );
}
