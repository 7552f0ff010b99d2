/**
 * RFC 6455 §5.4-§7: the state of one WebSocket connection after its opening handshake, without I/O.
 *
 *     OPEN ──close() / Close received / failure──▶ CLOSING ──transport ended──▶ CLOSED
 *
 * Bytes go in through {@link Connection.receive}; `incoming.ts` makes messages of them. What is to be sent
 * gathers in {@link Connection.outgoing}, and the sink is told once that there is something. Here is what joins
 * the two: Pings and their answers, and the closing handshake.
 * The caller owns the socket, the clock and the randomness.
 */

import { Compression } from "../deflate/compression.ts";
import type { WebSocketProtocolError } from "../errors.ts";
import { CloseCode, encodeClose, parseClose } from "../wire/close.ts";
import { MAX_CONTROL_PAYLOAD, Opcode } from "../wire/frame.ts";
import { maskingKeys } from "../wire/masking-key.ts";
import type { ConnectionOptions, ConnectionTraits, Role } from "./connection-options.ts";
import type { ConnectionSink } from "./connection-sink.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type ControlSink, Incoming } from "./incoming.ts";
import type { SharedMessage } from "./message.ts";
import { Outgoing, type SendOptions, type Sent } from "./outgoing.ts";
import { type Answered, RoundTrips } from "./round-trips.ts";

export {
  type ConnectionOptions,
  type ConnectionTraits,
  connectionDefaults,
  type Role,
} from "./connection-options.ts";

export type State = "open" | "closing" | "closed";

export class Connection implements ControlSink {
  /** What waits to be sent. */
  readonly outgoing: Outgoing;
  readonly #role: Role;
  readonly #sink: ConnectionSink;
  readonly #options: ConnectionOptions;
  readonly #incoming: Incoming;
  readonly #heartbeat: Heartbeat;
  #roundTrips: RoundTrips | undefined;

  #state: State = "open";
  /** When the last call happened. */
  #now: number;
  #closeCode: number = CloseCode.Abnormal;
  #closeReason = "";
  #closeSent = false;
  #closeReceived = false;
  /** The peer's Close has come before ours could be sent. */
  #endAfterClose = false;
  #closeDeadline = Number.POSITIVE_INFINITY;
  /** The transport has ended, but a message is still being inflated. */
  #ended = false;
  /** The answer to a Ping, waiting for the transport to take bytes again: of several, the latest (§5.5.3). */
  #latePong: Buffer | undefined;

