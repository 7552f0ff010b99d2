/** What a connection tells whoever drives it. */
import type { MessageInflater } from "./deflate.ts";
import type { WebSocketProtocolError } from "./errors.ts";
import type { OutgoingSink } from "./outgoing.ts";

/** Where a `Connection` puts its output. Each call is the last thing the connection does. */
export interface ConnectionSink extends OutgoingSink {
  text(message: string): void;
  /** `message` may be a view of the received chunk, and belongs to the sink. */
  binary(message: Buffer): void;
  /** With `inParts`: a message begins. Its parts follow, and its end. */
  messageStart(isText: boolean): void;
  /** A string of a text message, cut at a character, else octets that belong to the sink. Never empty. */
  messagePart(part: string | Buffer): void;
  messageEnd(): void;
  /** Inflate `payload` elsewhere and bring it to `Connection.inflated`; until then nothing else is received. */
  inflate(inflater: MessageInflater, payload: Buffer): void;
  pong(payload: Buffer): void;
  /** The transport must be half-closed once the outbox is transmitted (RFC 6455 §7.1.1). */
  end(): void;
  /** The peer did not answer in time: the transport must be dropped at once. */
  abort(): void;
  /**
   * Called exactly once, when the connection is over (RFC 6455 §7.1.4).
   * @param code what the peer's Close frame said: 1005 without a code, 1006 without a frame (RFC 6455 §7.1.5)
   * @param wasClean whether the closing handshake was completed
   */
  closed(code: number, reason: string, wasClean: boolean): void;
  /** We failed the connection because of what the peer sent (RFC 6455 §7.1.7); `closed` follows. */
  failed(error: WebSocketProtocolError): void;
}
