/** What a client is told, checked at once: its URL (RFC 6455 §3), credentials (RFC 7617), headers and limits. */
import type { ClientHttp2Session } from "node:http2";
import type { Duplex } from "node:stream";
import type { ConnectionOptions, SecureContextOptions } from "node:tls";
import type { PerMessageDeflateOptions } from "../deflate/permessage-deflate.ts";
import type { EndpointOptions } from "../endpoint/endpoint.ts";
import { checkOptionNames } from "../endpoint/option-names.ts";
import { offerHeaders } from "../handshake/client-handshake.ts";
import { isFieldValue, isToken } from "../handshake/header.ts";

export interface WebSocketOptions extends EndpointOptions {
  /** More request headers, such as `Authorization`. Those of the handshake itself cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The `Origin` to send, where a server wants one (RFC 6455 §4.1, item 8). Default none. */
  readonly origin?: string | undefined;
  /** How long the opening handshake may take, redirects included, in milliseconds. Default 10 s. */
  readonly handshakeTimeout?: number | undefined;
  /** For `wss:` — trusted certificates, a client certificate. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Opens the stream to the server: through a proxy, to a Unix socket, or whatever else. For `wss:` TLS is
   * spoken through it. Default: TCP to host and port.
   */
  readonly connect?: ((target: ConnectTarget) => Duplex | Promise<Duplex>) | undefined;
  /**
   * Connects over HTTP/2 (RFC 8441), where the server has it: `true` over a session of its own, which ends with
   * the socket; a session of yours with that server carries any number of sockets, and other requests beside
   * them. It goes by its own `tls` and `connect`. Default HTTP/1.1.
   */
  readonly http2?: boolean | ClientHttp2Session | undefined;
  /** Whether compression of messages (RFC 7692) is offered, and how. Default false. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /**
   * How many redirects are followed, one after the other. Default 0: an answer 3xx is an error. None leads
   * from `wss:` to `ws:`; to another origin go neither your `headers`, nor the user and password of the URL,
   * nor the client certificate, and none leads there when there are subprotocols, where tokens travel, too: the
   * error has the `location` in its headers.
   */
  readonly followRedirects?: number | undefined;
  /** Gives up the connection while it is being established. */
  readonly signal?: AbortSignal | undefined;
  /** How many bytes of a refusal's body the error holds. Default 16 KiB. */
  readonly maxBodyBytes?: number | undefined;
}

export type TlsOptions = SecureContextOptions &
  Pick<ConnectionOptions, "rejectUnauthorized" | "servername" | "checkServerIdentity">;

/** Where a stream is wanted to. */
export interface ConnectTarget {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether TLS will be spoken. */
  readonly secure: boolean;
}

/** One attempt at an opening handshake: where it goes and what it says. */
export interface DialRequest {
  /** `ws:` or `wss:`, without user, password and fragment. */
  readonly url: URL;
  /** Besides those that the handshake has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subprotocols: readonly string[];
  readonly perMessageDeflate: boolean | PerMessageDeflateOptions;
  readonly tls: TlsOptions;
  readonly connect: WebSocketOptions["connect"];
  /** A session to use, or true for one of its own; undefined for HTTP/1.1. */
  readonly http2: true | ClientHttp2Session | undefined;
  readonly maxBodyBytes: number;
}

const DEFAULT_MAX_BODY_BYTES = 16 * 1024;
const HANDSHAKE_HEADERS = /^(?:upgrade|connection|content-length|transfer-encoding|sec-websocket-.*)$/i;

/**
 * Checks the arguments of a client and makes its first attempt of them.
 *
 * @throws {SyntaxError} when the URL is none for WebSocket
 * @throws {TypeError|RangeError} that says what is allowed
 */
export function readArguments(
  text: string | URL,
  subprotocols: string | readonly string[],
  options: WebSocketOptions,
): DialRequest {
  checkOptionNames("client", options);
  const { tls = {}, connect, perMessageDeflate = false, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = options;
  const url = readUrl(text);
  const headers = { ...readHeaders(options), ...takeCredentials(url) };
  const authorizations = Object.keys(headers).filter((name) => name.toLowerCase() === "authorization");
  if (authorizations.length > 1) {
    throw new TypeError("give the credentials in the URL or in the header Authorization, not in both");
  }
  checkCount("followRedirects", options.followRedirects ?? 0);
  checkCount("maxBodyBytes", maxBodyBytes);
  if (!((options.handshakeTimeout ?? 1) > 0)) {
    throw new RangeError("handshakeTimeout is more than 0 milliseconds; Infinity for no limit");
  }
  const spoken = typeof subprotocols === "string" ? [subprotocols] : subprotocols;
  offerHeaders(spoken, perMessageDeflate); // throws where these are wrong
  return {
    url,
    headers,
    subprotocols: spoken,
    perMessageDeflate,
    tls,
    connect,
    http2: readHttp2(options.http2),
    maxBodyBytes,
  };
}

function readHttp2(http2: unknown): DialRequest["http2"] {
  if (http2 === undefined || http2 === false) return undefined;
  const isSession = typeof http2 === "object" && http2 !== null && "request" in http2;
  if (http2 !== true && !isSession) throw new TypeError("http2 is true, false or a session of http2.connect");
  return http2 as true | ClientHttp2Session;
}

function readUrl(text: string | URL): URL {
  const url = webSocketUrl(URL.parse(String(text)));
  if (url === undefined) throw new SyntaxError("a WebSocket URL begins with ws: or wss:");
  // RFC 6455 §3: "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used
  // on these URIs."
  if (url.hash !== "" || String(text).includes("#")) throw new SyntaxError("a WebSocket URL has no fragment");
  return url;
}

/** A copy of `url` with the scheme that says the same of a WebSocket; undefined when there is none. */
export function webSocketUrl(url: URL | null): URL | undefined {
  if (url === null || !/^(?:http|ws)s?:$/.test(url.protocol)) return undefined;
  const copy = new URL(url);
  // As in browsers: http stands for ws, and https for wss.
  copy.protocol = url.protocol.replace("http", "ws");
  return copy;
}

function readHeaders({ headers = {}, origin }: WebSocketOptions): Readonly<Record<string, string>> {
  const all = Object.entries(headers);
  if (origin !== undefined) {
    if (all.some(([name]) => name.toLowerCase() === "origin")) throw new TypeError("give the origin once");
    all.push(["Origin", origin]);
  }
  for (const [name, value] of all) {
    if (!isToken(name)) throw new TypeError("the name of a header is a token");
    if (HANDSHAKE_HEADERS.test(name)) throw new TypeError(`the handshake sets the header ${name} itself`);
    if (!isFieldValue(String(value))) throw new TypeError(`the header ${name} holds what no header may hold`);
  }
  return Object.fromEntries(all);
}

/** Takes user and password out of `url`, as the header that they stand for (RFC 7617 §2). */
function takeCredentials(url: URL): Readonly<Record<string, string>> {
  if (url.username === "" && url.password === "") return {};
  const [user, password] = [decode(url.username), decode(url.password)];
  // "a user-id containing a colon character is invalid", and neither holds control characters.
  if (user.includes(":") || /\p{Cc}/u.test(user + password)) {
    throw new SyntaxError("the user or the password in the URL holds a character that it may not");
  }
  url.username = "";
  url.password = "";
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new SyntaxError("the user or the password in the URL is not percent-encoded UTF-8");
  }
}

function checkCount(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 0)) throw new RangeError(`${name} is a whole number from 0 on`);
}
