/**
 * What one end of a connection sends, in order: frames of the current turn in the outbox, and behind them, when
 * something is in the way, messages in the backlog.
 *
 *     send ──▶ outbox ──▶ transport              nothing is in the way
 *     send ──▶ backlog ──▶ outbox ──▶ transport  the peer reads too slowly, a long message is being compressed,
 *                                                or one is being sent in parts
 *
 * Control frames never wait (RFC 6455 §5.4: they "MAY be injected in the middle of a fragmented message").
 */

import type { Compression } from "../deflate/compression.ts";
import type { MessageDeflater } from "../deflate/deflate.ts";
import { FIN, Opcode, RSV1 } from "../wire/frame.ts";
import { Backlog, type BacklogOptions, type Message } from "./backlog.ts";
import type { SharedMessage } from "./message.ts";
import { COPY_UP_TO, Outbox } from "./outbox.ts";

/** What became of a message: it leaves with this turn, it waits for its turn, or there was no room for it. */
export type Sent = "sent" | "waits" | "dropped";

export interface OutgoingSink {
  /** The outbox holds bytes where it held none: transmit it before this turn ends. */
  output(): void;
  /** The outbox holds more than may wait: transmit it now. */
  flush(): void;
  /** Compress `payload` elsewhere and bring it to {@link Outgoing.deflated}. */
  deflate(deflater: MessageDeflater, payload: Uint8Array): void;
  /** Something that was in the way of messages is not any more; `drained`: nothing waits any more. */
  room(drained: boolean): void;
}

export interface SendOptions {
  /** False: this message is not compressed, whatever its size. */
  readonly compress?: boolean | undefined;
  /** With the overflow policy `coalesce`: a message that still waits with the same key is replaced. */
  readonly key?: string | undefined;
}

/** What is in the way of the next message, as bits. */
const Obstacle = { None: 0, Transport: 1, Deflating: 2, Parts: 4, Backlog: 8 } as const;

const NOTHING: SendOptions = {};

export class Outgoing {
  readonly outbox: Outbox;
  readonly #sink: OutgoingSink;
  readonly #options: BacklogOptions;
  readonly #compression: Compression | undefined;
  #obstacles: number = Obstacle.None;
  #backlog: Backlog | undefined;
  /** Something had to wait since the sink was last told that nothing does. */
  #drainDue = false;
  /** The opcode of the message that is being compressed elsewhere. */
  #deflating: Opcode = Opcode.Text;
  /** What is to be sent once that message is: the last thing we send. */
  #last: (() => void) | undefined;

  constructor(
    sink: OutgoingSink,
    options: BacklogOptions,
    compression: Compression | undefined,
    drawKey: (() => number) | undefined,
  ) {
    this.#sink = sink;
    this.#options = options;
    this.#compression = compression;
    this.outbox = new Outbox(drawKey);
  }

