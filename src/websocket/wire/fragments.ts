/**
 * RFC 6455 §5.4: the pieces of one message, put together again.
 *
 * A frame that TCP cut and a message that its sender fragmented come to the same: pieces, each of which is
 * copied to its place as it arrives, into one store that grows with the message. So nothing is copied again
 * at the end, no chunk of the transport is kept, and however a hostile peer cuts its message, one octet a
 * fragment or a few between many Pings, it holds what it has sent: about twice that, while its end is unknown.
 * Room for a length that was merely announced is made once a quarter of it is there.
 */

const NO_BYTES: Buffer = Buffer.alloc(0);
const SMALLEST_STORE = 1024;
/** How many times the bytes that are there may be reserved for bytes that were announced. */
const TRUST = 4;

export class Fragments {
  /** Bytes added since the last {@link take}. */
  length = 0;
  #store: Buffer | undefined;

  /**
   * Adds a copy of `chunk[start..end)`.
   *
   * @param expected how long the message will be; a guess where its last frame has not begun
   */
  add(chunk: Buffer, start: number, end: number, expected: number): void {
    const needed = this.length + end - start;
    if (this.#store === undefined || needed > this.#store.length) this.#grow(needed, expected);
    chunk.copy(this.#store!, this.length, start, end);
    this.length = needed;
  }

  /** Returns all that was added, in one buffer, and starts anew. */
  take(): Buffer {
    const whole = this.#store?.subarray(0, this.length) ?? NO_BYTES;
    this.clear();
    return whole;
  }

  /** Forgets what was added. */
  clear(): void {
    this.length = 0;
    this.#store = undefined;
  }

  #grow(needed: number, expected: number): void {
    const store = Buffer.allocUnsafeSlow(
      Math.max(needed, Math.min(expected, SMALLEST_STORE + needed * TRUST)),
    );
    this.#store?.copy(store, 0, 0, this.length);
    this.#store = store;
  }
}
