/** Message compression of RFC 7692 §7.2, the naive way: one call per message, the window as a dictionary. */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

/** The octets that a sender leaves off the end (RFC 7692 §7.2.1) and a receiver puts back (§7.2.2). */
export const TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);

export interface DeflateOptions {
  /** 8 to 15: the base-2 logarithm of the LZ77 window (RFC 7692 §7.1.2). Default 15. */
  readonly windowBits?: number;
  /** Whether the window lives on from message to message (RFC 7692 §7.1.1). Default true. */
  readonly contextTakeover?: boolean;
  /** Passed to zlib; 0 stores without compressing. Default 6. */
  readonly level?: number;
}

/** One direction's compressor. */
export class MessageDeflater {
  readonly #options: DeflateOptions;
  #window: Buffer = Buffer.alloc(0);

  constructor(options: DeflateOptions = {}) {
    this.#options = options;
  }

  /** The payload that carries `message`. */
  deflate(message: Buffer): Buffer {
    const { windowBits = 15, contextTakeover = true, level = 6 } = this.#options;
    const octets = deflateRawSync(message, {
      // zlib cannot write a window of 256 octets raw; one of 512 reaches too far back only in longer messages,
      // which is why nothing here is compressed with 8 but by Huffman coding alone.
      windowBits: Math.max(windowBits, 9),
      level,
      ...(windowBits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY } : {}),
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
    });
    if (contextTakeover && windowBits > 8) this.#window = lastOf(this.#window, message, 2 ** windowBits);
    // RFC 7692 §7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
    const end = octets.subarray(-4).equals(TAIL) ? -4 : undefined;
    const payload = octets.subarray(0, end);
    // RFC 7692 §7.2.3.6: an empty message is the one octet 0x00.
    return payload.length === 0 ? Buffer.from([0x00]) : payload;
  }
}

/** One direction's decompressor. */
export class MessageInflater {
  readonly #options: DeflateOptions;
  #window: Buffer = Buffer.alloc(0);

  constructor(options: DeflateOptions = {}) {
    this.#options = options;
  }

  /**
   * The message that `payload` carries.
   *
   * @throws {Error} zlib's, when it is not DEFLATE data or reaches beyond the agreed window
   */
  inflate(payload: Buffer): Buffer {
    const { windowBits = 15, contextTakeover = true } = this.#options;
    const message = inflateRawSync(Buffer.concat([payload, TAIL]), {
      windowBits: Math.max(windowBits, 8),
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
    });
    if (contextTakeover) this.#window = lastOf(this.#window, message, 2 ** windowBits);
    return message;
  }
}

function lastOf(window: Buffer, message: Buffer, size: number): Buffer {
  const all = Buffer.concat([window, message]);
  return all.length <= size ? all : Buffer.from(all.subarray(all.length - size));
}
