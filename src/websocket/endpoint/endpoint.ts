/**
 * One end of a WebSocket connection, with the face of the WHATWG WebSocket and what servers need besides:
 * backpressure both ways, Pings with their round-trip time, async iteration, streams.
 */

import { arrayBufferOf, bytesOf, type MessageData, type SharedMessage } from "../connection/message.ts";
import type { SendOptions } from "../connection/outgoing.ts";
import { CloseCode } from "../wire/close.ts";
import type * as events from "./endpoint-events.ts";
import {
  type BinaryType,
  type CompleteEndpointOptions,
  completeEndpointOptions,
  type EndpointOptions,
} from "./endpoint-options.ts";
import { EndpointTarget } from "./endpoint-target.ts";
import { type Established, Link } from "./link.ts";
import { MessageIterator } from "./message-iterator.ts";
import { type MessageStreams, messageStreams } from "./message-streams.ts";
import { type MessageInParts, PartsIterator } from "./parts-iterator.ts";
import { CLOSED, CLOSING, CONNECTING, OPEN, type ReadyState } from "./ready-state.ts";
import { checkParts, type Parts, sendParts, tooLate } from "./send-parts.ts";

export { CLOSED, CLOSING, CONNECTING, OPEN } from "./ready-state.ts";
export type MessageEvent = events.MessageEvent<Endpoint>;
export type PartEvent = events.PartEvent<Endpoint>;
export type DrainEvent = events.DrainEvent<Endpoint>;
export type CloseEvent = events.CloseEvent<Endpoint>;
export type ErrorEvent = events.ErrorEvent<Endpoint>;
export type { BinaryType, EndpointOptions } from "./endpoint-options.ts";
export type EndpointEvents = events.EndpointEvents<Endpoint>;

export class Endpoint extends EndpointTarget<Endpoint> {
  /** The subprotocol that was agreed on; empty when none was. */
  subprotocol = "";
  /** The extensions that were agreed on, as the server's header had them; empty when none were. */
  extensions = "";
  /** What binary messages are delivered as, from the next one on. */
  binaryType: BinaryType;

  readonly #options: CompleteEndpointOptions;
  #link: Link | undefined;
  #readyState: ReadyState = CONNECTING;
  #holders: Set<unknown> | undefined;
  /** Of `dropped`, what a `drain` event has told. */
  #droppedTold = 0;

