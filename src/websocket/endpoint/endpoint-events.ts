/** The events of an endpoint, in the shape that browsers give theirs. `Target` is the endpoint itself. */
import type { BaseEvent } from "./events.ts";

export interface MessageEvent<Target> extends BaseEvent<"message", Target> {
  /**
   * A string for a text message, a Buffer for a binary one, which belongs to the receiver. With the `binaryType`
   * `arraybuffer` it is an ArrayBuffer, which the types do not say: only those who ask for it should have to care.
   */
  readonly data: string | Buffer;
}
export interface PartEvent<Target> extends BaseEvent<"part", Target> {
  /** A piece of a message, cut where the network cut it; empty in the event that ends the message. */
  readonly data: string | Buffer;
  readonly isText: boolean;
  /** Whether the message ends here. */
  readonly final: boolean;
}
export interface DrainEvent<Target> extends BaseEvent<"drain", Target> {
  /** How many messages were dropped since the last such event, or replaced by later ones. */
  readonly dropped: number;
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
  /** With the option `inParts`, in place of `message`. */
  part: PartEvent<Target>;
  pong: BaseEvent<"pong", Target> & { readonly data: Buffer };
  /** All that waited because the peer read too slowly has been given to the network. */
  drain: DrainEvent<Target>;
  close: CloseEvent<Target>;
  error: ErrorEvent<Target>;
}
