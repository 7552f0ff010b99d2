/**
 * RFC 6455 §4: the opening handshake, decided without I/O.
 *
 * The server's half is {@link acceptUpgrade}: it reads a request and says whether it is a WebSocket
 * handshake, and with which HTTP answer it is accepted or refused. The client's half builds the request
 * ({@link upgradeHeaders}) and checks the answer ({@link checkResponse}).
 */
import { createHash } from "node:crypto";
import { WebSocketHandshakeError } from "./errors.ts";
import {
  type Headers,
  includesToken,
  isFieldValue,
  isToken,
  parseExtensions,
  parseTokenList,
  valuesOf,
} from "./header.ts";
import { isSameOrigin } from "./origin.ts";

/** RFC 6455 §1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION = "13";

/** The value of `Sec-WebSocket-Accept` that proves a key was read (RFC 6455 §4.2.2, item 5.4). */
export function acceptValue(key: string): string {
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}

// ── The server's half ─────────────────────────────────────────────────────────────────────────────

/** What {@link acceptUpgrade} needs to know of an HTTP request. */
export interface HandshakeRequest {
  readonly method: string;
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
}

export interface Accepted {
  readonly accepted: true;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The chosen subprotocol; empty when there is none. */
  readonly subprotocol: string;
}

export interface Refused {
  readonly accepted: false;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What was wrong, for the body of the answer. */
  readonly detail: string;
}

/**
 * Refuses a handshake with an HTTP status (300-599) instead of accepting it.
 *
 * @throws {RangeError} on another status
 * @throws {TypeError} on a header that would not be one line of HTTP, for example because a request's bytes
 *   went into it
 */
export function refuse(
  status: number,
  detail: string,
  headers: readonly (readonly [name: string, value: string])[] = [],
): Refused {
  if (!(Number.isInteger(status) && status >= 300 && status <= 599)) {
    throw new RangeError(`a handshake is not refused with the status ${status}`);
  }
  for (const [name, value] of headers) {
    if (!isToken(name) || !isFieldValue(value)) throw new TypeError("a header holds what no header may hold");
  }
  return { accepted: false, status, detail, headers };
}

/**
 * Reads a client's opening handshake (RFC 6455 §4.2.1) and decides the server's answer (§4.2.2).
 *
 * Where the RFC leaves the status open ("an appropriate error code (such as 400 Bad Request)") the
 * one that tells the client most is used.
 */
export function acceptUpgrade(request: HandshakeRequest, options: HandshakeOptions = {}): Accepted | Refused {
  const { headers } = request;
  return (
    checkRequest(request) ??
    checkOrigin(request, options.origins) ??
    answer(valuesOf(headers, "sec-websocket-key")[0]!, headers, options.subprotocols ?? [])
  );
}

function checkRequest(request: HandshakeRequest): Refused | undefined {
  const { headers } = request;
  // RFC 6455 §4.2.1, item 1: "An HTTP/1.1 or higher GET request"
  if (request.method !== "GET")
    return refuse(405, "a WebSocket handshake is a GET request", [["Allow", "GET"]]);
  const [major = 0, minor = 0] = request.httpVersion.split(".").map(Number);
  if (major < 1 || (major === 1 && minor < 1)) return refuse(505, "a WebSocket handshake needs HTTP/1.1");
  // Item 2: "A |Host| header field containing the server's authority."
  if (valuesOf(headers, "host").length !== 1) return refuse(400, "exactly one Host header is needed");
  // A handshake has no body: one that claims to would have its first frames read as such by a proxy.
  if (
    headers.has("transfer-encoding") ||
    valuesOf(headers, "content-length").some((value) => value !== "0")
  ) {
    return refuse(400, "a WebSocket handshake has no body");
  }
  // Item 3: "An |Upgrade| header field containing the value "websocket", treated as an ASCII
  // case-insensitive value."
  if (!includesToken(valuesOf(headers, "upgrade"), "websocket")) {
    return refuse(426, "this address speaks WebSocket: Upgrade must be websocket", [
      ["Upgrade", "websocket"],
    ]);
  }
  // Item 4: "A |Connection| header field that includes the token "Upgrade", treated as an ASCII
  // case-insensitive value."
  if (!includesToken(valuesOf(headers, "connection"), "upgrade")) {
    return refuse(400, "Connection must include Upgrade");
  }
  return checkVersion(headers) ?? checkKey(headers) ?? checkLists(headers);
}

function checkVersion(headers: Headers): Refused | undefined {
  const values = valuesOf(headers, "sec-websocket-version");
  // RFC 6455 §4.4: a server that does not support the version MUST name those it does.
  if (values.length === 1 && values[0] === VERSION) return undefined;
  return refuse(426, `exactly one Sec-WebSocket-Version is needed, and it must be ${VERSION}`, [
    ["Sec-WebSocket-Version", VERSION],
    ["Upgrade", "websocket"],
  ]);
}

