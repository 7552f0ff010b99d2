/** A stream that hands nothing to a kernel: it counts the writes, and takes them when a test says so. */
import { Duplex } from "node:stream";

export class FakeDuplex extends Duplex {
  /** Every write that reached the stream, as the one or several chunks it was made of. */
  readonly writes: Buffer[][] = [];
  /** Set it to true to leave what is written in the stream's own buffer. */
  stuck = false;
  #continue: (() => void) | undefined;

  constructor(options: { highWaterMark?: number } = {}) {
    super({ ...options, allowHalfOpen: true });
  }

  /** All that was written, in order. */
  get written(): Buffer {
    return Buffer.concat(this.writes.flat());
  }

  /** Octets arrive. */
  arrive(bytes: Uint8Array): void {
    this.push(Buffer.from(bytes));
  }

  /** The other end closes its half. */
  arriveEnd(): void {
    this.push(null);
  }

  /** Takes what waits, and everything from now on. */
  unstick(): void {
    this.stuck = false;
    this.#continue?.();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#take([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#take(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #take(chunks: Buffer[], done: () => void): void {
    this.writes.push(chunks.map((chunk) => Buffer.from(chunk)));
    if (this.stuck) this.#continue = done;
    else done();
  }
}
