/**
 * The payload of compressed messages (RFC 7692 §7.2): DEFLATE blocks (RFC 1951), of which the last, an empty one
 * without compression, is sent without its last four octets.
 *
 *                what is sent                      not sent            added to inflate
 *   ┌───────────────────────────────┬────────┐┌─────────────────┐┌────────────────────────┐
 *   │ blocks                        │ header ││ 00 00 ff ff     ││ 01 00 00 ff ff         │
 *   └───────────────────────────────┴────────┘└─────────────────┘└────────────────────────┘
 *                                   └── an empty stored block ──┘└─ one with BFINAL = 1 ──┘
 *
 * Every message is a zlib call of its own, so nothing native is held between messages. Context takeover
 * is the plain text of the last messages, given to the next call as its dictionary: up to
 * 2^windowBits bytes for each direction, 64 KiB for a connection at most, and nothing without it.
 */
import { constants as bufferConstants } from "node:buffer";
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from "node:zlib";
import { WebSocketProtocolError } from "./errors.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** What was agreed on for one direction (RFC 7692 §7.1). */
export interface CodecOptions {
  /** The base-2 logarithm of the LZ77 window, from 8 to 15; 9 at least to compress. */
  readonly windowBits: number;
  /** Whether a message may refer to the messages before it. */
  readonly contextTakeover: boolean;
}

/** One call of zlib: what goes in, and how. */
export interface ZlibCall {
  readonly input: Uint8Array;
  readonly options: ZlibOptions;
}

/** Longer payloads are not compressed in a synchronous call: about 0.1 ms, what a trip to the thread pool costs. */
const DEFLATE_NOW_BYTES = 16 * 1024;

/** Compresses the messages of one direction of a connection, in their order. */
export class MessageDeflater {
  readonly #windowBits: number;
  readonly #level: number;
  readonly #window: SlidingWindow | undefined;
  #busy = false;

  /** @throws {RangeError} when `windowBits` is not from 9 to 15: zlib cannot keep to a window of 2^8 bytes */
  constructor(options: CodecOptions & { readonly level?: number | undefined }) {
    const { windowBits, contextTakeover, level = constants.Z_DEFAULT_COMPRESSION } = options;
    checkInteger("windowBits", windowBits, [9, 15]);
    checkInteger("level", level, [-1, 9]);
    this.#windowBits = windowBits;
    this.#level = level;
    if (contextTakeover) this.#window = new SlidingWindow(windowBits);
  }

  /**
   * Compresses within a bounded time, or returns undefined when the payload is too long for that: then
   * `deflateLater` does it.
   *
   * The result is the caller's. It may be a view of Node's pool for small buffers, otherwise of memory of at
   * most twice its length.
   */
  deflateNow(payload: Uint8Array): Buffer | undefined {
    if (payload.length > DEFLATE_NOW_BYTES) return undefined;
    const { input, options } = this.begin(payload);
    let deflated: Buffer | undefined;
    try {
      deflated = deflateRawSync(input, options);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
    }
    return this.end(payload, deflated);
  }

  /** For deflate-jobs.ts: the call of zlib that compresses this payload; `end` must follow. */
  begin(payload: Uint8Array): ZlibCall {
    if (this.#busy) throw new Error("a message is still being compressed: wait for it");
    this.#busy = true;
    const length = payload.length;
    const takeover = this.#window !== undefined;
    return {
      input: payload,
      options: {
        level: this.#level,
        // RFC 7692 §7.2.1: "…MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes…"
        windowBits: takeover ? this.#windowBits : Math.min(this.#windowBits, bitsFor(length + MIN_LOOKAHEAD)),
        memLevel: takeover ? constants.Z_DEFAULT_MEMLEVEL : memLevelFor(length),
        dictionary: this.#window?.bytes,
        finishFlush: constants.Z_SYNC_FLUSH,
        chunkSize: Math.min(length + (length >> 10) + 64, 64 * 1024),
      },
    };
  }

  /** For deflate-jobs.ts: what to send, given what zlib made of `payload`; undefined when memory was short. */
  end(payload: Uint8Array, deflated: Buffer | undefined): Buffer {
    this.#busy = false;
    this.#window?.push(payload);
    // RFC 7692 §7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
    if (deflated !== undefined) return compact(deflated.subarray(0, -TAIL_BYTES));
    return store(payload);
  }
}

/** Longer payloads are not inflated in a synchronous call. */
const INFLATE_NOW_BYTES = 32 * 1024;
/** Nor are those that turn out to be longer than this. */
const INFLATE_NOW_OUTPUT = 128 * 1024;
/** Nor those of more DEFLATE streams than this (blocks with BFINAL set), each of which is a call of its own. */
const INFLATE_NOW_STREAMS = 16;

/** Up to this length the ratio does not count: short messages of zeros are no attack. */
const RATIO_FREE_BYTES = 64 * 1024;

/** Inflates the compressed messages of one direction of a connection, in their order. */
export class MessageInflater {
  readonly #maxBytes: number;
  readonly #maxRatio: number;
  readonly #window: SlidingWindow | undefined;
  #busy = false;

