/**
 * Message compression of RFC 7692 §7.2, one call per message. Compressed is with zlib, so that peers get what most
 * senders send; the window is given to it as a dictionary. Inflated is with the suite's own reader, which keeps to the
 * agreed window to the octet.
 */
import { constants, deflateRawSync } from "node:zlib";
import { InflateError } from "./bit-reader.ts";
import { type Inflated, inflate } from "./inflate.ts";

/** The octets that a sender leaves off the end (RFC 7692 §7.2.1) and a receiver puts back (§7.2.2). */
export const TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);

export interface DeflateOptions {
  /** 8 to 15: the base-2 logarithm of the LZ77 window (RFC 7692 §7.1.2). Default 15. */
  readonly windowBits?: number;
  /** Whether the window lives on from message to message (RFC 7692 §7.1.1). Default true. */
  readonly contextTakeover?: boolean;
  /** Passed to zlib when compressing; 0 stores. Default 1, which is quick: a peer has no use for a better one. */
  readonly level?: number;
}

/** One direction's compressor. Messages that go uncompressed are not told to it (RFC 7692 §7.2.3.2). */
export class MessageDeflater {
  readonly options: Required<DeflateOptions>;
  #window: Buffer = Buffer.alloc(0);

  constructor({ windowBits = 15, contextTakeover = true, level = 1 }: DeflateOptions = {}) {
    this.options = { windowBits, contextTakeover, level };
  }

  /** The payload that carries `message`. */
  deflate(message: Buffer): Buffer {
    const { windowBits, level } = this.options;
    const octets = deflateRawSync(message, {
      level,
      // zlib writes raw data with no smaller window than 512 octets; for one of 256, it is to look for no repetitions.
      windowBits: Math.max(windowBits, 9),
      ...(windowBits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY } : {}),
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: Math.min(Math.max(message.length, 64) + 64, 1 << 16),
      ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
    });
    this.remember(message);
    // RFC 7692 §7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
    return octets.subarray(0, -TAIL.length);
  }

  /** Takes a message that was compressed elsewhere into the window. */
  remember(message: Buffer): void {
    const { contextTakeover, windowBits } = this.options;
    if (contextTakeover) this.#window = lastOf(this.#window, message, 2 ** windowBits);
  }
}

/** One direction's decompressor. */
export class MessageInflater {
  readonly options: Required<Omit<DeflateOptions, "level">>;
  #window: Buffer = Buffer.alloc(0);

  constructor({ windowBits = 15, contextTakeover = true }: DeflateOptions = {}) {
    this.options = { windowBits, contextTakeover };
  }

  /**
   * The message that `payload` carries.
   *
   * @throws {InflateError} as {@link read}
   */
  inflate(payload: Buffer): Buffer {
    return this.read(payload).octets;
  }

  /**
   * The message that `payload` carries, and of what it is made. The empty block at its end is not counted.
   *
   * @throws {InflateError} when it is not what RFC 7692 §7.2.1 makes of a message with the agreed parameters
   */
  read(payload: Buffer): Inflated {
    const { windowBits, contextTakeover } = this.options;
    const windowSize = 2 ** windowBits;
    const { octets, blocks, farthest } = inflate(Buffer.concat([payload, TAIL]), {
      history: this.#window,
      windowSize,
    });
    // RFC 7692 §7.2.1: "the last octet of the compressed data contains (possibly part of) the DEFLATE header bits with
    // the "BTYPE" bits set to 00." What the four octets complete is then an empty block.
    const last = blocks.at(-1);
    if (last?.type !== "stored" || last.length > 0) {
      throw new InflateError("an end that is not the header of an empty stored block", "RFC 7692 §7.2.1");
    }
    if (contextTakeover) this.#window = lastOf(this.#window, octets, windowSize);
    return { octets, farthest, blocks: blocks.slice(0, -1) };
  }
}

function lastOf(window: Buffer, message: Buffer, size: number): Buffer {
  if (message.length >= size) return Buffer.from(message.subarray(message.length - size));
  return Buffer.concat([window.subarray(Math.max(0, window.length + message.length - size)), message]);
}
