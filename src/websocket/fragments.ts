/**
 * RFC 6455 §5.4: the pieces of one message, put together again.
 *
 * A frame that TCP cut and a message that its sender fragmented come to the same: a list of pieces. A
 * piece that makes up at least half of the chunk it arrived in is kept as a view; smaller ones are copied
 * together. So a message never holds more than about twice its bytes, however a hostile peer cuts it: one
 * byte a fragment, or a few bytes between many pings.
 */

const FIRST_STORE = 1024;
const LARGEST_STORE = 64 * 1024;

export class Fragments {
  /** Bytes added since the last {@link take}. */
  length = 0;
  #parts: Buffer[] = [];
  #store: Buffer | undefined;
  #stored = 0;

  /** Adds `chunk[start..end)`. The chunk may be kept: it must not be written to any more. */
  add(chunk: Buffer, start: number, end: number): void {
    const size = end - start;
    this.length += size;
    if (size >= FIRST_STORE && size >= chunk.length / 2) {
      this.#seal();
      this.#parts.push(chunk.subarray(start, end));
      return;
    }
    for (let at = start; at < end; ) {
      this.#store ??= Buffer.allocUnsafeSlow(Math.min(Math.max(this.length, FIRST_STORE), LARGEST_STORE));
      const copied = chunk.copy(this.#store, this.#stored, at, end);
      at += copied;
      this.#stored += copied;
      if (this.#stored === this.#store.length) this.#seal();
    }
  }

  /** Returns all that was added, in one buffer, and starts anew. */
  take(): Buffer {
    this.#seal();
    const whole = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.length);
    this.clear();
    return whole;
  }

  /** Forgets what was added. */
  clear(): void {
    this.length = 0;
    this.#parts = [];
    this.#store = undefined;
    this.#stored = 0;
  }

  #seal(): void {
    if (this.#store === undefined) return;
    this.#parts.push(this.#store.subarray(0, this.#stored));
    this.#store = undefined;
    this.#stored = 0;
  }
}
