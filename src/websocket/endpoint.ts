/**
 * One end of a WebSocket connection over any stream: drives a {@link Connection} with the bytes of a
 * `net.Socket`, a `tls.TLSSocket` or any other Duplex, and gives it the face of the WHATWG WebSocket.
 *
 * All frames that are sent in one turn of the event loop leave in one write: at the end of the turn that
 * received something, else before the event loop goes on (`process.nextTick`).
 */
import { randomFillSync } from "node:crypto";
import type { Duplex } from "node:stream";
import { Deadlines } from "../deadlines.ts";
import {
  Connection,
  type ConnectionOptions,
  type ConnectionSink,
  connectionDefaults,
  type Role,
} from "./connection.ts";
import { type BaseEvent, Events } from "./events.ts";
import { bytesOf, type MessageData } from "./message.ts";
import { StreamTransport } from "./transport.ts";

export interface MessageEvent extends BaseEvent<"message", Endpoint> {
  /** A string for a text message, a Buffer for a binary one, which belongs to the receiver. */
  readonly data: string | Buffer;
}
export interface CloseEvent extends BaseEvent<"close", Endpoint> {
  /** The peer's status code; 1005 when it gave none, 1006 when there was no Close frame (RFC 6455 §7.1.5). */
  readonly code: number;
  readonly reason: string;
  /** Whether the closing handshake was completed (RFC 6455 §7.1.4). */
  readonly wasClean: boolean;
}
export interface ErrorEvent extends BaseEvent<"error", Endpoint> {
  /** A WebSocketProtocolError or a WebSocketHandshakeError. A `close` event follows. */
  readonly error: Error;
  readonly message: string;
}
export interface EndpointEvents {
  open: BaseEvent<"open", Endpoint>;
  message: MessageEvent;
  pong: BaseEvent<"pong", Endpoint> & { readonly data: Buffer };
  close: CloseEvent;
  error: ErrorEvent;
}

type Handler<Type extends keyof EndpointEvents> = ((event: EndpointEvents[Type]) => void) | null;

/** What both ends can be told; every limit has a default. */
export interface EndpointOptions extends Partial<Omit<ConnectionOptions, "random">> {
  /**
   * Most bytes that may wait to be sent, default 1 MiB. A send that finds more waiting closes the
   * connection with 1013: the peer does not read. One message may be longer than this.
   */
  readonly maxBufferedBytes?: number | undefined;
}

export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;

const DEFAULT_MAX_BUFFERED = 1024 * 1024;
const deadlines = new Deadlines();

export class Endpoint extends Events<EndpointEvents> implements ConnectionSink {
  static readonly CONNECTING: typeof CONNECTING = CONNECTING;
  static readonly OPEN: typeof OPEN = OPEN;
  static readonly CLOSING: typeof CLOSING = CLOSING;
  static readonly CLOSED: typeof CLOSED = CLOSED;

  /** The subprotocol that was agreed on; empty when none was. */
  subprotocol = "";

  readonly #options: EndpointOptions;
  readonly #maxBufferedBytes: number;
  #connection: Connection | undefined;
  #transport: StreamTransport | undefined;
  #readyState: 0 | 1 | 2 | 3 = CONNECTING;
  #receiving = false;
  #outputWaits = false;
  #ending = false;

