/**
 * Keeps header blocks without end from Node's HTTP/2. It gives such a session up, but may afterwards end the whole
 * process: an assertion in its destructor fails (`current_nghttp2_memory_ == 0`, Node 24). A server under test must not
 * be able to do that to us, so that it is cut off before Node has read of it.
 */
import { Duplex } from "node:stream";

/** RFC 9113 §6.10 */
const CONTINUATION = 0x9;
/** Octets of a frame's header (RFC 9113 §4.1). */
const HEADER = 9;
/** In a row. Node takes 8 of them, which are 128 KiB; no answer of a decent server needs as many. */
const MOST_CONTINUATIONS = 6;

export class ContinuationGuard extends Duplex {
  readonly #socket: Duplex;
  #header: number[] = [];
  /** Octets of the payload that are still to come. */
  #left = 0;
  #inARow = 0;

  constructor(socket: Duplex) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      if (this.#isEndless(chunk)) this.destroy(new Error("a header block without end"));
      else if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #isEndless(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      this.#header.push(chunk[at++]!);
      if (this.#header.length < HEADER) continue;
      const [high = 0, middle = 0, low = 0, type] = this.#header;
      this.#left = (high << 16) | (middle << 8) | low;
      this.#header = [];
      this.#inARow = type === CONTINUATION ? this.#inARow + 1 : 0;
      if (this.#inARow > MOST_CONTINUATIONS) return true;
    }
    return false;
  }
}