  /** @throws {RangeError} when `windowBits` is not from 8 to 15 */
  constructor(options: CodecOptions & { readonly maxBytes: number; readonly maxRatio: number }) {
    checkInteger("windowBits", options.windowBits, [8, 15]);
    this.#maxBytes = options.maxBytes;
    this.#maxRatio = options.maxRatio;
    if (options.contextTakeover) this.#window = new SlidingWindow(options.windowBits);
  }

  /**
   * Inflates within a bounded time, or returns undefined when the message is too long for that: then
   * `inflateLater` does it, from its beginning.
   *
   * @throws {WebSocketProtocolError} with 1007 for data that is no DEFLATE or is cut short, with 1009 beyond
   * `maxBytes` or `maxRatio`, with 1008 for a message of very many DEFLATE streams, with 1011 when we lack memory
   */
  inflateNow(payload: Uint8Array): Buffer | undefined {
    if (payload.length > INFLATE_NOW_BYTES) return undefined;
    const inflation = this.begin(payload, INFLATE_NOW_OUTPUT);
    try {
      for (let streams = 0; streams < INFLATE_NOW_STREAMS; streams++) {
        const { input, options } = inflation.next();
        const { buffer, engine } = inflateRawSync(input, options) as unknown as Inflated;
        const message = inflation.advance(buffer, engine.bytesWritten);
        if (message !== undefined) return this.end(message);
      }
    } catch (error) {
      if (!inflation.outgrew(error)) throw inflation.failure(error);
    }
    this.#busy = false;
    return undefined;
  }

  /** For deflate-jobs.ts: the message's inflation, and `end` when it is complete. */
  begin(payload: Uint8Array, most: number = Number.POSITIVE_INFINITY): Inflation {
    if (this.#busy) throw new Error("a message is still being inflated: wait for it");
    this.#busy = true;
    return new Inflation(payload, this.#window?.bytes, {
      maxBytes: this.#maxBytes,
      maxRatio: this.#maxRatio,
      most,
    });
  }

  /** For deflate-jobs.ts: the message is inflated; it becomes what later ones may refer to. */
  end(message: Buffer): Buffer {
    this.#busy = false;
    this.#window?.push(message);
    return message;
  }
}

/** What zlib answers with the option `info`: how much of the input it consumed is in `engine.bytesWritten`. */
export interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

interface InflationLimits {
  readonly maxBytes: number;
  readonly maxRatio: number;
  /** Give up beyond so many bytes, without an error. */
  readonly most: number;
}

/** One message on its way: the calls of zlib that inflate it, usually one. */
export class Inflation {
  readonly #limits: InflationLimits;
  readonly #compressedBytes: number;
  readonly #limit: number;
  readonly #parts: Buffer[] = [];
  #rest: Uint8Array;
  #dictionary: Buffer | undefined;
  #bytes = 0;

  constructor(payload: Uint8Array, dictionary: Buffer | undefined, limits: InflationLimits) {
    // RFC 7692 §7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message."
    this.#rest = Buffer.concat([payload, TAIL_AND_END]);
    this.#dictionary = dictionary;
    this.#limits = limits;
    this.#compressedBytes = payload.length;
    this.#limit = Math.min(
      limits.maxBytes,
      Math.max(RATIO_FREE_BYTES, Math.floor(limits.maxRatio * payload.length)),
      bufferConstants.MAX_LENGTH,
    );
  }

