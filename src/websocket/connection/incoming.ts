/**
 * What one end of a connection receives: octets in; messages and control frames out, in order.
 *
 *     octets ─▶ frames ─▶ control frames ───────────────────────────────▶ connection.ts
 *                   └───▶ messages (whole or in parts, inflated) ───────▶ the application
 *
 * Receiving can stop at the end of any message: while one is being inflated elsewhere, or while nobody wants
 * more. What has arrived by then is kept, at most the rest of one chunk if the transport is not read meanwhile.
 */

import type { Compression } from "../deflate/compression.ts";
import type { MessageInflater } from "../deflate/deflate.ts";
import { WebSocketProtocolError } from "../errors.ts";
import { MessageAssembly } from "../wire/assembly.ts";
import { FrameDecoder, type FrameSink, MAX_CONTROL_PAYLOAD, Opcode } from "../wire/frame.ts";
import { MessageParts, type PartSink } from "../wire/message-parts.ts";
import { decodeUtf8 } from "../wire/utf8.ts";
import type { ConnectionOptions, ConnectionTraits, Role } from "./connection-options.ts";

/** Where the messages go. */
export interface MessageSink extends PartSink {
  text(message: string): void;
  /** `message` may be a view of the received chunk, and belongs to the sink. */
  binary(message: Buffer): void;
  /** Inflate `payload` elsewhere and bring it to {@link Incoming.inflated}; until then nothing else is received. */
  inflate(inflater: MessageInflater, payload: Buffer): void;
}

/** Where the rest goes. */
export interface ControlSink {
  /** A Close, Ping or Pong frame; the payload is valid during the call. */
  control(opcode: Opcode, payload: Buffer): void;
  /** The peer broke a rule; nothing more is received. */
  fail(error: WebSocketProtocolError): void;
}

const NO_BYTES: Buffer = Buffer.alloc(0);

export class Incoming implements FrameSink {
  /** Cleared when the application has said that it wants no more messages. */
  delivers = true;
  readonly #messages: MessageSink;
  readonly #controls: ControlSink;
  readonly #options: ConnectionOptions;
  readonly #usuallyLent: boolean;
  /** Whether the chunk that is being received is lent. */
  #lent = false;
  readonly #compression: Compression | undefined;
  readonly #decoder: FrameDecoder;

  // What keeps us from receiving, and what arrived meanwhile.
  #held = false;
  #ended = false;
  #inflating = false;
  #rest: Buffer | undefined;

  // The frame being received. The payload of a control frame is gathered here, that of data by one of the two below.
  #opcode: Opcode = Opcode.Continuation;
  #fin = true;
  #control: Buffer | undefined;
  #controlLength = 0;
  #assembly: MessageAssembly | undefined;
  #parts: MessageParts | undefined;

