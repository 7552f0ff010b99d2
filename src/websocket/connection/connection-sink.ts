/** What a connection tells whoever drives it. */
import type { WebSocketProtocolError } from "../errors.ts";
import type { MessageSink } from "./incoming.ts";
import type { OutgoingSink } from "./outgoing.ts";

/** Where a `Connection` puts its output. Each call is the last thing the connection does. */
export interface ConnectionSink extends MessageSink, OutgoingSink {
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
