/**
 * RFC 6455 §4.2: the server's half of the opening handshake, decided without I/O.
 *
 * {@link acceptUpgrade} reads a request and says whether it is a WebSocket handshake, and with which HTTP
 * answer it is accepted or refused. The client's half is in `client-handshake.ts`.
 */

import { acceptDeflateOffer, type PerMessageDeflateOptions } from "../deflate/permessage-deflate.ts";
import { completeDeflateOptions } from "../deflate/permessage-deflate-options.ts";
import { type Agreement, acceptValue, VERSION } from "./agreement.ts";
import {
  type Headers,
  includesToken,
  isAuthority,
  isFieldValue,
  isToken,
  parseExtensions,
  parseTokenList,
  valuesOf,
} from "./header.ts";
import { isSameOrigin } from "./origin.ts";

export { acceptValue } from "./agreement.ts";

/** What {@link acceptUpgrade} needs to know of an HTTP request. */
export interface HandshakeRequest {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** "1.1" and so on. */
  readonly httpVersion: string;
  readonly headers: Headers;
  /** Whether it came over TLS: part of its origin. */
  readonly secure: boolean;
}

export interface HandshakeOptions {
  /** Origins that may connect: a list such as `https://chat.example`, or any. Default: the request's own. */
  readonly origins?: "any" | readonly string[] | undefined;
  /** The subprotocols that this server speaks. */
  readonly subprotocols?: readonly string[] | undefined;
  /** Whether messages may be compressed (RFC 7692), and how. Default false. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
}

type HeaderLines = readonly (readonly [name: string, value: string])[];

export interface Accepted extends Agreement {
  readonly accepted: true;
  readonly headers: HeaderLines;
}

export interface Refused {
  readonly accepted: false;
  readonly status: number;
  readonly headers: HeaderLines;
  /** What was wrong, for the body of the answer. */
  readonly detail: string;
  /** RFC 9110 §9.3.2: the answer to a HEAD request has no body. */
  readonly bodiless?: true;
}

/**
 * Checks an application's options once, before the first request.
 *
 * @throws {TypeError|RangeError} that says what is allowed
 */
export function checkHandshakeOptions(options: HandshakeOptions): void {
  const { origins, subprotocols = [], perMessageDeflate } = options;
  if (origins !== undefined && origins !== "any") {
    if (!Array.isArray(origins)) throw new TypeError('origins is "any" or a list of origins');
    for (const origin of origins) checkAllowed(origin);
  }
  if (!(Array.isArray(subprotocols) && subprotocols.every(isToken))) {
    throw new TypeError("subprotocols is a list of tokens");
  }
  completeDeflateOptions(perMessageDeflate);
}

/** An origin that is not written as browsers write it would match none, and keep out those who were to come in. */
function checkAllowed(origin: unknown): void {
  // RFC 6454 §6.2: scheme, host and a port that is not the scheme's own, in ASCII; "null" for what is opaque.
  if (typeof origin === "string" && (origin === "null" || spelling(origin) === origin)) return;
  const right = typeof origin === "string" ? spelling(origin) : undefined;
  const wrong = JSON.stringify(origin);
  throw new TypeError(
    right === undefined
      ? `an origin is scheme, host and perhaps a port, such as https://chat.example, and not ${wrong}`
      : `no browser has the origin ${wrong}: write it as ${JSON.stringify(right)}`,
  );
}

/** How a browser writes an origin; undefined for what is none, such as a pattern. */
function spelling(origin: string): string | undefined {
  const url = URL.parse(origin);
  if (url === null || url.host === "" || url.host.includes("*")) return undefined;
  // A page has the scheme of HTTP also where it opens WebSockets.
  const scheme = url.protocol.replace(/^ws(s?):$/, "http$1:");
  if (scheme === "http:" || scheme === "https:") return new URL(`${scheme}//${url.host}`).origin;
  return `${scheme}//${url.host.toLowerCase()}`; // an extension's, or an application's
}

/**
 * Refuses a handshake with an HTTP status (300-599) instead of accepting it.
 *
 * @throws {RangeError} on another status
 * @throws {TypeError} on a header that would not be one line of HTTP, for example because a request's bytes
 *   went into it, and on those that belong to the connection and the body
 */
export function refuse(status: number, detail: string, headers: HeaderLines = []): Refused {
  if (!(Number.isInteger(status) && status >= 300 && status <= 599)) {
    throw new RangeError(`a handshake is not refused with the status ${status}`);
  }
  checkHeaders(headers, /^(?:connection|transfer-encoding|date|content-(?:length|type|encoding))$/i);
  return { accepted: false, status, detail, headers };
}