  constructor(options: EndpointOptions = {}) {
    super();
    this.#options = options;
    this.#maxBufferedBytes = options.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED;
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** Bytes that were sent but that the kernel has not taken yet, frame headers included. */
  get bufferedAmount(): number {
    return (this.#connection?.outbox.length ?? 0) + (this.#transport?.pendingBytes ?? 0);
  }

  get onopen(): Handler<"open"> {
    return this.handler("open");
  }
  set onopen(handler: Handler<"open">) {
    this.setHandler("open", handler);
  }
  get onmessage(): Handler<"message"> {
    return this.handler("message");
  }
  set onmessage(handler: Handler<"message">) {
    this.setHandler("message", handler);
  }
  get onclose(): Handler<"close"> {
    return this.handler("close");
  }
  set onclose(handler: Handler<"close">) {
    this.setHandler("close", handler);
  }
  get onerror(): Handler<"error"> {
    return this.handler("error");
  }
  set onerror(handler: Handler<"error">) {
    this.setHandler("error", handler);
  }

  // ── What an application asks for ────────────────────────────────────────────────────────────────

  /**
   * Sends one message: a string as text, anything else as binary. Bytes over 16 KiB are not copied: they
   * must not change until {@link bufferedAmount} has fallen to 0. Once the connection is closing the
   * message is discarded, as in a browser.
   *
   * @throws {TypeError} on data of another kind
   * @throws {Error} while the connection is not established yet
   */
  send(data: MessageData): void {
    const connection = this.#mayBufferMore();
    if (connection === undefined) return;
    if (typeof data === "string") connection.sendText(data);
    else connection.sendBinary(bytesOf(data));
  }

  /** Sends frames that `encodeMessage` built: how `broadcast` works. */
  sendFrames(frames: Uint8Array): void {
    this.#mayBufferMore()?.sendFrames(frames);
  }

  /** Sends a Ping of at most 125 bytes; the answer is a `pong` event. */
  ping(data?: Uint8Array): void {
    this.#mayBufferMore()?.ping(data);
  }

  /**
   * Starts the closing handshake. The `close` event follows, within the close timeout at the latest.
   *
   * @throws {RangeError} when `code` may not be sent: use 1000 or 3000-4999
   */
  close(code?: number, reason = ""): void {
    const connection = this.#connection;
    if (connection === undefined || this.#readyState !== OPEN) return;
    connection.close(code, reason, deadlines.now());
    this.#readyState = CLOSING;
  }

  /** Drops the connection at once, without a closing handshake: only the `close` event follows. */
  terminate(): void {
    if (this.#transport === undefined || this.#readyState === CLOSED) return;
    this.#readyState = CLOSING;
    this.#transport.destroy();
  }

  /** The connection, when one more message may be sent; closes it when too much waits already. */
  #mayBufferMore(): Connection | undefined {
    const connection = this.#connection;
    if (connection === undefined) {
      if (this.#readyState === CONNECTING) throw new Error("the connection is not established yet");
      return undefined;
    }
    if (this.#readyState !== OPEN) return undefined;
    if (this.bufferedAmount <= this.#maxBufferedBytes) return connection;
    this.close(1013, "the send buffer is full: the peer reads too slowly");
    return undefined;
  }

  // ── The stream below ────────────────────────────────────────────────────────────────────────────

  /**
   * Takes over a stream whose opening handshake is done.
   *
   * @param head bytes that arrived behind the handshake
   * @internal
   */
  attach(stream: Duplex, role: Role, head: Buffer): void {
    const options = completed(this.#options);
    const connection = new Connection(role, this, options, deadlines.now());
    this.#connection = connection;
    this.#readyState = OPEN;
    this.#transport = new StreamTransport(stream, {
      // A server that cannot get rid of its answers stops reading questions. A client goes on reading, or
      // two ends that both send much would wait for each other for ever.
      pauseAbove: role === "server" ? this.#maxBufferedBytes / 2 : Number.POSITIVE_INFINITY,
      lingerFor: options.closeTimeout,
      received: (chunk) => this.#receive(connection, chunk),
      ended: () => this.#receiveEnd(connection),
    });
    deadlines.add(connection);
    this.emit("open", { type: "open", target: this });
    if (head.length > 0) this.#receive(connection, head);
    this.#transport.start();
  }

  /** The opening handshake failed: there never was a connection. @internal */
  protected abandon(error: Error): void {
    if (this.#readyState === CLOSED) return;
    this.failed(error);
    this.closed(1006, "", false);
  }

  #receive(connection: Connection, chunk: Buffer): void {
    this.#receiving = true;
    connection.answersPings = this.#transport!.pendingBytes <= this.#maxBufferedBytes;
    connection.receive(chunk, deadlines.now());
    this.#receiving = false;
    if (connection.state === "closing") this.#readyState = CLOSING;
    if (this.#outputWaits) this.#transmit();
  }

  #receiveEnd(connection: Connection): void {
    this.#transmit();
    connection.receiveEnd();
  }

  #transmit(): void {
    this.#outputWaits = false;
    const transport = this.#transport!;
    this.#connection!.outbox.transmit(transport);
    if (this.#ending) transport.end();
    else transport.pauseIfBackedUp();
  }

  // ── ConnectionSink ──────────────────────────────────────────────────────────────────────────────

  /** @internal */
  output(): void {
    if (this.#outputWaits) return;
    this.#outputWaits = true;
    if (!this.#receiving) process.nextTick(transmitLater, this);
  }

  /** Transmits what was sent outside a received chunk. @internal */
  transmitNow(): void {
    if (this.#outputWaits) this.#transmit();
  }

  /** @internal */
  text(message: string): void {
    if (this.#readyState === OPEN) this.emit("message", { type: "message", target: this, data: message });
  }

  /** @internal */
  binary(message: Buffer): void {
    if (this.#readyState === OPEN) this.emit("message", { type: "message", target: this, data: message });
  }

  /** @internal */
  pong(payload: Buffer): void {
    this.emit("pong", { type: "pong", target: this, data: payload });
  }

  /** @internal */
  end(): void {
    this.#ending = true;
    this.output();
  }

  /** @internal */
  abort(): void {
    this.#transport?.destroy();
  }

  /** @internal */
  failed(error: Error): void {
    this.#readyState = CLOSING;
    this.emit("error", { type: "error", target: this, error, message: error.message });
  }

  /** @internal */
  closed(code: number, reason: string, wasClean: boolean): void {
    if (this.#connection !== undefined) deadlines.delete(this.#connection);
    this.#readyState = CLOSED;
    this.emit("close", { type: "close", target: this, code, reason, wasClean });
  }
}

/** An option that is undefined has its default, as one that is absent: a limit is never off by mistake. */
function completed(options: EndpointOptions): ConnectionOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...connectionDefaults, ...Object.fromEntries(given), random: randomFillSync };
}

const transmitLater = (endpoint: Endpoint): void => endpoint.transmitNow();