  /** @throws {TypeError|RangeError} on an option of another type, or out of its range */
  constructor(options: EndpointOptions = {}) {
    super();
    this.#options = completeEndpointOptions(options);
    this.binaryType = this.#options.binaryType;
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): ReadyState {
    if (this.#readyState === OPEN && this.#link?.connection.state !== "open") return CLOSING;
    return this.#readyState;
  }

  /** Bytes that were sent but that the kernel has not taken yet, frame headers included. */
  get bufferedAmount(): number {
    return this.#link?.bufferedAmount ?? 0;
  }

  /** Messages that found no room to wait in, or were replaced by a later one, by the overflow policy. */
  get dropped(): number {
    return this.#link?.connection.outgoing.dropped ?? 0;
  }

  /** Milliseconds that the last answered Ping took, those of the heartbeat included; undefined before. */
  get latency(): number | undefined {
    return this.#link?.connection.latency;
  }

  // ── Sending ─────────────────────────────────────────────────────────────────────────────────────

  /**
   * Sends one message: a string as text, anything else as binary. Bytes over 4 KiB are not copied: they
   * must not change until {@link bufferedAmount} has fallen to 0. Once the connection is closing the
   * message is discarded, as in a browser.
   *
   * @returns with the overflow policy `wait`, and more waiting than should, a promise of room; else undefined
   * @throws {TypeError} on data of another kind
   * @throws {Error} while the connection is not established yet
   */
  send(data: MessageData, options?: SendOptions): Promise<void> | undefined {
    const link = this.#established();
    if (link === undefined || this.#readyState !== OPEN) return undefined;
    const { connection } = link;
    const sent =
      typeof data === "string"
        ? connection.sendText(data, options)
        : connection.sendBinary(bytesOf(data), options);
    return sent === "sent" ? undefined : link.roomAfter(sent);
  }

  /** Sends a message that is encoded once for many: how `broadcast` works. @internal */
  sendShared(message: SharedMessage, options?: SendOptions): void {
    this.#link?.connection.sendShared(message, options);
  }

  /**
   * Sends one message in parts, so that it need not be held whole: all strings, or all bytes. Other messages wait
   * meanwhile; parts are not compressed. The promise is fulfilled when the last part is on its way.
   *
   * @throws {TypeError} when the parts are not of one kind
   * @throws {Error} when the connection closes before the end; what `parts` throws closes it with 1011
   */
  async sendParts(parts: Parts): Promise<void> {
    const link = this.#established();
    if (link === undefined) throw tooLate();
    checkParts(parts); // who means one message loses no connection
    try {
      await sendParts(link, parts);
    } catch (error) {
      this.close(CloseCode.InternalError, "a message could not be completed");
      throw error;
    }
  }

  /** Resolves when nothing waits to be sent any more: a message would leave with this turn. */
  async ready(): Promise<void> {
    const link = this.#established();
    await link?.until(() => !link.isOpen || link.connection.outgoing.isClear);
  }

  /**
   * Sends a Ping with a payload of at most 125 bytes; default a number.
   *
   * @returns the round-trip time in milliseconds; rejects when the connection ends before the answer
   * @throws {RangeError} when `data` is too long
   */
  ping(data?: Uint8Array): Promise<number> {
    const link = this.#established();
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    promise.catch(() => {}); // who does not ask for the time need not care that there was no answer
    const gone = (): void =>
      reject(new Error("the ping was not answered: the connection ended, or too many are open"));
    const sent = link?.connection.ping(data, link.now(), (roundTrip) => {
      if (roundTrip === undefined) gone();
      else resolve(roundTrip);
    });
    if (sent !== true) gone();
    return promise;
  }

  /**
   * Stops the reading, so that no `message` event comes until {@link resume}. What has arrived is kept, the
   * network holds back the rest. Everyone who paused has to resume: `by` tells them apart.
   */
  pause(by: unknown = this): void {
    this.#holders ??= new Set();
    this.#holders.add(by);
    if (this.#holders.size === 1) this.#link?.hold(true);
  }

  resume(by: unknown = this): void {
    if (this.#holders?.delete(by) === true && this.#holders.size === 0) this.#link?.hold(false);
  }

  /**
   * The messages from now on: `for await (const message of socket)`. When those that were not taken yet exceed
   * `maxUnreadBytes`, reading pauses. Ends with the connection; a connection that did not end cleanly throws.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<MessageEvent["data"]> {
    return new MessageIterator(this, this.#options.maxUnreadBytes);
  }

  /** The messages from now on, each in parts as they arrive: needs the option `inParts`. */
  messagesInParts(): AsyncIterableIterator<MessageInParts> {
    if (!this.#options.inParts) throw new TypeError("messages come in parts only with the option inParts");
    return new PartsIterator(this, this.#options.maxUnreadBytes);
  }

  /** The messages of both directions as WHATWG streams, with backpressure. */
  streams(): MessageStreams {
    return messageStreams(this);
  }

  // ── Closing ─────────────────────────────────────────────────────────────────────────────────────

  /**
   * Starts the closing handshake, behind what waits to be sent. The `close` event follows, within the close
   * timeout at the latest.
   *
   * @throws {RangeError} when `code` may not be sent: use 1000 or 3000-4999
   */
  close(code?: number, reason = ""): void {
    const link = this.#link;
    if (link === undefined || this.#readyState !== OPEN) return;
    link.connection.close(code, reason, link.now());
    this.#readyState = CLOSING;
  }

  /** Drops the connection at once, without a closing handshake: only the `close` event follows. */
  terminate(): void {
    if (this.#link === undefined || this.#readyState === CLOSED) return;
    this.#readyState = CLOSING;
    this.#link.destroy();
  }

  /** Closes with 1000 and waits for the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#readyState === CLOSED) return;
    this.close(1000);
    await this.closed;
  }

  // ── Beginning and end ───────────────────────────────────────────────────────────────────────────

  /** Takes over a stream after its opening handshake; `opened` is called before anything is read. @internal */
  attach(established: Established, opened?: () => void): void {
    const link = new Endpoint.#Link(this, established, this.#options);
    this.#link = link;
    this.#readyState = OPEN;
    if (this.#holders !== undefined && this.#holders.size > 0) link.hold(true);
    opened?.();
    this.emit("open", { type: "open", target: this });
    link.start();
  }

  /** The opening handshake failed: there never was a connection. @internal */
  protected abandon(error: Error): void {
    this.#report(error);
    this.#finish(1006, "", false);
  }

  #established(): Link | undefined {
    if (this.#link === undefined && this.#readyState === CONNECTING) {
      throw new Error("the connection is not established yet");
    }
    return this.#link;
  }

  /** What drives the connection, a class of its own so that none of this can be called from outside. */
  static readonly #Link = class extends Link {
    readonly #endpoint: Endpoint;

    constructor(endpoint: Endpoint, established: Established, options: CompleteEndpointOptions) {
      super(established, options);
      this.#endpoint = endpoint;
    }
    text(message: string): void {
      this.#endpoint.#deliver(message);
    }
    binary(message: Buffer): void {
      this.#endpoint.#deliver(message);
    }
    part(data: string | Buffer, isText: boolean, final: boolean): void {
      this.#endpoint.#deliverPart(data, isText, final);
    }
    pong(payload: Buffer): void {
      this.#endpoint.emit("pong", { type: "pong", target: this.#endpoint, data: payload });
    }
    clear(): void {
      this.#endpoint.#drained();
    }
    failed(error: Error): void {
      this.#endpoint.#report(error);
    }
    over(code: number, reason: string, wasClean: boolean): void {
      this.#endpoint.#finish(code, reason, wasClean);
    }
  };

  #deliver(data: string | Buffer): void {
    if (this.#readyState !== OPEN || this.intercept?.(data) === true) return;
    const asGiven = typeof data === "string" || this.binaryType !== "arraybuffer";
    this.emit("message", {
      type: "message",
      target: this,
      data: asGiven ? data : (arrayBufferOf(data) as unknown as Buffer),
    });
  }

  #deliverPart(data: string | Buffer, isText: boolean, final: boolean): void {
    if (this.#readyState === OPEN) this.emit("part", { type: "part", target: this, data, isText, final });
  }

  #drained(): void {
    const dropped = this.dropped - this.#droppedTold;
    this.#droppedTold += dropped;
    this.emit("drain", { type: "drain", target: this, dropped });
  }

  #report(error: Error): void {
    this.#readyState = CLOSING;
    this.emit("error", { type: "error", target: this, error, message: error.message });
  }

  /** It is over; the `close` event follows. */
  protected ended(): void {}

  #finish(code: number, reason: string, wasClean: boolean): void {
    this.#readyState = CLOSED;
    this.ended();
    this.emitClose({ type: "close", target: this, code, reason, wasClean });
  }
}
