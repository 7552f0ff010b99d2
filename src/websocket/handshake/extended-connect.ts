/**
 * RFC 8441: a WebSocket on one stream of an HTTP/2 connection, its handshake decided without I/O.
 *
 *     [[ From Client ]]                       [[ From Server ]]
 *
 *                                             SETTINGS
 *                                             SETTINGS_ENABLE_CONNECT_[..] = 1
 *     HEADERS + END_HEADERS
 *     :method = CONNECT
 *     :protocol = websocket
 *     :scheme = https
 *     :path = /chat
 *     :authority = server.example.com
 *     sec-websocket-protocol = chat, superchat
 *     sec-websocket-version = 13
 *     origin = http://www.example.com
 *                                             HEADERS + END_HEADERS
 *                                             :status = 200
 *                                             sec-websocket-protocol = chat
 *     DATA: frames                            DATA: frames
 *
 * §5 leaves out what HTTP/1.1 needed to leave HTTP behind: `Upgrade`, `Connection`, `Sec-WebSocket-Key` and
 * `Sec-WebSocket-Accept`. The rest is agreed on as in RFC 6455, by the same functions.
 */

import type { PerMessageDeflateOptions } from "../deflate/permessage-deflate.ts";
import { type Agreement, VERSION } from "./agreement.ts";
import { checkAgreement, offerHeaders } from "./client-handshake.ts";
import {
  type Accepted,
  agree,
  agreementHeaders,
  type HandshakeOptions,
  type Refused,
  refuse,
} from "./handshake.ts";
import { groupHeaders, type Headers, isAuthority, isFieldValue, isToken, valuesOf } from "./header.ts";

/** RFC 8441 §5: what `:protocol` says, `it MUST have a value of "websocket"`. */
const PROTOCOL = "websocket";

// ── The server's half ─────────────────────────────────────────────────────────────────────────────

/** A CONNECT request that wants a WebSocket on its stream. What was not sent is empty. */
export interface ExtendedConnect {
  readonly scheme: string;
  readonly authority: string;
  /** Path and query. */
  readonly path: string;
  /**
   * The fields as HTTP/1.1 would have them: one `cookie`, and `:authority` as `host`. A `Host` field that
   * says something else comes second there.
   */
  readonly headers: Headers;
}

/**
 * Reads the header section of a request.
 *
 * @param raw names and values in turn, pseudo-header fields too, as `node:http2` hands them over
 * @returns undefined when it is no extended CONNECT for a WebSocket
 */
export function readExtendedConnect(raw: readonly string[]): ExtendedConnect | undefined {
  const all = groupHeaders(raw);
  const pseudo = (name: string): string => valuesOf(all, name)[0] ?? "";
  // RFC 8441 §4: with `:protocol` the request does not ask for "a tunnel to the host indicated by the
  // :authority".
  if (pseudo(":method") !== "CONNECT" || pseudo(":protocol") !== PROTOCOL) return undefined;
  const authority = pseudo(":authority");
  const headers = new Map([...all].filter(([name]) => !name.startsWith(":")));
  const otherHosts = valuesOf(all, "host").filter((host) => host.toLowerCase() !== authority.toLowerCase());
  headers.set("host", [authority, ...otherHosts]);
  // RFC 9113 §8.2.3: several cookie fields "MUST be concatenated into a single octet string using the
  // two-octet delimiter of 0x3b, 0x20 (the ASCII string "; ")".
  const cookies = valuesOf(all, "cookie");
  if (cookies.length > 1) headers.set("cookie", [cookies.join("; ")]);
  return { scheme: pseudo(":scheme"), authority, path: pseudo(":path"), headers };
}

/**
 * Decides about an extended CONNECT. The answer to one that is accepted has the status 200.
 *
 * RFC 9113 §8.1.1: "For malformed requests, a server MAY send an HTTP response prior to closing or resetting
 * the stream." 400 says more than a reset.
 *
 * @param request `secure`: it came over TLS; `ended`: its stream ended with it, so that no frame can follow
 */
export function acceptExtendedConnect(
  request: ExtendedConnect & { readonly secure: boolean; readonly ended: boolean },
  options: HandshakeOptions = {},
): Accepted | Refused {
  if (request.ended) return refuse(400, "the stream ended with the request");
  const refused = checkTarget(request) ?? checkFields(request.headers);
  if (refused !== undefined) return refused;
  const agreement = agree(request, options);
  if ("status" in agreement) return agreement;
  return { accepted: true, headers: agreementHeaders(agreement), ...agreement };
}

