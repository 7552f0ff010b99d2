/** Messages that wait for a connection: bounded in bytes and in number, in order, each taken once. */
import type { WebSocketLike } from "./websocket-like.ts";

/** What can be sent from a browser and from Node alike. (Of a Blob, send what its `arrayBuffer()` gives.) */
export type SendData = string | ArrayBuffer | ArrayBufferView;

export interface QueueLimits {
  /** Most bytes of payload that may wait, text counted as UTF-8. Default 1 MiB. */
  readonly maxBytes: number;
  /** Most messages that may wait. Default 1,000. */
  readonly maxMessages: number;
  /** What gives way when there is no room: the oldest messages (the default), the new one, or the caller. */
  readonly whenFull: "drop-oldest" | "drop-newest" | "throw";
}

interface Waiting {
  readonly data: string | Uint8Array<ArrayBuffer>;
  readonly bytes: number;
}

const OPEN = 1;

export class OfflineQueue {
  readonly #limits: QueueLimits;
  #waiting: Waiting[] = [];
  /** Where the oldest message is: those before it are gone already. */
  #head = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /** Bytes of payload that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that gave way or were given up, ever. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether nothing would have to give way to this message. */
  hasRoomFor(data: string | Uint8Array): boolean {
    return this.#fits(byteLength(data, this.#limits.maxBytes));
  }

  /**
   * Takes a message. Bytes are copied: they stay the caller's.
   *
   * @throws {Error} when there is no room and `whenFull` is `throw`
   */
  push(data: string | Uint8Array): void {
    const { maxBytes, maxMessages, whenFull } = this.#limits;
    const bytes = byteLength(data, maxBytes);
    if (!this.#fits(bytes) && whenFull === "throw")
      throw new Error("not connected, and no more messages may wait");
    // What is larger than all the room there is would drive out everything and still not fit.
    const canFit = bytes <= maxBytes && maxMessages > 0;
    while (whenFull === "drop-oldest" && canFit && !this.#fits(bytes)) this.#drop();
    if (!this.#fits(bytes)) {
      this.#dropped++;
      return;
    }
    this.#waiting.push({ data: typeof data === "string" ? data : new Uint8Array(data), bytes });
    this.#bytes += bytes;
  }

  /** Takes the oldest message out: whoever has it is the only one. */
  shift(): string | Uint8Array<ArrayBuffer> | undefined {
    const oldest = this.#waiting[this.#head];
    if (oldest === undefined) return undefined;
    this.#bytes -= oldest.bytes;
    this.#head++;
    // Moving the rest to the front, each time half is gone, costs less than one move a message.
    if (this.#head * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return oldest.data;
  }

  /**
   * Hands messages over until the socket holds more than `ahead` bytes, or is no longer open. Returns whether
   * some wait for it still.
   */
  moveTo(socket: WebSocketLike, ahead: number): boolean {
    while (this.length > 0 && socket.readyState === OPEN) {
      if (socket.bufferedAmount > ahead) return true;
      // Taken out before it is sent: whatever happens then, it is not sent twice.
      socket.send(this.shift()!);
    }
    return false;
  }

  /** Counts a message as dropped that came when nothing is taken any more. */
  refuse(): void {
    this.#dropped++;
  }

  /** Drops all that waits. */
  clear(): void {
    this.#dropped += this.length;
    this.#waiting = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  #fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limits.maxBytes && this.length < this.#limits.maxMessages;
  }

  #drop(): void {
    this.shift();
    this.#dropped++;
  }
}

/**
 * A message as any socket takes it: text, or bytes, without a copy.
 *
 * @throws {TypeError} on data of another kind
 */
export function messageOf(data: SendData): string | Uint8Array {
  if (typeof data === "string" || data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError("a message is a string, an ArrayBuffer or a view of one");
}

/** Bytes on the wire; where there are more than `enough`, any number above it. */
export function byteLength(data: string | Uint8Array, enough: number = Number.POSITIVE_INFINITY): number {
  if (typeof data !== "string") return data.byteLength;
  // UTF-8 has at least as many bytes as UTF-16 has units: what is too long anyway is not encoded.
  return data.length > enough ? data.length : new TextEncoder().encode(data).length;
}
