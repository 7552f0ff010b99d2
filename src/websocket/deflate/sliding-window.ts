/** The LZ77 sliding window (RFC 1951 §2) of context takeover: the last bytes of plain text, side by side. */

/** Keeps the last 2^bits bytes that were pushed. Memory grows with them, in doubling steps, up to that. */
export class SlidingWindow {
  readonly #size: number;
  #memory: Buffer = Buffer.allocUnsafeSlow(0);
  #used = 0;

  constructor(bits: number) {
    this.#size = 2 ** bits;
  }

  /** The bytes that may be referred to, a view until the next push; undefined while there are none. */
  get bytes(): Buffer | undefined {
    return this.#used === 0 ? undefined : this.#memory.subarray(0, this.#used);
  }

  /** Adds `text`, which is copied. */
  push(text: Uint8Array): void {
    const added = text.length > this.#size ? text.subarray(-this.#size) : text;
    const kept = Math.min(this.#used, this.#size - added.length);
    const used = kept + added.length;
    const memory = used > this.#memory.length ? this.#grown(used) : this.#memory;
    this.#memory.copy(memory, 0, this.#used - kept, this.#used);
    memory.set(added, kept);
    this.#memory = memory;
    this.#used = used;
  }

  // Not of Node's pool, which it would keep alive.
  #grown(least: number): Buffer {
    return Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(least, 2 * this.#memory.length)));
  }
}
