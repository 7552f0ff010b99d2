/**
 * Messages that wait because the peer reads too slowly, and what happens when they are too many.
 *
 * Only whole messages wait here: not one octet of them has been sent, so any of them can still be dropped
 * without breaking the stream of frames.
 */
import type { Opcode } from "../wire/frame.ts";

/**
 * What happens to a message that finds no room:
 *
 * - `close`: the connection is closed with 1013, and what waits is dropped;
 * - `drop-oldest`: the messages that have waited longest make room;
 * - `drop-newest`: the message itself is dropped;
 * - `coalesce`: as `drop-oldest`; besides, a message with a `key` takes the place of one with the same key that
 *   still waits, room or not: the latest position is worth more than all before it;
 * - `wait`: it is taken, and `send` returns a promise of room. Who does not wait for it gets as much room again,
 *   and is refused then.
 */
export type Overflow = "close" | "drop-oldest" | "drop-newest" | "coalesce" | "wait";

/** A message on its way. `payload` is what the application gave, or its UTF-8. */
export interface Message {
  /** Text or Binary; undefined when `payload` is frames that are encoded already. */
  readonly opcode: Opcode | undefined;
  readonly payload: Uint8Array;
  readonly compress: boolean;
  readonly key: string | undefined;
}

export interface BacklogOptions {
  /** Most bytes that may wait, default 1 MiB. One message may be longer, if nothing else waits. */
  readonly maxBufferedBytes: number;
  /** What happens to a message that finds no room, default `close`. */
  readonly overflow: Overflow;
}

/** What holding a message costs besides its payload, so that empty ones fill the room too. */
const COST = 64;
const COMPACT_FROM = 1024;
const GONE: Message = { opcode: undefined, payload: new Uint8Array(0), compress: false, key: undefined };

export class Backlog {
  /** Payload bytes that wait. */
  bytes = 0;
  /** Messages that were dropped, or replaced by a later one with the same key. */
  dropped = 0;
  readonly #options: BacklogOptions;
  #messages: Message[] = [];
  /** How many at the start of `#messages` are gone already. */
  #gone = 0;
  /** The number of the message at `#messages[0]`, counted from the first there ever was. */
  #base = 0;
  /** Numbers of the messages that wait with a key. */
  #numbers: Map<string, number> | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#gone === this.#messages.length;
  }

  /** Whether more waits than should: only with the policy `wait`. */
  get isOverfull(): boolean {
    return this.#held > this.#options.maxBufferedBytes;
  }

  /** Takes one message in, at the cost of others where the policy says so. False: there is no room for it. */
  add(message: Message): boolean {
    const { maxBufferedBytes, overflow } = this.#options;
    const { key, payload } = message;
    const keyed = overflow === "coalesce" && key !== undefined;
    if (keyed && this.#replace(key, message)) return true;
    const room = (overflow === "wait" ? 2 : 1) * maxBufferedBytes - payload.length - COST;
    if (overflow === "drop-oldest" || overflow === "coalesce") {
      while (!this.isEmpty && this.#held > room) this.#drop();
    }
    if (!this.isEmpty && this.#held > room) {
      this.dropped++;
      return false;
    }
    if (keyed) {
      this.#numbers ??= new Map();
      this.#numbers.set(key, this.#base + this.#messages.length);
    }
    this.#messages.push(message);
    this.bytes += payload.length;
    return true;
  }

  /** Takes out the message that has waited longest. */
  next(): Message | undefined {
    const message = this.#messages[this.#gone];
    if (message === undefined) return undefined;
    this.#messages[this.#gone++] = GONE; // or its bytes would be held until the next compaction
    this.bytes -= message.payload.length;
    if (message.key !== undefined) this.#numbers?.delete(message.key);
    if (this.isEmpty || this.#gone >= COMPACT_FROM) this.#compact();
    return message;
  }

  /** Takes out everything, in order. */
  takeAll(): readonly Message[] {
    const all = this.#messages.slice(this.#gone);
    this.#messages = [];
    this.#gone = 0;
    this.bytes = 0;
    this.#numbers = undefined;
    return all;
  }

  /** Drops everything. */
  clear(): void {
    while (!this.isEmpty) this.#drop();
  }

  get #held(): number {
    return this.bytes + (this.#messages.length - this.#gone) * COST;
  }

  #drop(): void {
    this.next();
    this.dropped++;
  }

  /** Puts `message` where one with the same key waits. It takes over that one's turn. */
  #replace(key: string, message: Message): boolean {
    const size = message.payload.length - (this.#waitingAs(key)?.payload.length ?? 0);
    while (this.#waitingAs(key) !== undefined && this.#held + size > this.#options.maxBufferedBytes)
      this.#drop();
    const number = this.#numbers?.get(key);
    if (number === undefined) return false; // it had to make room itself
    const at = number - this.#base;
    this.bytes += message.payload.length - this.#messages[at]!.payload.length;
    this.#messages[at] = message;
    this.dropped++;
    return true;
  }

  #waitingAs(key: string): Message | undefined {
    const number = this.#numbers?.get(key);
    return number === undefined ? undefined : this.#messages[number - this.#base];
  }

  #compact(): void {
    this.#messages.splice(0, this.#gone);
    this.#base += this.#gone;
    this.#gone = 0;
  }
}