  /** The next call to make. */
  next(): ZlibCall {
    const left = Math.min(this.#limit, this.#limits.most) - this.#bytes;
    return {
      input: this.#rest,
      options: {
        windowBits: 15,
        dictionary: this.#dictionary,
        maxOutputLength: Math.max(left, 1),
        chunkSize: Math.max(64, Math.min(this.#rest.length * 8, left + 1, 64 * 1024)),
        info: true,
      },
    };
  }

  /** Takes what the call gave and how many octets it consumed; returns the message when that is all of them. */
  advance(part: Buffer, consumed: number): Buffer | undefined {
    this.#bytes += part.length;
    if (this.#bytes > this.#limit) throw this.#tooLong();
    this.#parts.push(part);
    if (consumed === this.#rest.length)
      return compact(this.#parts.length === 1 ? part : Buffer.concat(this.#parts, this.#bytes));
    // RFC 7692 §7.2.1: "…MAY use both DEFLATE blocks with the "BFINAL" bit set to 0 and DEFLATE blocks with the
    // "BFINAL" bit set to 1." Such a block ends the stream for zlib; what follows it is another.
    this.#rest = this.#rest.subarray(consumed);
    this.#dictionary = lastWindow(this.#dictionary, part);
    if (this.#parts.length > STREAMS_FREE + this.#compressedBytes / STREAM_BYTES)
      throw new WebSocketProtocolError(1008, "a message of too many DEFLATE streams");
    return undefined;
  }

  /** Whether the error says that the message is longer than this attempt may make it. */
  outgrew(error: unknown): boolean {
    return codeOf(error) === "ERR_BUFFER_TOO_LARGE" && this.#limits.most < this.#limit;
  }

  /** What an error of zlib means to the connection; errors that are no news of the message are thrown. */
  failure(error: unknown): WebSocketProtocolError {
    if (error instanceof WebSocketProtocolError) return error;
    switch (codeOf(error)) {
      case "Z_DATA_ERROR":
        return new WebSocketProtocolError(1007, "compressed data is not DEFLATE");
      case "Z_BUF_ERROR":
        return new WebSocketProtocolError(1007, "compressed data is cut short");
      case "ERR_BUFFER_TOO_LARGE":
        return this.#tooLong();
    }
    if (isOutOfMemory(error)) return new WebSocketProtocolError(1011, "no memory to inflate a message");
    throw error;
  }

  #tooLong(): WebSocketProtocolError {
    const { maxBytes, maxRatio } = this.#limits;
    return this.#limit === maxBytes
      ? new WebSocketProtocolError(1009, `a message inflates to more than ${maxBytes} bytes`)
      : new WebSocketProtocolError(1009, `a message inflates to more than ${maxRatio} times its size`);
  }
}

/** What the sender removed, and a last block of nothing: zlib must reach it, or the message was cut short. */
const TAIL_BYTES = 4;
const TAIL_AND_END = Buffer.of(0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff);

/** How many streams a message may have: so many, and one more for so many octets of it. */
const STREAMS_FREE = 16;
const STREAM_BYTES = 64;

/** A window this much longer than the payload lets zlib look at all of it (MIN_LOOKAHEAD of deflate.h). */
const MIN_LOOKAHEAD = 262;

function bitsFor(length: number): number {
  return Math.min(15, Math.max(9, 32 - Math.clz32(length - 1)));
}

/** zlib makes room for 2^(memLevel + 6) symbols of a block; a literal is a symbol. */
function memLevelFor(length: number): number {
  return Math.min(8, Math.max(1, bitsFor(length) - 6));
}

function lastWindow(before: Buffer | undefined, part: Buffer): Buffer {
  return Buffer.concat([before ?? Buffer.alloc(0), part]).subarray(-32_768);
}

/** A view of much larger memory of its own would keep that alive. */
function compact(bytes: Buffer): Buffer {
  const own = bytes.buffer.byteLength;
  return own > 8192 && own > 2 * bytes.length ? Buffer.from(bytes) : bytes;
}

/** The message in DEFLATE blocks without compression (RFC 1951 §3.2.4): what is left to do without memory for zlib. */
function store(payload: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < payload.length; start += 0xffff) {
    const block = payload.subarray(start, start + 0xffff);
    const header = Buffer.of(0x00, 0, 0, 0, 0);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(header, block);
  }
  return Buffer.concat([...parts, Buffer.of(0x00)]);
}

/** Whether zlib lacked memory, which is nobody's fault and no reason to end the process. */
export function isOutOfMemory(error: unknown): boolean {
  return codeOf(error) === "Z_MEM_ERROR";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

function checkInteger(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be an integer from ${least} to ${most}`);
}
