/**
 * Joins a {@link Connection} with a stream, the clock and zlib's threads: the only file that does.
 *
 * All frames that are sent in one turn of the event loop leave in one write: at the end of the turn that
 * received something, else before the event loop goes on (`process.nextTick`).
 *
 * Reading stops while what arrives could not be taken in (a message is being inflated, or the application wants
 * none now), and on a server also while the peer does not take our answers: TCP then slows it down. A client goes
 * on reading, or two ends that both send much would wait for each other for ever.
 */
import type { Duplex } from "node:stream";
import { Deadlines } from "../../deadlines.ts";
import { Connection } from "../connection/connection.ts";
import type { ConnectionOptions, ConnectionTraits, Role } from "../connection/connection-options.ts";
import type { ConnectionSink } from "../connection/connection-sink.ts";
import type { Transport } from "../connection/outbox.ts";
import type { Sent } from "../connection/outgoing.ts";
import type { MessageDeflater, MessageInflater } from "../deflate/deflate.ts";
import { type CodecJob, deflateLater, inflateLater } from "../deflate/deflate-jobs.ts";
import type { WebSocketProtocolError } from "../errors.ts";
import type { Opcode } from "../wire/frame.ts";
import type { PartSender } from "./send-parts.ts";
import { type ByteSource, StreamTransport, type TransportSink } from "./transport.ts";
import { noRoom, Waiting } from "./waiting.ts";

/** One clock and one sweep for the connections of the process. */
const deadlines = new Deadlines();

/** A stream whose opening handshake is done. */
export interface Established extends ConnectionTraits {
  readonly stream: Duplex;
  readonly role: Role;
  /** Bytes that arrived behind the handshake. */
  readonly head: Buffer;
  /** Where the bytes come from, if not from the stream's events. */
  readonly source?: ByteSource | undefined;
  /** Shown all bytes of both directions. */
  readonly tap?: ByteTap | undefined;
}

/** Sees the bytes of a connection as they are on the wire. It must not change or keep them. */
export interface ByteTap {
  received(bytes: Uint8Array): void;
  sent(bytes: Uint8Array): void;
}

export abstract class Link implements ConnectionSink, TransportSink, PartSender {
  readonly connection: Connection;
  readonly #transport: StreamTransport;
  readonly #out: Transport;
  readonly #tap: ByteTap | undefined;
  readonly #options: ConnectionOptions;
  /** How much may wait to be sent before we stop reading. */
  readonly #pauseAbove: number;
  #head: Buffer;
  #waiting: Waiting | undefined;
  #deflating: CodecJob | undefined;
  #inflating: CodecJob | undefined;
  #receiving = false;
  #reading = true;
  #outputWaits = false;
  #ending = false;
  /** By us: the stream tells later. */
  #dropped = false;

  constructor(established: Established, options: ConnectionOptions) {
    const { stream, role, head, source, tap } = established;
    this.#options = options;
    this.#head = head;
    this.#tap = tap;
    this.#pauseAbove = role === "server" ? options.maxBufferedBytes / 2 : Number.POSITIVE_INFINITY;
    this.connection = new Connection(role, this, { options, traits: established }, deadlines.now());
    this.#transport = new StreamTransport(stream, this, source);
    this.#out = tap === undefined ? this.#transport : tapped(this.#transport, tap);
    deadlines.add(this.connection);
  }

