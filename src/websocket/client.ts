/** A WebSocket client for Node: RFC 6455 §4.1 over `node:http` or `node:https`. */
import { randomBytes } from "node:crypto";
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import { CONNECTING, Endpoint, type EndpointOptions } from "./endpoint.ts";
import { type HandshakeErrorCode, WebSocketHandshakeError } from "./errors.ts";
import { checkResponse, upgradeHeaders } from "./handshake.ts";
import { groupHeaders } from "./header.ts";
import { startTimer } from "./timer.ts";

export interface WebSocketOptions extends EndpointOptions {
  /** More request headers, such as `Authorization`. Those of the handshake itself cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long the opening handshake may take, in milliseconds. Default 10 s. */
  readonly handshakeTimeout?: number | undefined;
  /** For `wss:` — trusted certificates, a client certificate. */
  readonly tls?: (SecureContextOptions & { readonly rejectUnauthorized?: boolean }) | undefined;
}

const MAX_HEADER_BYTES = 16 * 1024;
const HANDSHAKE_HEADERS = /^(?:upgrade|connection|content-length|transfer-encoding|sec-websocket-.*)$/i;

/**
 * Connects when it is made. The `open` event says that it succeeded; else `error` (with a
 * {@link WebSocketHandshakeError}) and `close` (1006) say that it did not.
 */
export class WebSocket extends Endpoint {
  readonly url: string;
  readonly #subprotocols: readonly string[];
  readonly #key = randomBytes(16).toString("base64"); // RFC 6455 §4.1, item 7
  #request: ClientRequest | undefined;

  /**
   * @param url `ws:` or `wss:`, without a fragment (RFC 6455 §3)
   * @param subprotocols those we speak, the preferred one first
   * @throws {SyntaxError} when the URL or the subprotocols are none
   * @throws {TypeError} when `headers` holds one of the handshake's own
   */
  constructor(
    url: string | URL,
    subprotocols: string | readonly string[] = [],
    options: WebSocketOptions = {},
  ) {
    super(options);
    const target = parseUrl(url);
    this.url = target.href;
    this.#subprotocols = typeof subprotocols === "string" ? [subprotocols] : subprotocols;
    this.#request = this.#dial(target, options);
  }

  /** While connecting: gives up, and `error` and `close` follow. Else as {@link Endpoint.close}. */
  override close(code?: number, reason?: string): void {
    if (this.readyState === CONNECTING) this.#giveUp("handshake/aborted", "closed before it was established");
    else super.close(code, reason);
  }

  override terminate(): void {
    if (this.readyState === CONNECTING)
      this.#giveUp("handshake/aborted", "terminated before it was established");
    else super.terminate();
  }

  #dial(target: URL, options: WebSocketOptions): ClientRequest {
    const { headers = {}, handshakeTimeout = 10_000, tls } = options;
    const reserved = Object.keys(headers).find((name) => HANDSHAKE_HEADERS.test(name));
    if (reserved !== undefined) throw new TypeError(`the handshake sets the header ${reserved} itself`);
    const secure = target.protocol === "wss:";
    const requestOptions: RequestOptions = {
      host: target.hostname.replace(/^\[|\]$/g, ""),
      port: target.port === "" ? (secure ? 443 : 80) : Number(target.port),
      path: target.pathname + target.search,
      headers: { Host: target.host, ...headers, ...upgradeHeaders(this.#key, this.#subprotocols) },
      maxHeaderSize: MAX_HEADER_BYTES,
      agent: false,
      ...(secure ? tls : {}),
    };
    const request = secure ? httpsRequest(requestOptions) : httpRequest(requestOptions);
    const stopTimer = startTimer(handshakeTimeout, () =>
      this.#giveUp("handshake/timeout", "no answer in time"),
    );
    request.once("close", stopTimer);
    request.once("upgrade", (response, stream, head) => {
      stopTimer();
      this.#establish(response, stream, head);
    });
    request.once("response", (response) => this.#refused(response.statusCode ?? 0));
    request.on("error", (cause: NodeJS.ErrnoException) => {
      const readable = cause.code?.startsWith("HPE_") !== true; // what node:http's parser calls its errors
      const code = readable ? "handshake/unreachable" : "handshake/invalid-response";
      this.#giveUp(code, cause.message, { cause });
    });
    request.end();
    return request;
  }

  #establish(response: IncomingMessage, stream: Duplex, head: Buffer): void {
    try {
      const { subprotocol } = checkResponse(groupHeaders(response.rawHeaders), this.#key, this.#subprotocols);
      this.subprotocol = subprotocol;
    } catch (error) {
      if (!(error instanceof WebSocketHandshakeError)) throw error;
      stream.destroy();
      this.abandon(error);
      return;
    }
    this.#request = undefined;
    (stream as Socket).setNoDelay(true).setTimeout(0);
    this.attach({ stream: stream, role: "client", head: head });
  }

  #refused(status: number): void {
    // An answer 101 without Upgrade, or without Connection, is an ordinary one for node:http.
    if (status === 101) {
      this.#giveUp(
        "handshake/invalid-response",
        "the server's handshake is invalid: Upgrade or Connection is missing",
      );
    } else {
      this.#giveUp("handshake/refused", `the server answered ${status} to the handshake`, { status });
    }
  }

  #giveUp(
    code: HandshakeErrorCode,
    message: string,
    details: { status?: number; cause?: unknown } = {},
  ): void {
    const request = this.#request;
    this.#request = undefined;
    // As in a browser, nothing is announced before the caller had a chance to listen.
    queueMicrotask(() => this.abandon(new WebSocketHandshakeError(code, message, details)));
    request?.destroy();
  }
}

function parseUrl(text: string | URL): URL {
  const url = URL.parse(String(text));
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    throw new SyntaxError("a WebSocket URL begins with ws: or wss:");
  }
  // RFC 6455 §3: "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used
  // on these URIs."
  if (url.hash !== "" || String(text).includes("#")) throw new SyntaxError("a WebSocket URL has no fragment");
  return url;
}