function checkKey(headers: Headers): Refused | undefined {
  const values = valuesOf(headers, "sec-websocket-key");
  // RFC 6455 §11.3.1: the header "MUST NOT appear more than once in an HTTP request."
  // §4.2.1, item 5: "a base64-encoded (see Section 4 of [RFC4648]) value that, when decoded, is 16 bytes in
  // length."
  if (values.length === 1 && isNonce(values[0]!)) return undefined;
  return refuse(400, "exactly one Sec-WebSocket-Key is needed, 16 bytes in base64");
}

/** Whether `text` is the base64 of 16 bytes. */
function isNonce(text: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(text);
}

function checkLists(headers: Headers): Refused | undefined {
  const subprotocols = parseTokenList(valuesOf(headers, "sec-websocket-protocol"));
  // RFC 6455 §4.1, item 10: "The elements that comprise this value MUST be non-empty strings with
  // characters in the range U+0021 to U+007E not including separator characters […] and MUST all be unique
  // strings."
  if (subprotocols === undefined || new Set(subprotocols).size !== subprotocols.length) {
    return refuse(400, "Sec-WebSocket-Protocol must be a list of different tokens");
  }
  // RFC 6455 §9.1: on an invalid extension list the server MUST fail the connection.
  if (parseExtensions(valuesOf(headers, "sec-websocket-extensions")) === undefined) {
    return refuse(400, "Sec-WebSocket-Extensions does not follow its grammar");
  }
  return undefined;
}

/** RFC 6455 §10.2: browsers name the page's origin, so that a foreign page cannot borrow the user's cookies. */
function checkOrigin(request: HandshakeRequest, allowed: HandshakeOptions["origins"]): Refused | undefined {
  const values = valuesOf(request.headers, "origin");
  if (allowed === "any" || values.length === 0) return undefined;
  const [origin = ""] = values;
  const permitted =
    values.length === 1 &&
    (allowed === undefined
      ? isSameOrigin(origin, valuesOf(request.headers, "host")[0]!, request.secure)
      : allowed.includes(origin));
  return permitted ? undefined : refuse(403, "this origin may not connect");
}

function answer(key: string, headers: Headers, spoken: readonly string[]): Accepted {
  const offered = parseTokenList(valuesOf(headers, "sec-websocket-protocol")) ?? [];
  // RFC 6455 §4.2.2, item 5.5: a value "derived from the client's handshake"; the client's order is one of
  // preference (§4.1, item 10), so its first that we speak is chosen.
  const subprotocol = offered.find((name) => spoken.includes(name)) ?? "";
  const lines: [string, string][] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", acceptValue(key)],
  ];
  if (subprotocol !== "") lines.push(["Sec-WebSocket-Protocol", subprotocol]);
  return { accepted: true, headers: lines, subprotocol };
}

// ── The client's half ─────────────────────────────────────────────────────────────────────────────

/**
 * The headers of a client's opening handshake (RFC 6455 §4.1), `Host` excepted.
 *
 * @param key 16 random bytes in base64
 * @throws {SyntaxError} when the subprotocols are not different tokens
 */
export function upgradeHeaders(key: string, subprotocols: readonly string[]): Record<string, string> {
  if (!subprotocols.every(isToken) || new Set(subprotocols).size !== subprotocols.length) {
    throw new SyntaxError("subprotocols must be different tokens");
  }
  return {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": key,
    "Sec-WebSocket-Version": VERSION,
    ...(subprotocols.length > 0 ? { "Sec-WebSocket-Protocol": subprotocols.join(", ") } : {}),
  };
}

/**
 * Checks a server's answer with status 101 (RFC 6455 §4.1, the numbered list under "Once the client's
 * opening handshake has been sent").
 *
 * @returns the subprotocol in use, or the empty string
 * @throws {WebSocketHandshakeError} `handshake/invalid-response`
 */
export function checkResponse(headers: Headers, key: string, offered: readonly string[]): string {
  if (!isOnly(valuesOf(headers, "upgrade"), "websocket")) invalid("Upgrade is not websocket");
  if (!includesToken(valuesOf(headers, "connection"), "upgrade"))
    invalid("Connection does not include Upgrade");
  const accepts = valuesOf(headers, "sec-websocket-accept");
  if (accepts.length !== 1 || accepts[0]!.trim() !== acceptValue(key))
    invalid("Sec-WebSocket-Accept is wrong");
  // Item 5: an extension "that was not present in the client's handshake" fails the connection; we offer none.
  const extensions = parseExtensions(valuesOf(headers, "sec-websocket-extensions"));
  if (extensions === undefined || extensions.length > 0) invalid("an extension was not offered");
  const chosen = valuesOf(headers, "sec-websocket-protocol");
  if (chosen.length > 1 || (chosen.length === 1 && !offered.includes(chosen[0]!))) {
    invalid("a subprotocol was not offered");
  }
  return chosen[0] ?? "";
}

/** RFC 6455 §4.1, item 2: the value is "an ASCII case-insensitive match for the value "websocket"". */
function isOnly(values: readonly string[], token: string): boolean {
  return values.length === 1 && values[0]!.toLowerCase() === token;
}

function invalid(what: string): never {
  throw new WebSocketHandshakeError(
    "handshake/invalid-response",
    `the server's handshake is invalid: ${what}`,
  );
}