/**
 * Checks headers that an application adds to an answer.
 *
 * @param ours those that the answer sets itself
 * @throws {TypeError} on one of them, and on what would not be one line of HTTP
 */
export function checkHeaders(headers: HeaderLines, ours: RegExp): void {
  for (const [name, value] of headers) {
    if (!isToken(name) || !isFieldValue(value)) throw new TypeError("a header holds what no header may hold");
    if (ours.test(name)) throw new TypeError(`the answer sets the header ${name} itself`);
  }
}

/**
 * Reads a client's opening handshake (RFC 6455 §4.2.1) and decides the server's answer (§4.2.2).
 *
 * Where the RFC leaves the status open ("an appropriate error code (such as 400 Bad Request)") the
 * one that tells the client most is used.
 */
export function acceptUpgrade(request: HandshakeRequest, options: HandshakeOptions = {}): Accepted | Refused {
  const { headers, secure } = request;
  const refused = checkLine(request) ?? checkHost(request) ?? checkUpgrade(headers);
  if (refused !== undefined) return refused;
  // RFC 9112 §3.2.2: "When an origin server receives a request with an absolute-form of request-target, the
  // origin server MUST ignore the received Host header field (if any) and instead use the host information
  // of the request-target."
  const authority = TARGET.exec(request.target)![1] ?? valuesOf(headers, "host")[0]!;
  const agreement = agree({ headers, authority, secure }, options);
  if ("status" in agreement) return agreement;
  const [key, ...others] = valuesOf(headers, "sec-websocket-key");
  // RFC 6455 §11.3.1: the header "MUST NOT appear more than once in an HTTP request."
  if (key === undefined || others.length > 0 || !isNonce(key)) {
    return refuse(400, "exactly one Sec-WebSocket-Key is needed, 16 bytes in base64");
  }
  const lines: [string, string][] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", acceptValue(key)],
    ...agreementHeaders(agreement),
  ];
  return { accepted: true, headers: lines, ...agreement };
}

/**
 * An absolute path or an absolute HTTP URI, its authority apart (RFC 6455 §4.2.1, item 1). Any visible
 * character but "#" may follow: browsers leave more of them as they are than RFC 3986 §3.3 allows.
 */
const TARGET = /^(?:https?:\/\/([^/?]+)|(?=\/))(?:[/?][\x21\x22\x24-\x7e]*)?$/i;

function checkLine({ method, target, httpVersion }: HandshakeRequest): Refused | undefined {
  // RFC 6455 §4.2.1, item 1: "An HTTP/1.1 or higher GET request"
  if (method !== "GET") {
    const refused = refuse(405, "a WebSocket handshake is a GET request", [["Allow", "GET"]]);
    return method === "HEAD" ? { ...refused, bodiless: true } : refused;
  }
  const [major = 0, minor = 0] = httpVersion.split(".").map(Number);
  if (!(major > 1 || (major === 1 && minor >= 1))) return refuse(505, "a WebSocket handshake needs HTTP/1.1");
  const form = TARGET.exec(target);
  if (form !== null && (form[1] === undefined || isAuthority(form[1]))) return undefined;
  return refuse(400, "the request target is neither a path nor an http URI");
}

function checkHost({ headers }: HandshakeRequest): Refused | undefined {
  const [host, ...others] = valuesOf(headers, "host");
  // RFC 6455 §4.2.1, item 2: "A |Host| header field containing the server's authority."
  if (host === undefined || others.length > 0) return refuse(400, "exactly one Host header is needed");
  if (!isAuthority(host)) return refuse(400, "Host is not a host");
  // A handshake has no body: one that claims to would have its first frames read as such by a proxy.
  if (
    headers.has("transfer-encoding") ||
    valuesOf(headers, "content-length").some((value) => value !== "0")
  ) {
    return refuse(400, "a WebSocket handshake has no body");
  }
  return undefined;
}

/** RFC 9110 §15.5.22: "The server MUST send an Upgrade header field in a 426 response". */
const SPOKEN: HeaderLines = [
  ["Upgrade", "websocket"],
  ["Sec-WebSocket-Version", VERSION],
];

function checkUpgrade(headers: Headers): Refused | undefined {
  // RFC 6455 §4.2.1, item 3: "An |Upgrade| header field containing the value "websocket", treated as an
  // ASCII case-insensitive value."
  if (!includesToken(valuesOf(headers, "upgrade"), "websocket")) {
    return refuse(426, "this address speaks WebSocket: Upgrade must be websocket", SPOKEN);
  }
  // Item 4: "A |Connection| header field that includes the token "Upgrade", treated as an ASCII
  // case-insensitive value."
  if (!includesToken(valuesOf(headers, "connection"), "upgrade")) {
    return refuse(400, "Connection must include Upgrade");
  }
  return undefined;
}

