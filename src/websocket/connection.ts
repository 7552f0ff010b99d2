/**
 * RFC 6455 §5.4-§7: the state of one WebSocket connection after its opening handshake, without I/O.
 *
 *     OPEN ──close() / Close received / failure──▶ CLOSING ──transport ended──▶ CLOSED
 *
 * Bytes go in through {@link Connection.receive}. What they mean goes to one {@link ConnectionSink}; what
 * is to be sent gathers in {@link Connection.outbox}, and the sink is told once that there is something.
 * The caller owns the socket, the clock and the randomness.
 */
import { MessageAssembly } from "./assembly.ts";
import { CloseCode, encodeClose, parseClose } from "./close.ts";
import type { ConnectionSink } from "./connection-sink.ts";
import { WebSocketProtocolError } from "./errors.ts";
import { FrameDecoder, type FrameSink, MAX_CONTROL_PAYLOAD, Opcode } from "./frame.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import { maskingKeys } from "./masking-key.ts";
import { Outbox } from "./outbox.ts";

export type Role = "client" | "server";
export type State = "open" | "closing" | "closed";

export interface ConnectionOptions extends HeartbeatOptions {
  /** Longest message, in bytes, however it is fragmented. Default 1 MiB; beyond it 1009. */
  readonly maxMessageBytes: number;
  /** Most frames in one message. Default 1,048,576; beyond it 1008. */
  readonly maxFragments: number;
  /** How long to wait for the peer's half of a closing handshake, in milliseconds. Default 5 s. */
  readonly closeTimeout: number;
  /** Fills a buffer with unpredictable bytes, for masking keys (RFC 6455 §5.3) and the jitter of Pings. */
  readonly random: (bytes: Buffer) => void;
}

/** Everything of {@link ConnectionOptions} that has a default. */
export const connectionDefaults: Omit<ConnectionOptions, "random"> = {
  maxMessageBytes: 1024 * 1024,
  maxFragments: 1024 * 1024,
  closeTimeout: 5_000,
  heartbeatInterval: 30_000,
  heartbeatMisses: 2,
};

const NO_BYTES = Buffer.alloc(0);
const NEVER = Number.POSITIVE_INFINITY;

export class Connection implements FrameSink {
  /** What waits to be sent. */
  readonly outbox: Outbox;
  /** Cleared while the peer does not take what it was sent, so that a flood of Pings does not pile up Pongs. */
  answersPings = true;
  readonly #role: Role;
  readonly #sink: ConnectionSink;
  readonly #options: ConnectionOptions;
  readonly #decoder: FrameDecoder;

  #state: State = "open";
  #listening = true;
  #closeCode: number = CloseCode.Abnormal;
  #closeReason = "";
  #closeSent = false;
  #closeReceived = false;
  #closeDeadline = NEVER;

  // The frame being received. The payload of a control frame is gathered here, a message in `#message`.
  #opcode: Opcode = Opcode.Continuation;
  #fin = true;
  #control: Buffer | undefined;
  #controlLength = 0;
  readonly #message: MessageAssembly;
  readonly #heartbeat: Heartbeat;