  constructor(
    role: Role,
    sinks: { readonly messages: MessageSink; readonly controls: ControlSink },
    options: ConnectionOptions,
    {
      compression,
      lent = false,
      unmask,
    }: ConnectionTraits & { readonly compression: Compression | undefined },
  ) {
    this.#messages = sinks.messages;
    this.#controls = sinks.controls;
    this.#options = options;
    this.#compression = compression;
    this.#usuallyLent = lent;
    this.#decoder = new FrameDecoder(this, {
      masked: role === "server",
      rsv1: compression !== undefined,
      maxPayload: options.maxMessageBytes,
      unmask,
    });
  }

  /** Whether bytes that arrive now would have to be kept: read no more of them from the transport. */
  get isDeaf(): boolean {
    return this.#held || this.#inflating;
  }

  get isInflating(): boolean {
    return this.#inflating;
  }

  /** @param lent whether this chunk is lent, if not as the others */
  receive(chunk: Buffer, lent: boolean = this.#usuallyLent): void {
    this.#lend(lent);
    if (this.isDeaf) this.#keep(chunk, 0);
    else this.#process(chunk);
  }

  /** Whether nothing is wanted now; if that ends, what was kept is received. */
  hold(held: boolean): void {
    this.#held = held && !this.#ended;
    if (this.#held) this.#decoder.suspend();
    else this.#goOn();
  }

  /** Nothing more will come: what was kept is received, wanted or not. */
  end(): void {
    this.#ended = true;
    this.hold(false);
  }

  /** A message that was inflated elsewhere, or what is wrong with it. */
  inflated(result: Buffer | WebSocketProtocolError): void {
    if (!this.#inflating) return; // stopped in the meantime
    this.#inflating = false;
    try {
      if (result instanceof WebSocketProtocolError) throw result;
      this.#deliverInflated(result);
    } catch (error) {
      this.#fail(error);
    }
    this.#goOn();
  }

  /** Ignores everything from now on (RFC 6455 §1.4), and lets go of what was kept. */
  stop(): void {
    this.#decoder.stop();
    this.#rest = undefined;
    this.#inflating = false;
    this.#assembly = undefined;
    this.#parts = undefined;
  }

  // ── FrameSink ───────────────────────────────────────────────────────────────────────────────────

  frameStart(fin: boolean, opcode: Opcode, rsv1: boolean, length: number): void {
    this.#opcode = opcode;
    this.#fin = fin;
    if (opcode >= Opcode.Close) {
      this.#controlLength = 0;
    } else if (this.#options.inParts) {
      const { maxMessageBytes, maxFragments } = this.#options;
      this.#parts ??= new MessageParts(this.#messages, maxMessageBytes, maxFragments);
      this.#parts.start(opcode, rsv1, length);
    } else {
      this.#assembly ??= new MessageAssembly(this.#options, this.#lent);
      this.#assembly.start(fin, opcode, rsv1, length);
    }
  }

  framePayload(chunk: Buffer, start: number, end: number): void {
    if (this.#opcode >= Opcode.Close) {
      this.#control ??= Buffer.allocUnsafe(MAX_CONTROL_PAYLOAD);
      this.#controlLength += chunk.copy(this.#control, this.#controlLength, start, end);
    } else if (this.#assembly !== undefined) {
      this.#assembly.payload(chunk, start, end);
    } else if (this.delivers) {
      this.#parts?.payload(chunk, start, end);
    }
  }

  frameEnd(): void {
    if (this.#opcode >= Opcode.Close) {
      const payload = this.#controlLength === 0 ? NO_BYTES : this.#control!.subarray(0, this.#controlLength);
      this.#controls.control(this.#opcode, payload);
    } else if (this.#fin) {
      if (this.#assembly === undefined) this.#parts?.finish(this.delivers);
      else this.#deliver(this.#assembly);
    }
  }

  #deliver(assembly: MessageAssembly): void {
    if (assembly.compressed) {
      this.#inflate(assembly.takeCompressed());
      return;
    }
    const message = assembly.take();
    if (!this.delivers) return;
    if (typeof message === "string") this.#messages.text(message);
    else this.#messages.binary(message);
  }

  /** RFC 7692 §7.2.2. */
  #inflate(payload: Buffer): void {
    if (!this.delivers) return;
    const { inflater } = this.#compression!;
    const message = inflater.inflateNow(payload);
    if (message !== undefined) {
      this.#deliverInflated(message);
      return;
    }
    this.#inflating = true;
    this.#decoder.suspend();
    this.#messages.inflate(inflater, this.#lent ? Buffer.from(payload) : payload);
  }

  #deliverInflated(message: Buffer): void {
    if (!this.delivers) return;
    if (this.#assembly?.isText === true) this.#messages.text(decodeUtf8(message, 0, message.length));
    else this.#messages.binary(message);
  }

  #lend(lent: boolean): void {
    this.#lent = lent;
    if (this.#assembly !== undefined) this.#assembly.lent = lent;
  }

  #process(chunk: Buffer): void {
    try {
      let end = 0;
      // Who holds us and lets us go on within one event has suspended the decoder, and no more.
      do end = this.#decoder.push(chunk, end);
      while (end < chunk.length && !this.isDeaf);
      if (end < chunk.length) this.#keep(chunk, end);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Keeps `chunk[start…]` behind what is kept already. */
  #keep(chunk: Buffer, start: number): void {
    const rest = chunk.subarray(start);
    if (this.#rest !== undefined) this.#rest = Buffer.concat([this.#rest, rest]);
    else this.#rest = this.#lent ? Buffer.from(rest) : rest;
  }

  #goOn(): void {
    const rest = this.#rest;
    if (rest === undefined || this.isDeaf) return;
    this.#rest = undefined;
    this.#lend(false);
    this.#process(rest);
  }

  #fail(error: unknown): void {
    if (!(error instanceof WebSocketProtocolError)) throw error;
    this.stop();
    this.#controls.fail(error);
  }
}
