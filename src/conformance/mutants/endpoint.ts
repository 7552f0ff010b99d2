/**
 * A WebSocket that echoes, from the opening handshake on (RFC 6455 §5 to §8): correct as it stands, with one switch for
 * each rule that can be broken. Octets in, octets out; clocks and sockets are elsewhere.
 *
 *     open ── Close received ──▶ answered ── (client: the server ended) ──▶ ended
 *       └──── a rule broken ───▶ ended
 */
import type { Random } from "../random.ts";
import { closePayload, type FrameToWrite, Opcode, RSV1 } from "../wire/frame.ts";
import { closeRefusal } from "./close-rules.ts";
import { echoOf, framesOf } from "./echo.ts";
import type { Broken } from "./faults.ts";
import { type FrameHeader, FrameReader, type FrameSink } from "./frame-reader.ts";
import { frameRefusal, isReserved } from "./frame-rules.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { MessageCodec } from "./message-codec.ts";
import { MessageReader } from "./message-reader.ts";

/** What an endpoint does to its transport. */
export interface EndpointSink {
  write(octets: Buffer): void;
  /** Nothing more will be written, and what still comes is of no interest. */
  end(): void;
  /** The transport is given up at once. */
  destroy(): void;
}

export interface EndpointOptions {
  readonly role: "server" | "client";
  readonly broken: Broken;
  readonly random: Random;
  /** Present when permessage-deflate was agreed on. */
  readonly codec?: MessageCodec | undefined;
  /** Milliseconds that a client waits for the server to end the connection. */
  readonly closingTimeout: number;
}

export class Endpoint implements FrameSink {
  readonly #options: EndpointOptions;
  readonly #broken: Broken;
  readonly #sink: EndpointSink;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  #state: "open" | "answered" | "ended" = "open";
  #header: FrameHeader | undefined;
  #control: Buffer[] = [];
  /** Whether a mutant has taken the first fragment of a control frame. */
  #unfinishedControl = false;
  readonly #messages: MessageReader;
  /** Pings that a mutant has put off. */
  #unanswered: Buffer[] = [];
  /** When to stop waiting for the other side, on the caller's clock. */
  nextTimeout: number = Number.POSITIVE_INFINITY;
  #now = 0;

  constructor(sink: EndpointSink, options: EndpointOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#broken = options.broken;
    this.#reader = new FrameReader(this, options.broken);
    this.#messages = new MessageReader(options.codec, options.broken);
    this.#writer = new FrameWriter(options);
  }

