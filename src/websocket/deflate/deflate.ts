/**
 * What is sent of a compressed message (RFC 7692 §7.2.1): DEFLATE blocks (RFC 1951), the last of them empty and
 * without its last four octets.
 *
 *                   sent                          not sent          added to inflate it
 *   +--------------------------------+--------+ +-------------+ +------------------------+
 *   | blocks                         | header | | 00 00 ff ff | | 01 | 00 00 ff ff       |
 *   +--------------------------------+--------+ +-------------+ +------------------------+
 *                                     an empty block, BFINAL = 0  another, BFINAL = 1
 *
 * Every message is a zlib call of its own, so nothing native is held between messages. Context takeover is the
 * plain text of the last messages, given to the next call as its dictionary. So a connection that idles holds
 * the two windows at most, 2^windowBits bytes for each direction that takes over: 64 KiB, 1 KiB with 9 bits,
 * nothing without context takeover. (Two streams kept open would hold 300 KiB.)
 */
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from "node:zlib";
import { codeOf, compact, type Inflated, Inflation } from "./inflation.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** What was agreed on for one direction (RFC 7692 §7.1). */
export interface CodecOptions {
  /** The base-2 logarithm of the LZ77 window's bytes: 8 to 15, to compress 9 to 15. */
  readonly windowBits: number;
  /** Whether a message may refer to the messages before it. */
  readonly contextTakeover: boolean;
}

/**
 * How long a payload is compressed at once. 16 KiB of JSON are 0.16 ms, with context takeover 0.37 ms; the thread
 * pool would add 0.15 ms of CPU to either and hold up the loop for 0.07 ms (bench/websocket/deflate). Text of two
 * letters, which a peer may choose because it is slow, is 2 ms, and from level 7 on up to 40: thus the lower limit.
 */
const AT_ONCE_BYTES = 16 * 1024;
const AT_ONCE_BYTES_OF_HIGH_LEVELS = 2 * 1024;

/** Compresses the messages of one direction of a connection, in their order. */
export class MessageDeflater {
  readonly #windowBits: number;
  readonly #level: number;
  readonly #atOnce: number;
  readonly #window: SlidingWindow | undefined;
  #busy = false;

  /**
   * `level` is zlib's, from 0 to 9, or -1 for its default.
   *
   * @throws {RangeError} when `windowBits` is not from 9 to 15 (zlib does not keep to a window of 2^8 bytes), or
   * `level` is none
   */
  constructor(options: CodecOptions & { readonly level?: number | undefined }) {
    const { windowBits, contextTakeover, level = constants.Z_DEFAULT_COMPRESSION } = options;
    checkInteger("windowBits", windowBits, [9, 15]);
    checkInteger("level", level, [-1, 9]);
    this.#windowBits = windowBits;
    this.#level = level;
    this.#atOnce = level > 6 ? AT_ONCE_BYTES_OF_HIGH_LEVELS : AT_ONCE_BYTES;
    if (contextTakeover) this.#window = new SlidingWindow(windowBits);
  }

