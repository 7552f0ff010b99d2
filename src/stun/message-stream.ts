/**
 * RFC 8489 §6.2.2: messages in a stream. Over TCP they follow each other without anything between them; where one ends
 * says the Length field of its header.
 */
import { readUint16 } from "../bytes.ts";
import { HEADER_SIZE, looksLikeStun } from "./message.ts";

/** Why a stream cannot be read any further: it is not STUN, or announces a message longer than may be. */
export type StreamFault = "not-stun" | "too-long";

/** Cuts a stream into messages. Holds at most one unfinished message. */
export class MessageStream {
  readonly #maxMessage: number;
  /** The beginning of a message whose rest has not come; allocated when one is cut for the first time. */
  #held: Uint8Array | undefined;
  #heldLength = 0;

  /** @param maxMessage octets of the longest message */
  constructor(maxMessage: number) {
    this.#maxMessage = maxMessage;
  }

  /**
   * Takes what came in.
   *
   * @param receive is called with each message; its bytes are the chunk's, or ours until the next call
   * @returns what is wrong, and then the stream is of no use any more
   */
  push(chunk: Uint8Array, receive: (message: Uint8Array) => void): StreamFault | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#heldLength === 0) {
        const size = this.#sizeOf(chunk.subarray(at));
        if (typeof size === "string") return size;
        if (size > 0 && at + size <= chunk.length) {
          receive(chunk.subarray(at, at + size));
          at += size;
          continue;
        }
      }
      const taken = this.#hold(chunk, at);
      if (typeof taken === "string") return taken;
      at += taken;
      this.#release(receive);
    }
    return undefined;
  }

  /** Moves what still lacks of the header, or of the message, from the chunk; returns how many octets that were. */
  #hold(chunk: Uint8Array, at: number): number | StreamFault {
    this.#held ??= new Uint8Array(this.#maxMessage);
    const held = this.#held.subarray(0, this.#heldLength);
    const size = this.#sizeOf(held);
    if (typeof size === "string") return size;
    const missing = (size || HEADER_SIZE) - this.#heldLength;
    const part = chunk.subarray(at, at + missing);
    this.#held.set(part, this.#heldLength);
    this.#heldLength += part.length;
    const whole = this.#sizeOf(this.#held.subarray(0, this.#heldLength));
    return typeof whole === "string" ? whole : part.length;
  }

  #release(receive: (message: Uint8Array) => void): void {
    const message = this.#held!.subarray(0, this.#heldLength);
    if (this.#sizeOf(message) !== message.length) return;
    this.#heldLength = 0;
    receive(message);
  }

  /** Octets of the message that begins so; 0: its header is not here whole. */
  #sizeOf(bytes: Uint8Array): number | StreamFault {
    if (bytes.length < HEADER_SIZE) return 0;
    if (!looksLikeStun(bytes)) return "not-stun";
    const size = HEADER_SIZE + readUint16(bytes, 2);
    return size > this.#maxMessage ? "too-long" : size;
  }
}
