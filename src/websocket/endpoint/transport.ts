/** A Duplex stream as connections use it: bytes in, bytes out, and when to hold back. */
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Transport } from "../connection/outbox.ts";
import { startTimer } from "./timer.ts";

export interface TransportSink {
  /** Bytes arrived. They belong to the callee, unless they are `lent`: then they are valid during the call. */
  received(chunk: Buffer, lent?: boolean): void;
  /** The stream takes bytes again. */
  drained(): void;
  /** The peer's half ended, or the stream is gone. May be called twice. */
  ended(): void;
}

/** Another way to the bytes of a stream than its `data` events: `direct.ts`. */
export interface ByteSource {
  /** Whom the bytes go to. */
  receiver: { received(chunk: Buffer, lent: boolean): void } | undefined;
}

export class StreamTransport implements Transport {
  readonly letsGo: boolean;
  readonly #stream: Duplex;
  readonly #sink: TransportSink;
  readonly #source: ByteSource | undefined;

  constructor(stream: Duplex, sink: TransportSink, source: ByteSource | undefined) {
    this.#stream = stream;
    this.#sink = sink;
    this.#source = source;
    this.letsGo = stream instanceof Socket; // or a TLSSocket, which is one, and has encrypted it then
    // Listeners without closures, which an idle connection would have to hold: the stream knows its sink.
    (stream as OwnedStream)[SINK] = sink;
    // The reason does not matter to a WebSocket: without a Close frame it is 1006 (RFC 6455 §7.1.5).
    if (stream.listenerCount("error") === 0) stream.on("error", destroy);
    stream.on("close", ended);
    stream.on("end", ended);
    stream.on("drain", drained);
  }

  /** Begins to read. */
  start(): void {
    if (this.#stream.destroyed) return;
    if (this.#source === undefined) this.#stream.on("data", received);
    else this.#source.receiver = this.#sink;
    this.#stream.resume();
  }

  get pendingBytes(): number {
    return this.#stream.writableLength;
  }

  /** Whether the stream is full: `drained` will follow. One that was, and has handed on all of it, is not. */
  get isBlocked(): boolean {
    return this.#stream.writableNeedDrain && this.#stream.writableLength > 0;
  }

  write(bytes: Uint8Array): void {
    if (this.#stream.writable) this.#stream.write(bytes);
  }

  cork(): void {
    this.#stream.cork();
  }

  uncork(): void {
    this.#stream.uncork();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /**
   * Ends our half once everything is written. What the peer still sends is read and dropped.
   *
   * @param within how long that may take, in milliseconds, before the stream is destroyed; without it, for ever
   */
  end(within: number = Number.POSITIVE_INFINITY): void {
    if (this.#stream.destroyed) return;
    this.#stream.end();
    this.#stream.resume();
    if (within === Number.POSITIVE_INFINITY) return;
    this.#stream.once(
      "close",
      startTimer(within, () => this.#stream.destroy()),
    );
  }

  /** Drops both halves at once. */
  destroy(): void {
    this.#stream.destroy();
  }
}

const SINK = Symbol("sink");

interface OwnedStream extends Duplex {
  [SINK]: TransportSink;
}

function received(this: Duplex, chunk: Buffer): void {
  (this as OwnedStream)[SINK].received(chunk);
}

function drained(this: Duplex): void {
  (this as OwnedStream)[SINK].drained();
}

function ended(this: Duplex): void {
  (this as OwnedStream)[SINK].ended();
}

/** For streams whose errors are not worth more than their end. */
export function destroy(this: Duplex): void {
  this.destroy();
}
