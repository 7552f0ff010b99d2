/** A Duplex stream as the endpoints use it: bytes in, bytes out, and when to hold back. */
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Transport } from "./outbox.ts";
import { startTimer } from "./timer.ts";

export interface StreamTransportOptions {
  /** Reading pauses while more bytes than this wait to be written. */
  readonly pauseAbove: number;
  /** How long a peer that ended its half may take to read what we still have to send, in milliseconds. */
  readonly lingerFor: number;
  /** Bytes arrived; they belong to the callee. */
  received(chunk: Buffer): void;
  /** Reading stopped because the peer does not take what we send, or goes on again. */
  paused(paused: boolean): void;
  /** The peer's half ended, or the stream is gone. May be called twice. */
  ended(): void;
}

export class StreamTransport implements Transport {
  readonly letsGo: boolean;
  readonly #stream: Duplex;
  readonly #options: StreamTransportOptions;
  #paused = false;

  constructor(stream: Duplex, options: StreamTransportOptions) {
    this.#stream = stream;
    this.#options = options;
    this.letsGo = stream instanceof Socket; // or a TLSSocket, which is one, and has encrypted it then
    // The reason does not matter to a WebSocket: without a Close frame it is 1006 (RFC 6455 §7.1.5).
    stream.on("error", () => stream.destroy());
    stream.on("close", options.ended);
    stream.on("end", () => this.#receiveEnd());
  }

  /** Begins to read. */
  start(): void {
    if (this.#stream.destroyed) return;
    this.#stream.on("data", this.#options.received);
    this.#stream.resume();
  }

  get pendingBytes(): number {
    return this.#stream.writableLength;
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

  /** Stops reading when the peer does not take what we send, until it has taken all. */
  pauseIfBackedUp(): void {
    if (this.#paused || this.pendingBytes <= this.#options.pauseAbove) return;
    // A stream that is not full by its own measure would never say that it has drained.
    if (!this.#stream.writableNeedDrain) return;
    this.#paused = true;
    this.#stream.pause();
    this.#options.paused(true);
    this.#stream.once("drain", () => {
      this.#paused = false;
      this.#options.paused(false);
      this.#stream.resume();
    });
  }

  /** Ends our half once everything is written. What the peer still sends is read and dropped. */
  end(): void {
    this.#stream.end();
    this.#stream.resume();
  }

  /** Drops both halves at once. */
  destroy(): void {
    this.#stream.destroy();
  }

  #receiveEnd(): void {
    this.#options.ended();
    this.#stream.end();
    this.#stream.once(
      "close",
      startTimer(this.#options.lingerFor, () => this.#stream.destroy()),
    );
  }
}
