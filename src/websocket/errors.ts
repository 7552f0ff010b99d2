/** What can go wrong with a WebSocket through no fault of the program that uses it. */
import type { Headers } from "./handshake/header.ts";

/** The peer broke RFC 6455. The connection is failed with {@link closeCode} (RFC 6455 §7.1.7). */
export class WebSocketProtocolError extends Error {
  override readonly name = "WebSocketProtocolError";
  /** The status code of the Close frame that tells the peer (RFC 6455 §7.4.1). */
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

/** Why an opening handshake came to nothing, as a client sees it. */
export type HandshakeErrorCode =
  /** The address does not resolve, nobody listens there, or the network failed. */
  | "handshake/unreachable"
  /** No answer within the time limit. */
  | "handshake/timeout"
  /** An HTTP answer other than 101; `status` holds it (RFC 6455 §4.1: 401 wants credentials, 3xx went elsewhere). */
  | "handshake/refused"
  /** An answer 3xx that was to be followed and may not be: from `wss:` to `ws:`, to no WebSocket, too often. */
  | "handshake/redirect"
  /** An answer that is not HTTP, or one of 101 that breaks RFC 6455 §4.1. */
  | "handshake/invalid-response"
  /** `close()` or `terminate()` was called, or the signal aborted, before the connection was established. */
  | "handshake/aborted";

/** The client's opening handshake failed (RFC 6455 §4.1). */
export class WebSocketHandshakeError extends Error {
  override readonly name = "WebSocketHandshakeError";
  readonly code: HandshakeErrorCode;
  /** The HTTP status, when the server gave one. */
  readonly status: number | undefined;
  /** The headers of its answer, by lower-case name; empty when there was none. */
  readonly headers: Headers;
  /** The beginning of its answer's body as text, often a problem (RFC 9457); undefined when there was none. */
  readonly body: string | undefined;

  constructor(code: HandshakeErrorCode, message: string, details: HandshakeErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.headers = details.headers ?? new Map();
    this.body = details.body;
  }
}

/** The server's half of the handshake breaks a rule: `handshake/invalid-response`. */
export function invalidResponse(what: string): WebSocketHandshakeError {
  return new WebSocketHandshakeError(
    "handshake/invalid-response",
    `the server's handshake is invalid: ${what}`,
  );
}

/** What else a {@link WebSocketHandshakeError} says. What a server wrote is never part of its message. */
export interface HandshakeErrorDetails {
  readonly status?: number | undefined;
  readonly headers?: Headers | undefined;
  readonly body?: string | undefined;
  readonly cause?: unknown;
}

/** The connection ended without a closing handshake while somebody waited for its messages (RFC 6455 §7.1.5). */
export class WebSocketClosedError extends Error {
  override readonly name = "WebSocketClosedError";
  /** As in the `close` event: 1006 when there was no Close frame. */
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`the connection did not end cleanly (${code})`);
    this.code = code;
    this.reason = reason;
  }
}