  /** Bytes that have not reached the transport. */
  get bytes(): number {
    return this.outbox.length + (this.#backlog?.bytes ?? 0);
  }

  /** Payload bytes of messages that wait behind something. */
  get waitingBytes(): number {
    return this.#backlog?.bytes ?? 0;
  }

  get dropped(): number {
    return this.#backlog?.dropped ?? 0;
  }

  /** Whether more waits than should: only with the policy `wait`. */
  get isOverfull(): boolean {
    return this.#backlog?.isOverfull ?? false;
  }

  /** Whether the transport does not take bytes. */
  get isBlocked(): boolean {
    return (this.#obstacles & Obstacle.Transport) !== 0;
  }

  /** Whether a message that is sent now has nothing before it. */
  get isClear(): boolean {
    return this.#obstacles === Obstacle.None;
  }

  text(text: string, options: SendOptions = NOTHING): Sent {
    // A UTF-16 code unit becomes three octets at most.
    if (this.#obstacles !== Obstacle.None || text.length * 3 >= this.#threshold(options)) {
      return this.message(Opcode.Text, Buffer.from(text), options);
    }
    const idle = this.outbox.length === 0;
    this.outbox.text(text);
    this.#announce(idle);
    return "sent";
  }

  message(opcode: Opcode, payload: Uint8Array, options: SendOptions = NOTHING): Sent {
    if (this.#compression === undefined && this.#obstacles === Obstacle.None) {
      this.control(opcode, payload); // the way of nearly all, kept short
      return "sent";
    }
    const compress = payload.length >= this.#threshold(options);
    return this.#send({ opcode, payload, compress, key: options.key });
  }

  /** Sends frames that were encoded elsewhere, once for many receivers. */
  frames(payload: Uint8Array, key?: string): Sent {
    if (this.#obstacles !== Obstacle.None) {
      return this.#send({ opcode: undefined, payload, compress: false, key });
    }
    this.#framesNow(payload);
    return "sent";
  }

  /** Sends a message that many others get, too. With context takeover it is compressed for this peer alone. */
  shared(message: SharedMessage, options: SendOptions = NOTHING): Sent {
    const compression = this.#compression;
    if (compression === undefined || message.payload.length < this.#threshold(options)) {
      return this.frames(message.plain, options.key);
    }
    if (!compression.independent) return this.message(message.opcode, message.payload, options);
    return this.frames(
      message.compressed(compression.windowBits, compression.level) ?? message.plain,
      options.key,
    );
  }

  /** Sends one frame now, whatever waits. */
  control(opcode: Opcode, payload: Uint8Array, flags: number = FIN): void {
    const idle = this.outbox.length === 0;
    this.outbox.frame(opcode, payload, flags);
    this.#announce(idle);
  }

  /** Reserves the connection for the parts of one message. False while something is in the way. */
  beginParts(): boolean {
    if (this.#obstacles !== Obstacle.None) return false;
    this.#obstacles = Obstacle.Parts;
    return true;
  }

  /** One frame of such a message; other messages wait until the final one. False when it was abandoned. */
  part(opcode: Opcode, payload: Uint8Array, fin: boolean): boolean {
    if ((this.#obstacles & Obstacle.Parts) === 0) return false;
    this.control(opcode, payload, fin ? FIN : 0);
    if (fin) this.#remove(Obstacle.Parts);
    return true;
  }

  /**
   * The outbox was transmitted, or the transport has drained.
   *
   * @param blocked whether the transport takes no more
   * @returns whether there is more to transmit at once
   */
  transmitted(blocked: boolean): boolean {
    if (blocked) {
      this.#obstacles |= Obstacle.Transport;
      this.#drainDue = true;
      return false;
    }
    if (this.#obstacles !== Obstacle.None) this.#remove(Obstacle.Transport);
    return this.outbox.length > 0;
  }

  /** The message that was compressed elsewhere is ready. */
  deflated(payload: Buffer): void {
    if ((this.#obstacles & Obstacle.Deflating) === 0) return; // abandoned in the meantime
    this.control(this.#deflating, payload, FIN | RSV1);
    const last = this.#last;
    this.#last = undefined;
    if (last === undefined) {
      this.#remove(Obstacle.Deflating);
    } else {
      this.#obstacles &= ~Obstacle.Deflating;
      this.finish(last);
    }
  }

  /**
   * Sends all that waits and can be sent, whether the transport takes it or not, and calls `last`, now or once that is
   * possible. A message in parts that is not complete stays so.
   */
  finish(last: () => void): void {
    if ((this.#obstacles & Obstacle.Deflating) !== 0) {
      this.#last = last;
      return;
    }
    // RFC 6455 §5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another message".
    // Behind one that stays unfinished only control frames can be sent.
    if ((this.#obstacles & Obstacle.Parts) !== 0) this.abandon();
    // All are taken out first: the transport may drain in between, and would move up the rest by itself.
    const waiting = this.#backlog?.takeAll() ?? [];
    this.#obstacles &= Obstacle.Transport;
    for (const message of waiting) this.#encode({ ...message, compress: false });
    last();
  }

  /** Drops what waits: not a single octet of it has been sent. */
  abandon(): void {
    this.#backlog?.clear();
    this.#last = undefined;
    this.#obstacles &= Obstacle.Transport;
  }

  #threshold(options: SendOptions): number {
    return this.#compression === undefined || options.compress === false
      ? Number.POSITIVE_INFINITY
      : this.#compression.threshold;
  }

  #send(message: Message): Sent {
    if (this.#obstacles === Obstacle.None) {
      this.#encode(message);
      return "sent";
    }
    this.#backlog ??= new Backlog(this.#options);
    if (!this.#backlog.add(owned(message))) return "dropped";
    this.#obstacles |= Obstacle.Backlog;
    this.#drainDue = true;
    return "waits";
  }

  /** Puts a message into the outbox, compressed if it is to be, or has it compressed elsewhere. */
  #encode({ opcode, payload, compress }: Message): void {
    if (opcode === undefined) {
      this.#framesNow(payload);
      return;
    }
    if (!compress) {
      this.control(opcode, payload);
      return;
    }
    const { deflater } = this.#compression!;
    const deflated = deflater.deflateNow(payload);
    if (deflated !== undefined) {
      this.control(opcode, deflated, FIN | RSV1);
      return;
    }
    this.#deflating = opcode;
    this.#obstacles |= Obstacle.Deflating;
    this.#sink.deflate(deflater, copiedIfShort(payload));
  }

  #framesNow(frames: Uint8Array): void {
    const idle = this.outbox.length === 0;
    this.outbox.frames(frames);
    this.#announce(idle);
  }

  #announce(idle: boolean): void {
    if (idle) this.#sink.output();
    else if (this.outbox.length > this.#options.maxBufferedBytes) this.#sink.flush();
  }

  /** Something is out of the way: what waits moves up, until the outbox holds a good write or another obstacle comes. */
  #remove(obstacle: number): void {
    this.#obstacles &= ~obstacle;
    while (this.#obstacles === Obstacle.Backlog && this.outbox.length < GOOD_WRITE) {
      const message = this.#backlog!.next();
      if (message === undefined) this.#obstacles = Obstacle.None;
      else this.#encode(message);
    }
    const drained = this.#drainDue && this.#obstacles === Obstacle.None;
    if (drained) this.#drainDue = false;
    this.#sink.room(drained);
  }
}

/** A short payload belongs to who sent it, so what has to wait is a copy. */
function owned(message: Message): Message {
  if (message.opcode !== Opcode.Binary) return message;
  return { ...message, payload: copiedIfShort(message.payload) };
}

function copiedIfShort(payload: Uint8Array): Uint8Array {
  return payload.length <= COPY_UP_TO ? Buffer.from(payload) : payload;
}

/** How many bytes of waiting messages are given to the transport at a time. */
const GOOD_WRITE = 64 * 1024;
