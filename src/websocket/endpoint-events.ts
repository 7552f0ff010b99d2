/** The events of an endpoint, in the shape that browsers give theirs. `Target` is the endpoint itself. */
import type { BaseEvent } from "./events.ts";

export interface MessageEvent<Target> extends BaseEvent<"message", Target> {
  /** A string for a text message, a Buffer for a binary one, which belongs to the receiver. */
  readonly data: string | Buffer;
}
export interface CloseEvent<Target> extends BaseEvent<"close", Target> {
  /** The peer's status code; 1005 when it gave none, 1006 when there was no Close frame (RFC 6455 §7.1.5). */
  readonly code: number;
  readonly reason: string;
  /** Whether the closing handshake was completed (RFC 6455 §7.1.4). */
  readonly wasClean: boolean;
}
export interface ErrorEvent<Target> extends BaseEvent<"error", Target> {
  /** A WebSocketProtocolError or a WebSocketHandshakeError. A `close` event follows. */
  readonly error: Error;
  readonly message: string;
}
export interface EndpointEvents<Target> {
  open: BaseEvent<"open", Target>;
  message: MessageEvent<Target>;
  pong: BaseEvent<"pong", Target> & { readonly data: Buffer };
  close: CloseEvent<Target>;
  error: ErrorEvent<Target>;
}