  /** @param now milliseconds on the clock that all other calls use */
  constructor(role: Role, sink: ConnectionSink, options: ConnectionOptions, now: number) {
    this.#role = role;
    this.#sink = sink;
    this.#options = options;
    this.outbox = new Outbox(role === "client" ? maskingKeys(options.random) : undefined);
    this.#decoder = new FrameDecoder(this, {
      masked: role === "server",
      rsv1: false,
      maxPayload: options.maxMessageBytes,
    });
    this.#message = new MessageAssembly(options.maxMessageBytes, options.maxFragments);
    this.#heartbeat = new Heartbeat(options, now);
  }

  get state(): State {
    return this.#state;
  }

  /** When {@link handleTimeout} is next due, on the caller's clock; Infinity when never. */
  get nextTimeout(): number {
    return Math.min(this.#closeDeadline, this.#heartbeat.due);
  }

  // ── Input from the transport ────────────────────────────────────────────────────────────────────

  /**
   * Takes bytes from the transport, which belong to the connection from then on. Never throws for what
   * they say: a peer's fault fails the connection instead.
   */
  receive(chunk: Buffer, now: number): void {
    this.#heartbeat.heard();
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof WebSocketProtocolError)) throw error;
      this.#fail(error);
    }
    if (this.#state === "closing" && this.#closeDeadline === NEVER) {
      this.#closeDeadline = now + this.#options.closeTimeout;
    }
  }

  /** Whether the transport is read from now on. That it is again means that the peer took what we had to send. */
  listen(listening: boolean): void {
    this.#listening = listening;
    if (listening) this.#heartbeat.heard();
  }

  /** The transport has ended, cleanly or not. Idempotent. */
  receiveEnd(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#closeDeadline = NEVER;
    this.#heartbeat.stop();
    this.#decoder.stop();
    this.#message.discard();
    this.outbox.clear();
    this.#sink.closed(this.#closeCode, this.#closeReason, this.#closeSent && this.#closeReceived);
  }

  /** Sends a Ping that is due, or gives up on a peer that is silent (RFC 6455 §7.1.1 for a Close unanswered). */
  handleTimeout(now: number): void {
    if (now < this.nextTimeout) return;
    if (now < this.#closeDeadline && this.#heartbeat.beat(now, this.#listening)) {
      this.#send(Opcode.Ping, NO_BYTES);
    } else {
      this.#sink.abort();
      this.receiveEnd();
    }
  }

  // ── Output asked for by the application; false, sending nothing, once the connection is closing ──

  sendText(message: string): boolean {
    if (this.#state !== "open") return false;
    const idle = this.outbox.length === 0;
    this.outbox.text(message);
    if (idle) this.#sink.output();
    return true;
  }

  /** Sends a binary message. Over 4 KiB it is not copied: it must not change until it is sent. */
  sendBinary(message: Uint8Array): boolean {
    return this.#state === "open" && this.#send(Opcode.Binary, message);
  }

  /**
   * Sends frames that `encodeMessage` built.
   * @throws {TypeError} on a client, whose frames are masked one by one (RFC 6455 §5.1)
   */
  sendFrames(frames: Uint8Array): boolean {
    if (this.#role === "client") throw new TypeError("a client cannot send frames that are not masked");
    if (this.#state !== "open") return false;
    const idle = this.outbox.length === 0;
    this.outbox.frames(frames);
    if (idle) this.#sink.output();
    return true;
  }

  /** @throws {RangeError} when `payload` is longer than 125 bytes (RFC 6455 §5.5) */
  ping(payload: Uint8Array = NO_BYTES): boolean {
    if (payload.length > MAX_CONTROL_PAYLOAD) throw new RangeError("a ping carries at most 125 bytes");
    return this.#state === "open" && this.#send(Opcode.Ping, payload);
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2). Does nothing when it was started already.
   *
   * @param code undefined for a Close frame without a body
   * @throws {RangeError} when `code` may not be sent
   */
  close(code: number | undefined, reason: string, now: number): void {
    if (this.#state !== "open") return;
    const payload = encodeClose(code, reason);
    this.#closeDeadline = now + this.#options.closeTimeout;
    this.#sendClose(payload);
  }

  #send(opcode: Opcode, payload: Uint8Array): true {
    const idle = this.outbox.length === 0;
    this.outbox.frame(opcode, payload);
    if (idle) this.#sink.output();
    return true;
  }

  // ── FrameSink ───────────────────────────────────────────────────────────────────────────────────

  frameStart(fin: boolean, opcode: Opcode, _rsv1: boolean, length: number): void {
    this.#opcode = opcode;
    this.#fin = fin;
    if (opcode >= Opcode.Close) this.#controlLength = 0;
    else this.#message.start(fin, opcode, length);
  }

  framePayload(chunk: Buffer, start: number, end: number): void {
    if (this.#opcode >= Opcode.Close) {
      this.#control ??= Buffer.allocUnsafe(MAX_CONTROL_PAYLOAD);
      this.#controlLength += chunk.copy(this.#control, this.#controlLength, start, end);
    } else {
      this.#message.payload(chunk, start, end);
    }
  }

  frameEnd(): void {
    switch (this.#opcode) {
      case Opcode.Ping:
        // RFC 6455 §5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response,
        // unless it already received a Close frame." After one the decoder is stopped. Our own Close
        // forbids us data frames only (§5.5.1).
        if (this.answersPings) this.#send(Opcode.Pong, this.#controlPayload());
        return;
      case Opcode.Pong:
        this.#sink.pong(Buffer.from(this.#controlPayload()));
        return;
      case Opcode.Close:
        this.#receiveClose(this.#controlPayload());
        return;
      case Opcode.Continuation:
      case Opcode.Text:
      case Opcode.Binary:
        if (this.#fin) this.#deliver();
    }
  }

  #controlPayload(): Buffer {
    return this.#controlLength === 0 ? NO_BYTES : this.#control!.subarray(0, this.#controlLength);
  }

  #deliver(): void {
    const message = this.#message.take();
    // Once close() was called the application has said that it wants no more, as in a browser.
    if (this.#state !== "open") return;
    if (typeof message === "string") this.#sink.text(message);
    else this.#sink.binary(message);
  }

  // ── Closing ─────────────────────────────────────────────────────────────────────────────────────

  #receiveClose(payload: Buffer): void {
    const status = parseClose(payload);
    this.#decoder.stop(); // RFC 6455 §1.4: "a peer discards any further data received"
    this.#closeReceived = true;
    this.#closeCode = status.code;
    this.#closeReason = status.reason;
    // RFC 6455 §5.5.1: "If an endpoint receives a Close frame and did not previously send a Close frame, the
    // endpoint MUST send a Close frame in response." It typically echoes the status code.
    if (this.#state === "open") this.#sendClose(payload);
    // RFC 6455 §7.1.1: the server closes the TCP connection first, so that it holds TIME_WAIT; a client
    // waits for it, up to the close timeout.
    if (this.#role === "server") this.#sink.end();
  }

  /** _Fail the WebSocket Connection_ (RFC 6455 §7.1.7). */
  #fail(error: WebSocketProtocolError): void {
    this.#decoder.stop();
    this.#message.discard();
    // RFC 6455 §7.1.7: "the endpoint SHOULD send a Close frame with an appropriate status code (Section 7.4)
    // before proceeding to _Close the WebSocket Connection_."
    if (this.#state === "open") this.#sendClose(encodeClose(error.closeCode, error.message));
    this.#sink.end();
    this.#sink.failed(error);
  }

  #sendClose(payload: Buffer): void {
    this.#state = "closing";
    this.#closeSent = true;
    this.#heartbeat.stop();
    this.#send(Opcode.Close, payload);
  }
}