/**
 * Whether `text` is the base64 of 16 bytes.
 *
 * RFC 6455 §4.2.1, item 5: "a base64-encoded (see Section 4 of [RFC4648]) value that, when decoded, is 16
 * bytes in length." The last of the 22 characters has four bits to spare. RFC 4648 §3.5 leaves it to the
 * decoder whether they must be 0; as nobody decodes the key (§4.2.2: "It is not necessary") they may be any.
 */
function isNonce(text: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(text);
}

// ── What HTTP/1.1 and HTTP/2 have in common ───────────────────────────────────────────────────────

/**
 * Checks and answers the headers that a handshake has over any HTTP (RFC 6455 §4.2.2, item 4; RFC 8441 §5):
 * version, origin, subprotocols and extensions.
 *
 * @param request `authority` is the host, and perhaps the port, that it is addressed to
 */
export function agree(
  request: { readonly headers: Headers; readonly authority: string; readonly secure: boolean },
  options: HandshakeOptions,
): Agreement | Refused {
  const { headers } = request;
  const versions = valuesOf(headers, "sec-websocket-version");
  // RFC 6455 §4.4: "If the server doesn't support the requested version, it MUST respond with a
  // |Sec-WebSocket-Version| header field […] containing all versions it is willing to use."
  if (versions.length !== 1 || versions[0] !== VERSION) {
    return refuse(426, `exactly one Sec-WebSocket-Version is needed, and it must be ${VERSION}`, SPOKEN);
  }
  const offered = parseTokenList(valuesOf(headers, "sec-websocket-protocol"));
  // RFC 6455 §4.1, item 10: "The elements that comprise this value MUST be non-empty strings with
  // characters in the range U+0021 to U+007E not including separator characters […] and MUST all be unique
  // strings."
  if (offered === undefined || new Set(offered).size !== offered.length) {
    return refuse(400, "Sec-WebSocket-Protocol must be a list of different tokens");
  }
  // RFC 6455 §9.1: "the recipient of such malformed data MUST immediately _Fail the WebSocket Connection_."
  const extensions = parseExtensions(valuesOf(headers, "sec-websocket-extensions"));
  if (extensions === undefined) return refuse(400, "Sec-WebSocket-Extensions does not follow its grammar");
  const refused = checkOrigin(request, options.origins);
  if (refused !== undefined) return refused;
  const { subprotocols = [], perMessageDeflate = false } = options;
  const compression = completeDeflateOptions(perMessageDeflate);
  const accepted = compression && acceptDeflateOffer(extensions, compression);
  return {
    // RFC 6455 §4.2.2, item 4: "The value chosen MUST be derived from the client's handshake"; the client's
    // order is one of preference (§4.1, item 10), so its first that we speak is chosen.
    subprotocol: offered.find((name) => subprotocols.includes(name)) ?? "",
    extensions: accepted?.response ?? "",
    deflate: accepted?.parameters,
  };
}

/** The headers of an answer that say what was agreed on. What was not is not named, not even as empty. */
export function agreementHeaders({ subprotocol, extensions }: Agreement): [string, string][] {
  const lines: [string, string][] = [];
  if (subprotocol !== "") lines.push(["Sec-WebSocket-Protocol", subprotocol]);
  if (extensions !== "") lines.push(["Sec-WebSocket-Extensions", extensions]);
  return lines;
}

/** RFC 6455 §10.2: browsers name the page's origin, so that a foreign page cannot borrow the user's cookies. */
function checkOrigin(
  request: Parameters<typeof agree>[0],
  allowed: HandshakeOptions["origins"],
): Refused | undefined {
  const [origin, ...others] = valuesOf(request.headers, "origin");
  if (origin === undefined) return undefined;
  // RFC 6454 §7.3: "The user agent MUST NOT include more than one Origin header field in any HTTP
  // request."
  if (others.length > 0) return refuse(400, "there is more than one Origin");
  if (allowed === "any") return undefined;
  // RFC 6455 §4.2.2, item 4: "The origin is serialized to ASCII and converted to lowercase."
  const permitted =
    allowed === undefined
      ? isSameOrigin(origin, request.authority, request.secure)
      : allowed.some((one) => one.toLowerCase() === origin.toLowerCase());
  return permitted ? undefined : refuse(403, "this origin may not connect");
}
