/**
 * What has arrived and was not read yet, between a socket that pushes and a reader who pulls. When it exceeds its
 * bound the socket is paused, until half of it has been read.
 */

/** As much of a socket as a queue needs. Each queue pauses it in its own name. */
export interface Pausable {
  pause(by: unknown): void;
  resume(by: unknown): void;
}

interface Reader<Item> {
  readonly resolve: (result: IteratorResult<Item, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/** What holding an item costs besides its bytes, so that empty ones fill the room too. */
const COST = 64;
/** How many pieces of memory that are larger than what is read of them the bound stands for: 2 MiB in chunks of 64 KiB. */
const MOST_MEMORIES = 32;

const END = { done: true, value: undefined } as const;

export class Unread<Item> {
  readonly #socket: Pausable;
  readonly #maxBytes: number;
  readonly #items: { readonly item: Item; readonly bytes: number }[] = [];
  readonly #readers: Reader<Item>[] = [];
  #bytes = 0;
  /** The memory that the last item is a view of, while there is one. */
  #memory: ArrayBufferLike | undefined;
  #paused = false;
  #ended = false;
  #error: Error | undefined;

  constructor(socket: Pausable, maxBytes: number) {
    this.#socket = socket;
    this.#maxBytes = maxBytes;
  }

  /**
   * Something arrived.
   *
   * @param memory what the item keeps alive, if it is a view: usually the chunk it came in, with its neighbours.
   * A peer can see to it that one octet in each chunk is read and the rest is not.
   */
  push(item: Item, bytes: number, memory?: ArrayBufferLike): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: item });
      return;
    }
    const wasteful = memory !== undefined && memory !== this.#memory && memory.byteLength > 2 * bytes;
    const cost = bytes + COST + (wasteful ? this.#maxBytes / MOST_MEMORIES : 0);
    if (memory !== undefined) this.#memory = memory;
    this.#items.push({ item, bytes: cost });
    this.#bytes += cost;
    if (this.#bytes <= this.#maxBytes || this.#paused) return;
    this.#paused = true;
    this.#socket.pause(this);
  }

  /** Nothing more will arrive. What is there can still be read; after it comes `error`, once, if there is one. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const reader of this.#readers.splice(0)) this.#tellEnd(reader);
  }

  /** Reads one, when there is one. */
  next(): Promise<IteratorResult<Item, undefined>> {
    const first = this.#items.shift();
    if (first === undefined) {
      return new Promise((resolve, reject) => {
        if (this.#ended) this.#tellEnd({ resolve, reject });
        else this.#readers.push({ resolve, reject });
      });
    }
    this.#bytes -= first.bytes;
    if (this.#items.length === 0) this.#memory = undefined;
    if (this.#bytes <= this.#maxBytes / 2) this.#goOn();
    return Promise.resolve({ done: false, value: first.item });
  }

  /** Forgets what was not read, and takes no more. */
  abandon(): void {
    this.#items.length = 0;
    this.#bytes = 0;
    this.#memory = undefined;
    this.end();
    this.#goOn();
  }

  #goOn(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume(this);
  }

  #tellEnd({ resolve, reject }: Reader<Item>): void {
    const error = this.#error;
    this.#error = undefined;
    if (error === undefined) resolve(END);
    else reject(error);
  }
}