  /** Begins to read. */
  start(): void {
    const head = this.#head;
    this.#head = NO_BYTES;
    if (head.length > 0) this.received(head);
    this.#transport.start();
    if (!this.#reading) this.#transport.pause();
  }

  now(): number {
    return deadlines.now();
  }

  /** Bytes that were sent but that the kernel has not taken yet, frame headers included. */
  get bufferedAmount(): number {
    return this.connection.outgoing.bytes + this.#transport.pendingBytes;
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#dropped = true;
    this.#transport.destroy();
    this.#waiting?.check();
  }

  /** Whether messages are not wanted now. */
  hold(held: boolean): void {
    this.#input(() => this.connection.hold(held, deadlines.now()));
  }

  // ── PartSender ──────────────────────────────────────────────────────────────────────────────────

  get isOpen(): boolean {
    return !this.#dropped && this.connection.state === "open";
  }

  get isBlocked(): boolean {
    return this.connection.outgoing.isBlocked;
  }

  beginParts(): boolean {
    return this.connection.outgoing.beginParts();
  }

  sendPart(opcode: Opcode, payload: Uint8Array, final: boolean): boolean {
    return this.isOpen && this.connection.sendPart(opcode, payload, final);
  }

  /** Resolves when `condition` holds, which is asked each time that something is out of the way or over. */
  until(condition: () => boolean): Promise<void> {
    this.#waiting ??= new Waiting();
    return this.#waiting.until(condition);
  }

  /** With the policy `wait`, and a message that was not sent at once: a promise of room. */
  roomAfter(sent: Sent | undefined): Promise<void> | undefined {
    if (this.#options.overflow !== "wait" || sent === undefined) return undefined;
    const { outgoing } = this.connection;
    if (sent === "dropped") return noRoom();
    return outgoing.isOverfull ? this.until(() => !outgoing.isOverfull) : undefined;
  }

  // ── What the application hears ──────────────────────────────────────────────────────────────────

  abstract text(message: string): void;
  abstract binary(message: Buffer): void;
  abstract part(data: string | Buffer, isText: boolean, final: boolean): void;
  abstract pong(payload: Buffer): void;
  /** Nothing waits any more. */
  abstract clear(): void;
  abstract failed(error: WebSocketProtocolError): void;
  /** The connection is over. */
  abstract over(code: number, reason: string, wasClean: boolean): void;

  // ── TransportSink ───────────────────────────────────────────────────────────────────────────────

  received(chunk: Buffer, lent?: boolean): void {
    this.#tap?.received(chunk);
    this.#receiving = true;
    try {
      this.connection.receive(chunk, deadlines.now(), lent);
    } finally {
      this.#receiving = false;
    }
    if (this.#outputWaits) this.#transmit();
    else this.#steer();
  }

  drained(): void {
    if (this.connection.transmitted(false)) this.#transmit();
    else this.#steer();
  }

  ended(): void {
    if (this.connection.state !== "closed") this.#transmit();
    this.#input(() => this.connection.receiveEnd());
    this.#transport.end(this.#options.closeTimeout);
  }

  // ── ConnectionSink: what the connection wants ───────────────────────────────────────────────────

  output(): void {
    if (this.#outputWaits) return;
    this.#outputWaits = true;
    if (!this.#receiving) process.nextTick(transmitLater, this);
  }

  flush(): void {
    this.#transmit();
  }

  deflate(deflater: MessageDeflater, payload: Uint8Array): void {
    this.#deflating = deflateLater(deflater, payload, (deflated) =>
      this.connection.outgoing.deflated(deflated),
    );
  }

  inflate(inflater: MessageInflater, payload: Buffer): void {
    this.#inflating = inflateLater(inflater, payload, (result) => {
      this.#input(() => this.connection.inflated(result, deadlines.now()));
    });
  }

  room(drained: boolean): void {
    this.#waiting?.check();
    if (drained) this.clear();
  }

  end(): void {
    this.#ending = true;
    this.output();
  }

  abort(): void {
    this.#transport.destroy();
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    deadlines.delete(this.connection);
    this.#deflating?.cancel();
    this.#inflating?.cancel();
    this.over(code, reason, wasClean);
    this.#waiting?.check();
  }

  /** @internal */
  transmitWaiting(): void {
    if (this.#outputWaits) this.#transmit();
  }

  /** Something that may bring messages: what is sent while they are handled leaves together. */
  #input(happen: () => void): void {
    this.#receiving = true;
    try {
      happen();
    } finally {
      this.#receiving = false;
    }
    if (this.#outputWaits) this.#transmit();
    else this.#steer();
  }

  #transmit(): void {
    const { connection } = this;
    do {
      connection.outgoing.outbox.transmit(this.#out);
    } while (connection.transmitted(this.#transport.isBlocked));
    this.#outputWaits = false;
    if (this.#ending) this.#transport.end();
    else this.#steer();
  }

  /** Reads on, or not. */
  #steer(): void {
    const { connection } = this;
    const backedUp =
      connection.outgoing.isBlocked &&
      connection.outgoing.waitingBytes + this.#transport.pendingBytes > this.#pauseAbove;
    const reading = !backedUp && !connection.isDeaf;
    if (reading === this.#reading || this.#ending) return;
    this.#reading = reading;
    connection.listen(reading);
    if (reading) this.#transport.resume();
    else this.#transport.pause();
  }
}

const NO_BYTES: Buffer = Buffer.alloc(0);

/** Transmits what was sent outside a received chunk. */
function transmitLater(link: Link): void {
  link.transmitWaiting();
}

function tapped(transport: StreamTransport, tap: ByteTap): Transport {
  return {
    cork: () => transport.cork(),
    uncork: () => transport.uncork(),
    write: (bytes) => {
      tap.sent(bytes);
      transport.write(bytes);
    },
    get pendingBytes() {
      return transport.pendingBytes;
    },
    letsGo: transport.letsGo,
  };
}