  /**
   * Compresses within a bounded time, or returns undefined when the payload is too long for that: then
   * `deflateLater` does it.
   *
   * What it returns belongs to the caller. A short one may lie in the pool that Node has for Buffers; others keep
   * no more alive than three times their length.
   *
   * @throws {Error} when another message is still being compressed
   */
  deflateNow(payload: Uint8Array): Buffer | undefined {
    if (payload.length > this.#atOnce) return undefined;
    const options = this.start(payload);
    let deflated: Buffer | undefined;
    try {
      deflated = deflateRawSync(payload, options);
    } catch (error) {
      if (codeOf(error) !== "Z_MEM_ERROR") throw error;
    }
    return this.finish(payload, deflated);
  }

  /** For deflate-jobs.ts: how zlib is to compress this payload. {@link finish} must follow. */
  start(payload: Uint8Array): ZlibOptions {
    if (this.#busy) throw new Error("another message is still being compressed: wait until it is done");
    this.#busy = true;
    const dictionary = this.#window?.bytes;
    const reach = payload.length + (dictionary?.length ?? 0);
    return {
      // RFC 7692 §7.2.1: "…MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes…"
      // A smaller one that reaches as far spares zlib the clearing: 7 µs instead of 9 for 64 B.
      windowBits: Math.min(this.#windowBits, bitsFor(reach + MIN_LOOKAHEAD)),
      level: this.#level,
      dictionary,
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: chunkFor(payload),
    };
  }

  /**
   * For deflate-jobs.ts: what to send, made of what zlib returned; of nothing, when it lacked memory. Compression
   * is a favour that no message may be lost for.
   */
  finish(payload: Uint8Array, deflated: Buffer | undefined): Buffer {
    this.#busy = false;
    this.#window?.push(payload);
    // RFC 7692 §7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
    return deflated === undefined ? store(payload) : compact(deflated.subarray(0, -4), chunkFor(payload));
  }
}

/** Longer payloads are not inflated at once. What is made to be slow, 2900 blocks with tables, takes 2 ms. */
const AT_ONCE_COMPRESSED = 32 * 1024;
/** Nor those that turn out to be longer than this, which takes 0.1 ms. */
const AT_ONCE_INFLATED = 128 * 1024;

/** Inflates the compressed messages of one direction of a connection, in their order. */
export class MessageInflater {
  readonly #maxBytes: number;
  readonly #maxRatio: number;
  readonly #window: SlidingWindow | undefined;
  #busy = false;

  /**
   * A message may have `maxBytes` bytes, and beyond 64 KiB no more than `maxRatio` times its compressed length.
   *
   * @throws {RangeError} when `windowBits` is not from 8 to 15, or a limit is negative
   */
  constructor(options: CodecOptions & { readonly maxBytes: number; readonly maxRatio: number }) {
    const { windowBits, contextTakeover, maxBytes, maxRatio } = options;
    checkInteger("windowBits", windowBits, [8, 15]);
    if (!(maxBytes >= 0 && maxRatio >= 0)) throw new RangeError("maxBytes and maxRatio must not be negative");
    this.#maxBytes = maxBytes;
    this.#maxRatio = maxRatio;
    if (contextTakeover) this.#window = new SlidingWindow(windowBits);
  }

  /**
   * Inflates within a bounded time, or returns undefined when the message is too long for that: then
   * `inflateLater` does it, from its beginning. After an error the inflater is of no use.
   *
   * What it returns belongs to the caller. A short one may lie in the pool that Node has for Buffers; others keep
   * no more alive than three times their length.
   *
   * @throws {WebSocketProtocolError} with 1007 for what is no DEFLATE or is cut short, 1009 beyond `maxBytes` or
   * `maxRatio`, 1008 for too many streams in one message, 1011 when there is no memory
   * @throws {Error} when another message is still being inflated
   */
  inflateNow(payload: Uint8Array): Buffer | undefined {
    if (payload.length > AT_ONCE_COMPRESSED) return undefined;
    const inflation = this.start(payload, AT_ONCE_INFLATED);
    try {
      for (;;) {
        // The types of Node do not know what `info` changes.
        const inflated = inflateRawSync(inflation.rest, inflation.options()) as unknown as Inflated;
        const message = inflation.take(inflated);
        if (message !== undefined) return this.finish(message);
      }
    } catch (error) {
      if (!inflation.givesUp(error)) throw inflation.failure(error);
      this.#busy = false;
      return undefined;
    }
  }

  /**
   * For deflate-jobs.ts: begins with a message, and gives it up beyond `giveUp` bytes. {@link finish} must follow.
   */
  start(payload: Uint8Array, giveUp: number = Number.POSITIVE_INFINITY): Inflation {
    if (this.#busy) throw new Error("another message is still being inflated, or failed: use it no more");
    this.#busy = true;
    const limits = { maxBytes: this.#maxBytes, maxRatio: this.#maxRatio, giveUp };
    return new Inflation(payload, this.#window?.bytes, limits);
  }

  /** For deflate-jobs.ts: a message is complete; later ones may refer to it. */
  finish(message: Buffer): Buffer {
    this.#busy = false;
    this.#window?.push(message);
    return message;
  }
}

/** zlib refers back to all but so many bytes of its window (MIN_LOOKAHEAD in its deflate.h). */
const MIN_LOOKAHEAD = 262;

/** The least windowBits for so many bytes, at most 15. */
function bitsFor(bytes: number): number {
  return Math.min(32 - Math.clz32(bytes - 1), 15);
}

/** Room for all that becomes of a payload, even when nothing can be compressed; long ones take several chunks. */
function chunkFor(payload: Uint8Array): number {
  return Math.min(payload.length + (payload.length >> 10) + 64, 64 * 1024);
}

/** A message in blocks without compression (RFC 1951 §3.2.4), which take no memory of zlib's. */
function store(payload: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < payload.length; start += 0xffff) {
    const block = payload.subarray(start, start + 0xffff);
    const header = Buffer.of(0x00, 0, 0, 0, 0);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(block.length ^ 0xffff, 3);
    parts.push(header, block);
  }
  // RFC 7692 §7.2.3.6: "The single octet 0x00 contains the header bits with "BFINAL" set to 0 and "BTYPE" set to 00…"
  return Buffer.concat([...parts, Buffer.of(0x00)]);
}

function checkInteger(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be an integer from ${least} to ${most}`);
}
