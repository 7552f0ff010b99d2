/**
 * RFC 6455 §5.4: the pieces of one message, put together again.
 *
 * A frame that TCP cut and a message that its sender fragmented come to the same: a list of pieces. A
 * piece that makes up at least half of the chunk it arrived in is kept as a view; smaller ones are copied
 * together, into a store that goes on after a view. So a message never holds more than about twice its
 * bytes, however a hostile peer cuts it: one byte a fragment, a few bytes between many pings, or a byte
 * and a kilobyte in turn.
 */

const FIRST_STORE = 1024;
const LARGEST_STORE = 64 * 1024;

export class Fragments {
  /** Bytes added since the last {@link take}. */
  length = 0;
  #parts: Buffer[] = [];
  /** Where small pieces are copied to: up to `#sealed` they are in `#parts`, up to `#stored` not yet. */
  #store: Buffer | undefined;
  #sealed = 0;
  #stored = 0;
  #copied = 0;

  /** Adds `chunk[start..end)`. The chunk may be kept: it must not be written to any more. */
  add(chunk: Buffer, start: number, end: number): void {
    const size = end - start;
    this.length += size;
    if (size >= FIRST_STORE && size >= chunk.length / 2) {
      this.#seal();
      this.#parts.push(chunk.subarray(start, end));
      return;
    }
    this.#copied += size;
    for (let at = start; at < end; ) {
      this.#store ??= Buffer.allocUnsafeSlow(Math.min(Math.max(this.#copied, FIRST_STORE), LARGEST_STORE));
      const copied = chunk.copy(this.#store, this.#stored, at, end);
      at += copied;
      this.#stored += copied;
      if (this.#stored === this.#store.length) this.#replaceStore();
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
    this.#sealed = 0;
    this.#stored = 0;
    this.#copied = 0;
  }

  #seal(): void {
    if (this.#store === undefined || this.#sealed === this.#stored) return;
    this.#parts.push(this.#store.subarray(this.#sealed, this.#stored));
    this.#sealed = this.#stored;
  }

  #replaceStore(): void {
    this.#seal();
    this.#store = undefined;
    this.#sealed = 0;
    this.#stored = 0;
  }
}