  /** @param now milliseconds on the clock that all other calls use */
  constructor(
    role: Role,
    sink: ConnectionSink,
    { options, traits = {} }: { readonly options: ConnectionOptions; readonly traits?: ConnectionTraits },
    now: number,
  ) {
    this.#role = role;
    this.#sink = sink;
    this.#options = options;
    this.#now = now;
    const compression = traits.deflate && new Compression(role, traits.deflate, options);
    const drawKey = role === "client" ? maskingKeys(options.random) : undefined;
    this.outgoing = new Outgoing(sink, options, compression, drawKey);
    this.#incoming = new Incoming(role, { messages: sink, controls: this }, options, {
      ...traits,
      compression,
    });
    this.#heartbeat = new Heartbeat(options, now);
  }

  get state(): State {
    return this.#state;
  }

  /** When {@link handleTimeout} is next due, on the caller's clock; Infinity when never. */
  get nextTimeout(): number {
    return Math.min(this.#closeDeadline, this.#heartbeat.due);
  }

  /** Whether bytes that arrive now would have to wait: read no more of them from the transport. */
  get isDeaf(): boolean {
    return this.#incoming.isDeaf;
  }

  /** Milliseconds that the last answered Ping took; undefined before the first. */
  get latency(): number | undefined {
    return this.#roundTrips?.latest;
  }

  // ── Input from the transport ────────────────────────────────────────────────────────────────────

  /**
   * Takes bytes from the transport, which belong to the connection from then on, unless they are lent. Never
   * throws for what they say: a peer's fault fails the connection instead.
   */
  receive(chunk: Buffer, now: number, lent?: boolean): void {
    this.#now = now;
    this.#heartbeat.heard();
    this.#incoming.receive(chunk, lent);
  }

  /** Whether messages are not wanted now. What arrives meanwhile is kept: see {@link isDeaf}. */
  hold(held: boolean, now: number): void {
    this.#now = now;
    this.#heartbeat.wanted = !held;
    this.#incoming.hold(held && this.#state === "open");
  }

  /** A message that was inflated elsewhere, or what is wrong with it. */
  inflated(result: Buffer | WebSocketProtocolError, now: number): void {
    this.#now = now;
    this.#incoming.inflated(result);
    if (this.#ended) this.receiveEnd();
  }

  /** Whether the transport is read from now on. That it is again means that the peer took what we had to send. */
  listen(listening: boolean): void {
    this.#heartbeat.listening = listening;
    if (listening) this.#heartbeat.heard();
  }

  /** The transport has ended, cleanly or not. What has arrived is still delivered. Idempotent. */
  receiveEnd(): void {
    if (this.#state === "closed") return;
    this.#ended = true;
    this.#incoming.end();
    if (!this.#incoming.isInflating) this.#finish();
  }

  /** Sends a Ping that is due, or gives up on a peer that is silent (RFC 6455 §7.1.1 for a Close unanswered). */
  handleTimeout(now: number): void {
    if (now < this.nextTimeout) return;
    if (now < this.#closeDeadline && this.#heartbeat.beat(now)) {
      this.ping(undefined, now);
    } else {
      this.#sink.abort();
      this.#finish();
    }
  }

  /** The outbox was transmitted, or the transport has drained. Returns whether there is more to transmit at once. */
  transmitted(blocked: boolean): boolean {
    const pong = this.#latePong;
    if (!blocked && pong !== undefined) {
      this.#latePong = undefined;
      this.outgoing.control(Opcode.Pong, pong);
    }
    return this.outgoing.transmitted(blocked);
  }

  // ── Output asked for by the application; undefined, sending nothing, once the connection is closing ──

  sendText(message: string, options?: SendOptions): Sent | undefined {
    return this.#state === "open" ? this.#roomy(this.outgoing.text(message, options)) : undefined;
  }

  /** Sends a binary message. Over 4 KiB it is not copied: it must not change until it is sent. */
  sendBinary(message: Uint8Array, options?: SendOptions): Sent | undefined {
    if (this.#state !== "open") return undefined;
    return this.#roomy(this.outgoing.message(Opcode.Binary, message, options));
  }

  /** Sends a message that others get, too. A client masks it like any other (RFC 6455 §5.1). */
  sendShared(message: SharedMessage, options?: SendOptions): Sent | undefined {
    if (this.#state !== "open") return undefined;
    const { opcode, payload } = message;
    if (this.#role === "client") return this.#roomy(this.outgoing.message(opcode, payload, options));
    return this.#roomy(this.outgoing.shared(message, options));
  }

  /**
   * Sends a frame of a message in parts: the first with `opcode` Text or Binary, the others with Continuation.
   * `outgoing.beginParts` comes first. False once the connection is closing.
   */
  sendPart(opcode: Opcode, payload: Uint8Array, fin: boolean): boolean {
    return this.#state === "open" && this.outgoing.part(opcode, payload, fin);
  }

  /**
   * Sends a Ping, with a payload of ours if none is given. `answered` is called once, if true is returned.
   *
   * @throws {RangeError} when `payload` is longer than 125 bytes (RFC 6455 §5.5)
   */
  ping(payload: Uint8Array | undefined, now: number, answered?: Answered): boolean {
    if (payload !== undefined && payload.length > MAX_CONTROL_PAYLOAD) {
      throw new RangeError("a ping carries at most 125 bytes");
    }
    if (this.#state !== "open") return false;
    this.#roundTrips ??= new RoundTrips();
    this.outgoing.control(Opcode.Ping, this.#roundTrips.send(payload, now, answered));
    return true;
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2), behind all that waits to be sent. Does nothing when it was
   * started already.
   *
   * @param code undefined for a Close frame without a body
   * @throws {RangeError} when `code` may not be sent
   */
  close(code: number | undefined, reason: string, now: number): void {
    if (this.#state !== "open") return;
    this.#now = now;
    this.#sendClose(encodeClose(code, reason, this.#role === "server"), false);
  }

  /** With the policy `close`, a message that finds no room tells that the peer does not read. */
  #roomy(sent: Sent): Sent {
    if (sent === "dropped" && this.#options.overflow === "close") {
      this.outgoing.abandon();
      const reason = "the send buffer is full: the peer reads too slowly";
      this.#sendClose(encodeClose(CloseCode.TryAgainLater, reason), false);
    }
    return sent;
  }

  // ── ControlSink: what incoming.ts finds ─────────────────────────────────────────────────────────

  control(opcode: Opcode, payload: Buffer): void {
    if (opcode === Opcode.Close) {
      this.#receiveClose(payload);
    } else if (opcode === Opcode.Pong) {
      this.#roundTrips?.receive(payload, this.#now);
      this.#sink.pong(Buffer.from(payload));
    } else if (this.outgoing.isBlocked) {
      // RFC 6455 §5.5.3: who has not yet answered earlier Pings "MAY elect to send a Pong frame for only the most
      // recently processed Ping frame", so a flood of them does not pile up.
      this.#latePong = Buffer.from(payload);
    } else {
      // RFC 6455 §5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it
      // already received a Close frame." After one nothing is received. Our own Close forbids us data frames only
      // (§5.5.1).
      this.outgoing.control(Opcode.Pong, payload);
    }
  }

  /** _Fail the WebSocket Connection_ (RFC 6455 §7.1.7). */
  fail(error: WebSocketProtocolError): void {
    this.outgoing.abandon();
    // RFC 6455 §7.1.7: "the endpoint SHOULD send a Close frame with an appropriate status code (Section 7.4)
    // before proceeding to _Close the WebSocket Connection_."
    if (this.#closeSent) this.#sink.end();
    else this.#sendClose(encodeClose(error.closeCode, error.message), true);
    this.#sink.failed(error);
  }

  // ── Closing ─────────────────────────────────────────────────────────────────────────────────────

  #receiveClose(payload: Buffer): void {
    const status = parseClose(payload);
    this.#latePong = undefined;
    this.#incoming.stop(); // RFC 6455 §1.4: "a peer discards any further data received"
    this.#closeReceived = true;
    this.#closeCode = status.code;
    this.#closeReason = status.reason;
    // RFC 6455 §7.1.1: the server closes the TCP connection first, so that it holds TIME_WAIT; a client
    // waits for it, up to the close timeout.
    const weEnd = this.#role === "server";
    // RFC 6455 §5.5.1: "If an endpoint receives a Close frame and did not previously send a Close frame, the
    // endpoint MUST send a Close frame in response." It typically echoes the status code.
    if (this.#state === "open") this.#sendClose(Buffer.from(payload), weEnd);
    else if (weEnd && this.#closeSent) this.#sink.end();
    else this.#endAfterClose = weEnd;
  }

  /** @param last whether the transport is ended behind it */
  #sendClose(payload: Buffer, last: boolean): void {
    this.#state = "closing";
    this.#closeDeadline = this.#now + this.#options.closeTimeout;
    this.#incoming.delivers = false; // as in a browser: who calls close() wants no more
    this.#heartbeat.stop();
    this.#incoming.hold(false); // but for the peer's Close
    this.outgoing.finish(() => {
      this.#closeSent = true;
      this.outgoing.control(Opcode.Close, payload);
      if (last || this.#endAfterClose) this.#sink.end();
    });
  }

  #finish(): void {
    this.#state = "closed";
    this.#closeDeadline = Number.POSITIVE_INFINITY;
    this.#heartbeat.stop();
    this.#incoming.stop();
    this.outgoing.abandon();
    this.outgoing.outbox.clear();
    this.#roundTrips?.end();
    this.#sink.closed(this.#closeCode, this.#closeReason, this.#closeSent && this.#closeReceived);
  }
}
