/** One compressed message on its way to plain text (RFC 7692 §7.2.2), whoever makes the calls of zlib. */
import { constants } from "node:buffer";
import type { ZlibOptions } from "node:zlib";
import { WebSocketProtocolError } from "../errors.ts";

/** What zlib returns with the option `info`; `bytesWritten` says how much of its input it consumed. */
export interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** How long a message may become. */
export interface InflationLimits {
  /** Bytes. */
  readonly maxBytes: number;
  /** Times its compressed length, once it is past 64 KiB. */
  readonly maxRatio: number;
  /** Beyond so many bytes this attempt ends, which is no error of the message. */
  readonly giveUp: number;
}

/** Up to this length the ratio does not count: a short message of zeros is no attack. */
const RATIO_FREE_BYTES = 64 * 1024;

/**
 * A message as a row of zlib calls. Usually it is one; a block with BFINAL set ends a stream for zlib, so the
 * blocks after it are another call.
 *
 * Such blocks may refer to all that is before them, as RFC 7692 §7.2.2 has one window for them all. Senders that
 * flush with BFINAL start over with an empty one, which is no contradiction.
 */
export class Inflation {
  readonly #limits: InflationLimits;
  readonly #compressedBytes: number;
  /** How long the message may become, in bytes. */
  readonly #limit: number;
  readonly #parts: Buffer[] = [];
  #rest: Buffer;
  #dictionary: Buffer | undefined;
  #bytes = 0;
  /** What zlib reserves for its output at once, in bytes. */
  #chunk = 0;

  /** `payload` is copied, `dictionary` is not. */
  constructor(payload: Uint8Array, dictionary: Buffer | undefined, limits: InflationLimits) {
    const byRatio = Math.max(RATIO_FREE_BYTES, Math.floor(limits.maxRatio * payload.length));
    this.#limit = Math.min(limits.maxBytes, byRatio, constants.MAX_LENGTH);
    this.#limits = limits;
    this.#compressedBytes = payload.length;
    this.#dictionary = dictionary;
    // RFC 7692 §7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message."
    this.#rest = Buffer.allocUnsafe(payload.length + TAIL.length);
    this.#rest.set(payload);
    this.#rest.set(TAIL, payload.length);
  }

  /** The input of the next call. */
  get rest(): Buffer {
    return this.#rest;
  }

  /** The options of the next call. */
  options(): ZlibOptions {
    const left = Math.min(this.#limit, this.#limits.giveUp) - this.#bytes;
    // JSON becomes 3 to 6 times as long. To reserve 16 KiB, Node's default, costs 64 B twice the time.
    this.#chunk = Math.max(64, Math.min(this.#rest.length * 6, left + 1, 64 * 1024));
    return {
      // Always the largest: what is out of reach is then the same however the output is cut into chunks.
      windowBits: 15,
      dictionary: this.#dictionary,
      maxOutputLength: Math.max(left, 1),
      chunkSize: this.#chunk,
      info: true,
    };
  }

  /**
   * Takes what a call returned. Returns the message when that was the last; otherwise there is another to make.
   *
   * @throws {WebSocketProtocolError} as {@link failure} returns them
   */
  take({ buffer, engine }: Inflated): Buffer | undefined {
    this.#parts.push(buffer);
    this.#bytes += buffer.length;
    if (this.#bytes > this.#limit) throw this.#tooLong();
    this.#rest = this.#rest.subarray(engine.bytesWritten);
    if (this.#rest.length === 0)
      return this.#parts.length === 1
        ? compact(buffer, this.#chunk)
        : Buffer.concat(this.#parts, this.#bytes);
    // RFC 7692 §7.2.1: "An endpoint MAY use both DEFLATE blocks with the "BFINAL" bit set to 0 and DEFLATE blocks
    // with the "BFINAL" bit set to 1."
    if (this.#parts.length > FREE_STREAMS + this.#compressedBytes / STREAM_BYTES)
      throw new WebSocketProtocolError(1008, "too many DEFLATE streams in one message");
    this.#dictionary = Buffer.concat([this.#dictionary ?? NOTHING, buffer]).subarray(-32_768);
    return undefined;
  }

  /** Whether the error says that the message is longer than this attempt makes it. */
  givesUp(error: unknown): boolean {
    return codeOf(error) === "ERR_BUFFER_TOO_LARGE" && this.#limits.giveUp < this.#limit;
  }

  /** What an error of a call means for the connection. One that says nothing about the message is thrown again. */
  failure(error: unknown): WebSocketProtocolError {
    if (error instanceof WebSocketProtocolError) return error;
    switch (codeOf(error)) {
      case "Z_DATA_ERROR":
        return new WebSocketProtocolError(1007, "compressed data is not DEFLATE");
      case "Z_BUF_ERROR":
        return new WebSocketProtocolError(1007, "compressed data is cut short");
      case "ERR_BUFFER_TOO_LARGE":
        return this.#tooLong();
      case "Z_MEM_ERROR":
        return new WebSocketProtocolError(1011, "no memory to inflate a message");
    }
    throw error;
  }

  #tooLong(): WebSocketProtocolError {
    const { maxBytes, maxRatio } = this.#limits;
    const limit = this.#limit === maxBytes ? `${maxBytes} bytes` : `${maxRatio} times its compressed length`;
    return new WebSocketProtocolError(1009, `a message inflates to more than ${limit}`);
  }
}

/**
 * The four octets, and a last block of nothing (RFC 1951 §3.2.3, BFINAL). zlib takes the end of its input for a
 * pause; only when it has to reach a last block, a message that is cut short is an error.
 *
 * One cut goes unnoticed: what lacks just these octets, in a last block without compression, takes them for its
 * own. With the RFC's four alone that is so in any such block.
 */
const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff);

/** A message may have so many streams, and one more for so many octets: each is a call, and the shortest 2 octets. */
const FREE_STREAMS = 16;
const STREAM_BYTES = 1024;

const NOTHING = Buffer.alloc(0);

/**
 * What zlib wrote into a chunk of so many bytes; copied, when it is long and fills less than a third of it, so that
 * nobody keeps the rest alive. (Short chunks, and others on their way, lie in the pool that Node has for Buffers.)
 */
export function compact(bytes: Buffer, chunk: number): Buffer {
  if (chunk <= 8 * 1024 || 3 * bytes.length >= chunk) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** The `code` of an error of Node's; undefined for others. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
