/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A WebSocket that comes back by itself. It runs in browsers and in Node, unchanged: it knows neither, but
 * makes its sockets through `options.connect` and takes the rest of the world from `reconnect-ports.ts`.
 *
 * When it connects is decided in `reconnection.ts`, where the diagram is; here is what an application sees.
 */
import type { UrlSource } from "./attempt.ts";
import { messageOf, OfflineQueue, type SendData } from "./offline-queue.ts";
import { ReconnectingEvents } from "./reconnect-events.ts";
import { checkClose, type ReconnectingWebSocketOptions, type Settings, settle } from "./reconnect-options.ts";
import { Reconnection, type ReconnectState } from "./reconnection.ts";
import type { HeardClose, WebSocketLike } from "./websocket-like.ts";

export type { UrlSource } from "./attempt.ts";
export type { QueueLimits, SendData } from "./offline-queue.ts";
export type { ReconnectingEventMap } from "./reconnect-events.ts";
export type { ReconnectingWebSocketOptions } from "./reconnect-options.ts";
export type { Network, ReconnectPorts } from "./reconnect-ports.ts";
export type { ReconnectState } from "./reconnection.ts";
export type { WebSocketConstructor, WebSocketLike } from "./websocket-like.ts";
export type { Ended } from "./what-next.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** What `readyState` says of each state, while nobody closes. */
const readyStates: Readonly<Record<ReconnectState, 0 | 1 | 3>> = {
  connecting: CONNECTING,
  waiting: CONNECTING,
  offline: CONNECTING,
  open: OPEN,
  unauthorized: CLOSED,
  failed: CLOSED,
  closed: CLOSED,
};

/** Bytes of what has waited that a new socket gets ahead of the network: the others cannot be lost with it. */
const AHEAD = 256 * 1024;
/** How often to look whether the network has taken them, in milliseconds: browsers do not say when. */
const LOOK_AGAIN = 50;

/**
 * Each message is sent at most once, and in order. One that was handed to a socket which then died may have
 * arrived or not, and nobody on this side can know: who has to, lets the server acknowledge.
 *
 * `Data` is what messages carry; it follows from {@link binaryType}.
 */
export class ReconnectingWebSocket<Data = string | ArrayBuffer> extends ReconnectingEvents<
  ReconnectingWebSocket<Data>,
  Data