function checkTarget({ scheme, authority, path, headers }: ExtendedConnect): Refused | undefined {
  // RFC 8441 §5: the scheme "MUST be "https" for "wss"-schemed WebSockets and "http" for "ws"-schemed
  // WebSockets." Which of them is not compared with the connection: in front of us a proxy may end TLS.
  if (scheme !== "https" && scheme !== "http") return refuse(400, ":scheme is neither https nor http");
  // RFC 9113 §8.3.1: ":authority" has no userinfo, and ":path" is not empty: visible ASCII that begins with /.
  if (!isAuthority(authority)) return refuse(400, ":authority is not a host");
  if (!/^\/[\x21\x22\x24-\x7e]*$/.test(path)) return refuse(400, ":path is not a path");
  // RFC 9113 §8.3.1: "A server SHOULD treat a request as malformed if it contains a Host header field that
  // identifies an entity that differs from the entity in the ":authority" pseudo-header field."
  if (valuesOf(headers, "host").length !== 1) return refuse(400, "Host and :authority differ");
  return undefined;
}

function checkFields(headers: Headers): Refused | undefined {
  // RFC 9113 §8.2.2: "An endpoint MUST NOT generate an HTTP/2 message containing connection-specific header
  // fields"; RFC 8441 §5 says so again of Connection and Upgrade.
  if ([...headers].some(([name, values]) => values.some((value) => isConnectionSpecific(name, value)))) {
    return refuse(400, "a field belongs to HTTP/1.1");
  }
  // RFC 9110 §9.3.6: "A CONNECT request message does not have content."
  if (valuesOf(headers, "content-length").some((value) => value !== "0")) {
    return refuse(400, "a WebSocket handshake has no body");
  }
  // RFC 6455 §4.4 wants a version named that we speak. But 426, the status HTTP/1.1 has for it, needs an Upgrade
  // field (RFC 9110 §15.5.22), and HTTP/2 has none.
  const versions = valuesOf(headers, "sec-websocket-version");
  if (versions.length === 1 && versions[0] === VERSION) return undefined;
  return refuse(400, `exactly one Sec-WebSocket-Version is needed, and it must be ${VERSION}`, [
    ["Sec-WebSocket-Version", VERSION],
  ]);
}

/** RFC 9113 §8.2.2: fields about an HTTP/1.1 connection, and TE with "any value other than "trailers"". */
function isConnectionSpecific(name: string, value: string): boolean {
  if (/^te$/i.test(name)) return value !== "trailers";
  return /^(?:connection|proxy-connection|keep-alive|transfer-encoding|upgrade|http2-settings)$/i.test(name);
}

/**
 * Header lines as `node:http2` takes them, in lower case (RFC 9113 §8.2). What is about an HTTP/1.1
 * connection is left out: an application's refusal may name `Upgrade`, for those who come that way.
 */
export function http2Headers(lines: Accepted["headers"]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (isConnectionSpecific(key, value)) continue;
    // RFC 9110 §5.3: lines of one name are one value, joined with commas; Set-Cookie is the exception.
    if (key === "set-cookie") headers[key] = [...(headers[key] ?? []), value];
    else headers[key] = Object.hasOwn(headers, key) ? `${headers[key]}, ${value}` : value;
  }
  return headers;
}

// ── The client's half ─────────────────────────────────────────────────────────────────────────────

/** What a client wants to agree on. */
export interface Offer {
  readonly subprotocols: readonly string[];
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
}

/**
 * The header section of a client's extended CONNECT (RFC 8441 §4, §5).
 *
 * @param target `ws:` or `wss:`
 * @param fields more fields; `Host` among them becomes `:authority`
 * @throws {SyntaxError} when the subprotocols are not different tokens
 * @throws {TypeError} on a field that HTTP/2 does not have or that is no field
 */
export function extendedConnectHeaders(
  target: URL,
  offer: Offer,
  fields: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const headers: Record<string, string> = {
    ":method": "CONNECT",
    ":protocol": PROTOCOL,
    // RFC 8441 §5: ""https" for "wss"-schemed WebSockets and "http" for "ws"-schemed WebSockets".
    ":scheme": target.protocol === "wss:" ? "https" : "http",
    ":authority": target.host,
    ":path": target.pathname + target.search,
  };
  for (const [name, value] of Object.entries(fields)) {
    if (!isToken(name) || !isFieldValue(value)) throw new TypeError("a header holds what no header may hold");
    // RFC 8441 §5: Connection and Upgrade "MUST NOT be included in the CONNECT request defined here."
    if (isConnectionSpecific(name, value)) throw new TypeError(`HTTP/2 has no such header: ${name}`);
    // RFC 8441 §5: "The Host information is conveyed as part of the :authority pseudo-header field".
    headers[name.toLowerCase() === "host" ? ":authority" : name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(offerHeaders(offer.subprotocols, offer.perMessageDeflate))) {
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/**
 * Checks a server's answer.
 *
 * @param headers `:status` among them
 * @returns undefined when it refuses, which is no error of the server's
 * @throws {WebSocketHandshakeError} `handshake/invalid-response`
 */
export function checkExtendedConnectResponse(headers: Headers, offer: Offer): Agreement | undefined {
  // RFC 9110 §9.3.6: "Any 2xx (Successful) response indicates that the sender […] will switch to tunnel mode
  // immediately after the response header section".
  if (!/^2\d\d$/.test(valuesOf(headers, ":status")[0]!)) return undefined;
  return checkAgreement(headers, offer.subprotocols, offer.perMessageDeflate);
}
