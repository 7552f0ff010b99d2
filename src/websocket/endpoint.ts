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
import { Connection, type ConnectionOptions, connectionDefaults, type Role } from "./connection.ts";
import type { ConnectionSink } from "./connection-sink.ts";
import type * as events from "./endpoint-events.ts";
import { Events } from "./events.ts";
import { bytesOf, type MessageData } from "./message.ts";
import { StreamTransport } from "./transport.ts";

export type MessageEvent = events.MessageEvent<Endpoint>;
export type CloseEvent = events.CloseEvent<Endpoint>;
export type ErrorEvent = events.ErrorEvent<Endpoint>;
export type EndpointEvents = events.EndpointEvents<Endpoint>;

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

export class Endpoint extends Events<EndpointEvents> {
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
   * Sends one message: a string as text, anything else as binary. Bytes over 4 KiB are not copied: they
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
    // What waits for the end of this turn only is not the peer's fault.
    this.#transmit();
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
    const connection = new Connection(role, new Endpoint.#Sink(this), options, deadlines.now());
    this.#connection = connection;
    this.#readyState = OPEN;
    this.#transport = new StreamTransport(stream, {
      // A server that cannot get rid of its answers stops reading questions. A client goes on reading, or
      // two ends that both send much would wait for each other for ever.
      pauseAbove: role === "server" ? this.#maxBufferedBytes / 2 : Number.POSITIVE_INFINITY,
      lingerFor: options.closeTimeout,
      received: (chunk) => this.#receive(connection, chunk),
      paused: (paused) => connection.listen(!paused),
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
    this.#report(error);
    this.#finish(1006, "", false);
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

  // ── What the connection has to say ──────────────────────────────────────────────────────────────

  /** A class of its own, so that none of this can be called from outside. */
  static readonly #Sink = class implements ConnectionSink {
    readonly #endpoint: Endpoint;

    constructor(endpoint: Endpoint) {
      this.#endpoint = endpoint;
    }
    output(): void {
      this.#endpoint.#announceOutput();
    }
    text(message: string): void {
      this.#endpoint.#deliver(message);
    }
    binary(message: Buffer): void {
      this.#endpoint.#deliver(message);
    }
    pong(payload: Buffer): void {
      this.#endpoint.emit("pong", { type: "pong", target: this.#endpoint, data: payload });
    }
    end(): void {
      this.#endpoint.#ending = true;
      this.#endpoint.#announceOutput();
    }
    abort(): void {
      this.#endpoint.#transport?.destroy();
    }
    closed(code: number, reason: string, wasClean: boolean): void {
      this.#endpoint.#finish(code, reason, wasClean);
    }
    failed(error: Error): void {
      this.#endpoint.#report(error);
    }
  };

  #announceOutput(): void {
    if (this.#outputWaits) return;
    this.#outputWaits = true;
    if (!this.#receiving) process.nextTick(Endpoint.#transmitLater, this);
  }

  /** Transmits what was sent outside a received chunk. */
  static readonly #transmitLater = (endpoint: Endpoint): void => {
    if (endpoint.#outputWaits) endpoint.#transmit();
  };

  #deliver(data: string | Buffer): void {
    if (this.#readyState === OPEN) this.emit("message", { type: "message", target: this, data });
  }

  #report(error: Error): void {
    this.#readyState = CLOSING;
    this.emit("error", { type: "error", target: this, error, message: error.message });
  }

  #finish(code: number, reason: string, wasClean: boolean): void {
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