> {
  static readonly CONNECTING: typeof CONNECTING = CONNECTING;
  static readonly OPEN: typeof OPEN = OPEN;
  static readonly CLOSING: typeof CLOSING = CLOSING;
  static readonly CLOSED: typeof CLOSED = CLOSED;

  readonly #settings: Settings;
  readonly #reconnection: Reconnection;
  readonly #queue: OfflineQueue;
  #stopFlushing: () => void = () => {};
  #binaryType = "arraybuffer";
  readonly #abort = (): void => this.close();

  /**
   * Connects when it is made. Nothing is announced before the caller had a chance to listen.
   *
   * @param source `ws:` or `wss:`, or a function that finds the URL; if it rejects, the attempt has failed
   * @param subprotocols those we speak, the preferred one first
   * @throws {TypeError} on an option of the wrong type, or when there is no WebSocket
   * @throws {RangeError} on an option that makes no sense
   * @throws {SyntaxError} from the socket, when the URL or the subprotocols are none
   */
  constructor(
    source: UrlSource,
    subprotocols: string | readonly string[] = [],
    options: ReconnectingWebSocketOptions = {},
  ) {
    super();
    const settings = settle(subprotocols, options);
    this.#settings = settings;
    this.#queue = new OfflineQueue(settings.limits);
    const connect = (url: string): WebSocketLike => this.#prepare(settings.connect(url));
    this.#reconnection = new Reconnection(
      source,
      { ...settings, connect },
      {
        opened: (reconnected, attempt) => this.#opened(reconnected, attempt),
        received: (data) => this.emit("message", { type: "message", target: this, data: data as Data }),
        complained: (fault) => this.#complained(fault),
        closed: (close, delay) => this.#closed(close, delay),
        changed: (state) => this.#changed(state),
        unauthorized: () => this.emit("credentials", { type: "credentials", target: this }),
      },
    );
    if (settings.signal?.aborted === true) return;
    this.#reconnection.start();
    settings.signal?.addEventListener("abort", this.#abort);
  }

  get state(): ReconnectState {
    return this.#reconnection.state;
  }

  /** 0 while a connection may come by itself, 1 open, 2 closing, 3 when none will come. */
  get readyState(): 0 | 1 | 2 | 3 {
    const ready = this.#reconnection.closing ? CLOSING : readyStates[this.state];
    // The socket may know already of an end that its `close` event will tell.
    return ready === OPEN && this.#reconnection.socket?.readyState !== OPEN ? CLOSING : ready;
  }

  /** Where we connect, or tried to the last time; empty before a function has found it. */
  get url(): string {
    return this.#reconnection.url;
  }

  /** The subprotocol that was agreed on; empty when none was, and without a connection. */
  get subprotocol(): string {
    const { socket } = this.#reconnection;
    return socket?.subprotocol ?? socket?.protocol ?? "";
  }

  /** The same, as browsers call it. */
  get protocol(): string {
    return this.subprotocol;
  }

  /** Reconnections in a row, since the last connection that lasted. */
  get attempts(): number {
    return this.#reconnection.attempts;
  }

  /** Bytes that wait: here for a connection, or in the socket for the network. */
  get bufferedAmount(): number {
    return this.#queue.bytes + (this.#reconnection.socket?.bufferedAmount ?? 0);
  }

  /** Messages that were given up unsent, ever: there was no room for them to wait, or it was closed before. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** That of the socket; `arraybuffer` unless it is set. A socket without such a property goes its own way. */
  get binaryType(): string {
    return this.#binaryType;
  }
  set binaryType(type: string) {
    this.#binaryType = type;
    const { socket } = this.#reconnection;
    if (socket !== undefined) this.#prepare(socket);
  }

  /**
   * Sends a message, or lets it wait for a connection: what waits leaves before the `open` event. After
   * `close()` it is dropped, as in a browser.
   *
   * @throws {TypeError} on data of another kind
   * @throws {Error} when it cannot leave now and may not wait: `queue: false`, or no room and `throw`
   */
  send(data: SendData): void {
    const message = messageOf(data);
    if (this.#reconnection.closing || this.state === "closed") {
      this.#queue.refuse();
      return;
    }
    const open = this.readyState === OPEN;
    // While there is a connection nothing has to give way: then it is the socket that buffers.
    if (open && !this.#queue.hasRoomFor(message)) this.#flush(Number.POSITIVE_INFINITY);
    if (!open || this.#queue.length > 0) this.#queue.push(message);
    else this.#reconnection.socket!.send(message as Uint8Array<ArrayBuffer>);
  }

  /**
   * Closes for good, unless `reconnect()` is called. What waits for a connection is dropped. When there is a
   * connection, a `close` event says when it is closed; without one it is closed at once.
   *
   * @throws {RangeError} on a code other than 1000 and 3000-4999, or a reason of more than 123 bytes
   */
  close(code = 1000, reason = ""): void {
    checkClose(code, reason);
    if (this.readyState === OPEN) this.#flush(Number.POSITIVE_INFINITY);
    this.#stopFlushing();
    this.#reconnection.close(code, reason);
  }

  /**
   * Connects now, whatever the state, and forgets earlier losses. A connection that there is, is given up.
   *
   * @throws the signal's reason once it was aborted
   */
  reconnect(): void {
    const { signal } = this.#settings;
    signal?.throwIfAborted();
    signal?.addEventListener("abort", this.#abort);
    this.#reconnection.reconnect();
  }

  /** Closes, and resolves when the socket is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    if (this.state === "closed") return;
    await new Promise<void>((resolve) => this.addEventListener("close", () => resolve(), { once: true }));
  }

  #prepare(socket: WebSocketLike): WebSocketLike {
    if (socket.binaryType !== undefined) socket.binaryType = this.#binaryType;
    return socket;
  }

  #flush(ahead: number): void {
    const { socket } = this.#reconnection;
    const wait = socket !== undefined && this.#queue.moveTo(socket, ahead);
    if (wait) this.#stopFlushing = this.#settings.ports.after(LOOK_AGAIN, () => this.#flush(ahead));
  }

  #opened(reconnected: boolean, attempt: number): void {
    this.#flush(AHEAD);
    this.emit("open", { type: "open", target: this, reconnected, attempt });
  }

  #closed({ code, reason, wasClean }: HeardClose, delay: number | undefined): void {
    this.#stopFlushing();
    const willReconnect = delay !== undefined || this.state === "offline";
    this.emit("close", { type: "close", target: this, code, reason, wasClean, willReconnect, delay });
  }

  #changed(state: ReconnectState): void {
    if (state === "closed") this.#queue.clear();
    // A signal may live for as long as the program: it must not keep what has come to its end.
    if (state === "closed" || state === "failed")
      this.#settings.signal?.removeEventListener("abort", this.#abort);
    this.emit("state", { type: "state", target: this, state });
  }

  #complained(fault: unknown): void {
    const error = fault instanceof Error ? fault : new Error(String(fault));
    this.emit("error", { type: "error", target: this, error, message: error.message });
  }
}