  receive(octets: Buffer, now: number): void {
    this.#now = now;
    if (this.#takesReadsForFrames && this.#reader.withinFrame) this.#reader.forget();
    this.#reader.push(octets);
    if (this.#broken("answers-pings-in-reverse")) this.#answerPings(this.#unanswered.reverse());
  }

  /** Whether a frame has come in part. */
  get withinFrame(): boolean {
    return this.#reader.withinFrame;
  }

  get #takesReadsForFrames(): boolean {
    return this.#broken("takes-each-read-for-a-frame") || this.#broken("takes-each-data-frame-for-a-frame");
  }

  /** The other side has ended the transport, with a Close frame or without. */
  receiveEnd(): void {
    if (!this.#broken("keeps-the-connection-after-close")) this.#end();
  }

  handleTimeout(now: number): void {
    if (now < this.nextTimeout) return;
    this.nextTimeout = Number.POSITIVE_INFINITY;
    this.#sink.destroy();
  }

  // ── Frames in

  frameStart(read: FrameHeader): void {
    const header = this.#mistaken(read);
    this.#header = header;
    const code = frameRefusal(header, this.#situation, this.#broken);
    if (code !== undefined) {
      this.#fail(code);
      return;
    }
    if (header.opcode === Opcode.Text || header.opcode === Opcode.Binary) {
      this.#messages.start(header, this.#options.codec !== undefined && (header.rsv & RSV1) !== 0);
    }
  }

  /** A frame as a mutant understands it. */
  #mistaken(header: FrameHeader): FrameHeader {
    const { opcode, fin } = header;
    if (isReserved(opcode) && this.#broken("takes-reserved-opcodes-for-binary")) {
      return { ...header, opcode: Opcode.Binary };
    }
    if (!this.#broken("accepts-fragmented-control-frames")) return header;
    const continues = this.#unfinishedControl && opcode === Opcode.Continuation && !this.#messages.inMessage;
    if (opcode >= Opcode.Close || continues) this.#unfinishedControl = !fin;
    return continues ? { ...header, opcode: Opcode.Pong } : header;
  }

  framePayload(part: Buffer): void {
    if (this.#header!.opcode > Opcode.Binary) this.#control.push(part);
    else if (!this.#messages.push(part)) this.#fail(1007);
  }

  frameEnd(): void {
    const { opcode, fin } = this.#header!;
    const payload = Buffer.concat(this.#control);
    this.#control = [];
    if (opcode > Opcode.Binary) this.#messages.interrupted();
    if (opcode <= Opcode.Binary) this.#dataFrameEnd(fin);
    else if (opcode === Opcode.Ping) this.#pinged(payload);
    else if (opcode === Opcode.Pong) this.#ponged(payload);
    else if (opcode === Opcode.Close) this.#closed(payload);
  }

  get #situation(): Parameters<typeof frameRefusal>[1] {
    return {
      role: this.#options.role,
      inMessage: this.#messages.inMessage,
      deflate: this.#options.codec !== undefined,
      messageLength: this.#messages.length,
      limit: this.#messages.limit,
      tooBig: this.#messages.tooBig,
    };
  }

  // ── Messages

  #dataFrameEnd(fin: boolean): void {
    const end = this.#messages.endFrame(fin);
    if ("code" in end) {
      this.#fail(end.code);
      return;
    }
    for (const message of end.messages.flatMap((message) => echoOf(message, this.#broken))) {
      this.#send(...framesOf(message, this.#options.codec, this.#broken));
    }
    if (!this.#messages.inMessage) this.#answerPings(this.#unanswered);
  }

  // ── Control frames

  /** RFC 6455 §5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response". */
  #pinged(payload: Buffer): void {
    this.#unanswered.push(payload);
    const later =
      this.#broken("answers-pings-in-reverse") ||
      (this.#broken("answers-pings-after-the-message") && this.#messages.inMessage);
    if (!later) this.#answerPings(this.#unanswered);
  }

  #answerPings(payloads: readonly Buffer[]): void {
    this.#unanswered = [];
    if (this.#broken("answers-no-pings")) return;
    for (const payload of payloads) this.#send({ opcode: Opcode.Pong, payload: this.#pongPayload(payload) });
  }

  /** RFC 6455 §5.5.3: "must have identical "Application data" as found in the message body of the Ping frame" */
  #pongPayload(payload: Buffer): Buffer {
    if (this.#broken("answers-pings-with-empty-pongs")) return Buffer.alloc(0);
    if (this.#broken("cuts-pongs")) return payload.subarray(0, 124);
    return this.#broken("answers-pings-as-text") ? Buffer.from(payload.toString()) : payload;
  }

  /** RFC 6455 §5.5.3: "A response to an unsolicited Pong frame is not expected." */
  #ponged(payload: Buffer): void {
    if (this.#broken("answers-pongs")) this.#send({ opcode: Opcode.Pong, payload });
    if (this.#broken("fails-at-unasked-pongs")) this.#fail(1002);
  }

  // ── Closing

  /** RFC 6455 §5.5.1: "the endpoint MUST send a Close frame in response." */
  #closed(payload: Buffer): void {
    const refusal = closeRefusal(payload, this.#options.role, this.#broken);
    if (refusal !== undefined) {
      this.#fail(refusal);
      return;
    }
    if (this.#state !== "open" || this.#broken("ignores-close")) return;
    this.#state = "answered";
    if (!this.#broken("goes-on-after-close")) this.#reader.stop();
    if (this.#broken("drops-the-connection-at-close")) this.#sink.destroy();
    this.#send({ opcode: Opcode.Close, payload: this.#closeAnswer(payload) });
    if (this.#broken("answers-close-twice")) this.#send({ opcode: Opcode.Close, payload });
    if (this.#broken("sends-data-after-its-close"))
      this.#send({ opcode: Opcode.Text, payload: "one more thing" });
    this.#endAfterClose();
  }

  #closeAnswer(payload: Buffer): Buffer {
    if (this.#broken("answers-every-close-with-1000")) return closePayload(1000);
    if (this.#broken("answers-close-with-1005") && payload.length === 0) return closePayload(1005);
    if (this.#broken("answers-close-with-one-octet")) return payload.subarray(0, 1);
    return payload.subarray(0, 2);
  }

  /**
   * RFC 6455 §5.5.1: "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the
   * server to close the connection".
   */
  #endAfterClose(): void {
    if (this.#broken("keeps-the-connection-after-close") || this.#broken("goes-on-after-close")) return;
    if (this.#options.role === "server") this.#end();
    else this.nextTimeout = this.#now + this.#options.closingTimeout;
  }

  /** RFC 6455 §7.1.7: _Fail the WebSocket Connection_. */
  #fail(code: number): void {
    if (!this.#broken("goes-on-after-failing")) this.#reader.stop();
    if (this.#state === "open" && !this.#broken("fails-without-a-close-frame")) {
      this.#send({ opcode: Opcode.Close, payload: this.#failurePayload(code) });
    }
    this.#state = "ended";
    const goesOn =
      this.#broken("keeps-the-connection-after-failing") || this.#broken("goes-on-after-failing");
    if (!goesOn) this.#end();
  }

  #failurePayload(code: number): Buffer {
    if (this.#broken("fails-with-1011")) return closePayload(1011);
    if (this.#broken("fails-without-a-code")) return closePayload();
    if (this.#broken("fails-with-1006")) return closePayload(1006);
    return closePayload(code);
  }

  #end(): void {
    this.#state = "ended";
    this.nextTimeout = Number.POSITIVE_INFINITY;
    this.#reader.stop();
    this.#sink.end();
  }

  #send(...frames: readonly FrameToWrite[]): void {
    for (const frame of frames) this.#sink.write(this.#writer.encode(frame));
  }
}
