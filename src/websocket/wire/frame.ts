/**
 * RFC 6455 §5.2 base framing protocol, both directions, without I/O.
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-------+-+-------------+-------------------------------+
 *     |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
 *     |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
 *     |N|V|V|V|       |S|             |   (if payload len==126/127)   |
 *     | |1|2|3|       |K|             |                               |
 *     +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
 *     |     Extended payload length continued, if payload len == 127  |
 *     + - - - - - - - - - - - - - - - +-------------------------------+
 *     |                               |Masking-key, if MASK set to 1  |
 *     +-------------------------------+-------------------------------+
 *     | Masking-key (continued)       |          Payload Data         |
 *     +-------------------------------- - - - - - - - - - - - - - - - +
 */
import { readUint16, readUint32, writeUint16, writeUint32 } from "../../bytes.ts";
import { WebSocketProtocolError } from "../errors.ts";
import { mask } from "./mask.ts";

/** RFC 6455 §5.2: what the payload of a frame is. Those from 0x8 on are control frames (§5.5). */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** RFC 6455 §5.2: the final fragment of a message has this bit. */
export const FIN = 0x80;
/** RFC 7692 §6: the first frame of a compressed message has this bit. */
export const RSV1 = 0x40;
const RSV2_AND_RSV3 = 0x30;
const OPCODE = 0x0f;
const MASK = 0x80;
const LENGTH = 0x7f;

/** Two octets, an eight-octet length and a masking key. */
export const MAX_HEADER_SIZE = 14;
/** RFC 6455 §5.5: the longest payload of a control frame. */
export const MAX_CONTROL_PAYLOAD = 125;

/** Receives what {@link FrameDecoder} finds. No call allocates; a chunk belongs to the callee. */
export interface FrameSink {
  /** A header was read and obeys §5.2; `length` bytes of payload follow. */
  frameStart(fin: boolean, opcode: Opcode, rsv1: boolean, length: number): void;
  /** Unmasked payload `chunk[start..end)`, as much as has arrived. Called zero or more times. */
  framePayload(chunk: Buffer, start: number, end: number): void;
  frameEnd(): void;
}

export interface FrameDecoderOptions {
  /** Whether arriving frames must be masked: true on a server, false on a client (§5.1). */
  readonly masked: boolean;
  /** Whether an extension gives RSV1 a meaning (RFC 7692 §6). */
  readonly rsv1: boolean;
  /** Longest payload of one frame, in bytes. */
  readonly maxPayload: number;
  /** Masks in place; default {@link mask}. One that knows the memory of the chunks may be faster. */
  readonly unmask?: typeof mask | undefined;
}

/**
 * Cuts a byte stream into frames.
 *
 * Holds no payload: it remembers at most one unfinished header ({@link MAX_HEADER_SIZE} bytes) and hands
 * payload on as it arrives, unmasked in place.
 */
export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #masked: boolean;
  readonly #rsv1: boolean;
  readonly #maxPayload: number;
  readonly #unmask: typeof mask;
  /** The start of a header whose rest has not arrived; allocated at the first header that is cut. */
  #head: Buffer | undefined;
  #headLength = 0;
  #inPayload = false;
  #remaining = 0;
  #key = 0;
  #phase = 0;
  #stopped = false;
  #suspended = false;

  constructor(sink: FrameSink, options: FrameDecoderOptions) {
    this.#sink = sink;
    this.#masked = options.masked;
    this.#rsv1 = options.rsv1;
    this.#maxPayload = options.maxPayload;
    this.#unmask = options.unmask ?? mask;
  }

  /** Ignores everything that arrives from now on, the rest of the current chunk included (§1.4). */
  stop(): void {
    this.#stopped = true;
  }

  /** Called by the sink: {@link push} returns at the end of this frame. */
  suspend(): void {
    this.#suspended = true;
  }

  /**
   * Takes the bytes of the stream from `chunk[at]` on, which are unmasked in place and belong to the sink.
   *
   * @returns how far it came: less than the chunk's length only when the sink called {@link suspend}
   * @throws {WebSocketProtocolError} when a header breaks §5.2; the decoder is useless afterwards
   */
  push(chunk: Buffer, at = 0): number {
    this.#suspended = false;
    while (!this.#stopped) {
      if (this.#suspended) return at;
      if (!this.#inPayload) {
        const payloadStart = this.#takeHeader(chunk, at);
        if (payloadStart < 0) return chunk.length;
        at = payloadStart;
      }
      const end = Math.min(at + this.#remaining, chunk.length);
      if (end > at) {
        if (this.#masked) {
          this.#unmask(chunk, at, end, this.#key, this.#phase);
          this.#phase = (this.#phase + end - at) & 3;
        }
        this.#remaining -= end - at;
        this.#sink.framePayload(chunk, at, end);
        at = end;
      }
      if (this.#remaining > 0) return chunk.length;
      this.#inPayload = false;
      if (!this.#stopped) this.#sink.frameEnd();
    }
    return chunk.length;
  }

  /** Returns where the payload starts in `chunk`, or -1 when the header goes on in the next chunk. */
  #takeHeader(chunk: Buffer, at: number): number {
    if (this.#headLength === 0) {
      const size = this.#readHeader(chunk, at, chunk.length - at);
      if (size > 0) return at + size;
    }
    while (at < chunk.length) {
      this.#head ??= Buffer.alloc(MAX_HEADER_SIZE);
      this.#head[this.#headLength++] = chunk[at++]!;
      if (this.#readHeader(this.#head, 0, this.#headLength) > 0) {
        this.#headLength = 0;
        return at;
      }
    }
    return -1;
  }

  /** Reads one header; returns its size, or 0 when `available` bytes are too few. */
  #readHeader(bytes: Buffer, at: number, available: number): number {
    if (available < 2) return 0;
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    const masked = (second & MASK) !== 0;
    // What two octets can tell is told at once: a peer that breaks a rule need not finish its header.
    this.#checkFlags(first, masked, second & LENGTH);
    let length = second & LENGTH;
    let size = 2;
    if (length === 126) {
      size = 4;
    } else if (length === 127) {
      size = 10;
    }
    if (available < size) return 0;

    if (length === 126) {
      length = readUint16(bytes, at + 2);
      checkMinimal(length, 126);
    } else if (length === 127) {
      // RFC 6455 §5.2: "the most significant bit MUST be 0". Any length from 2^53 on fails the limit below.
      if ((bytes[at + 2]! & 0x80) !== 0)
        throw new WebSocketProtocolError(1002, "length of more than 63 bits");
      length = readUint32(bytes, at + 2) * 2 ** 32 + readUint32(bytes, at + 6);
      checkMinimal(length, 65536);
    }
    if (length > this.#maxPayload && (first & OPCODE) < Opcode.Close) {
      throw new WebSocketProtocolError(1009, `frame of ${length} bytes exceeds ${this.#maxPayload}`);
    }
    if (masked) {
      if (available < size + 4) return 0;
      this.#key = readUint32(bytes, at + size);
      size += 4;
    }
    this.#phase = 0;
    this.#remaining = length;
    this.#inPayload = true;
    this.#sink.frameStart((first & FIN) !== 0, (first & OPCODE) as Opcode, (first & RSV1) !== 0, length);
    return size;
  }

  #checkFlags(first: number, masked: boolean, length: number): void {
    const opcode = first & OPCODE;
    // RFC 6455 §5.2: RSV1, RSV2, RSV3 "MUST be 0 unless an extension is negotiated that defines meanings
    // for non-zero values."
    if ((first & RSV2_AND_RSV3) !== 0 || ((first & RSV1) !== 0 && !this.#rsv1)) {
      throw new WebSocketProtocolError(1002, "reserved bit set without an extension");
    }
    // RFC 6455 §5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket
    // Connection_."
    if (opcode > Opcode.Pong || (opcode > Opcode.Binary && opcode < Opcode.Close)) {
      throw new WebSocketProtocolError(1002, `reserved opcode ${opcode}`);
    }
    // RFC 6455 §5.1: "The server MUST close the connection upon receiving a frame that is not masked." "A
    // client MUST close a connection if it detects a masked frame."
    if (masked !== this.#masked) {
      throw new WebSocketProtocolError(
        1002,
        masked ? "server frame is masked" : "client frame is not masked",
      );
    }
    // RFC 7692 §6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first
    // fragments of a data message." Which fragments are not the first is for fragmentation.ts to see.
    if (opcode >= Opcode.Close && (first & RSV1) !== 0) {
      throw new WebSocketProtocolError(1002, "RSV1 on a control frame");
    }
    // RFC 6455 §5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be
    // fragmented."
    if (opcode >= Opcode.Close && (length > MAX_CONTROL_PAYLOAD || (first & FIN) === 0)) {
      throw new WebSocketProtocolError(1002, "control frame too long or fragmented");
    }
  }
}

/** RFC 6455 §5.2: "the minimal number of bytes MUST be used to encode the length" */
function checkMinimal(length: number, least: number): void {
  if (length < least) throw new WebSocketProtocolError(1002, "length not minimal");
}

/** Bytes that a header takes for a payload of `length` bytes, with or without a masking key. */
export function headerSize(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 65536 ? 4 : 10) + (masked ? 4 : 0);
}

/**
 * Writes the first octet and the payload length of a frame at `bytes[at]`.
 *
 * @returns the index after them: there goes the payload, or first {@link writeMaskingKey}
 */
export function writeHeader(bytes: Uint8Array, at: number, first: number, length: number): number {
  bytes[at] = first;
  if (length < 126) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 65536) {
    bytes[at + 1] = 126;
    writeUint16(bytes, at + 2, length);
    return at + 4;
  }
  bytes[at + 1] = 127;
  writeUint32(bytes, at + 2, Math.floor(length / 2 ** 32));
  writeUint32(bytes, at + 6, length >>> 0);
  return at + 10;
}

/** Sets the MASK bit of the header that starts at `header` and writes `key` at `at`; returns the index after it. */
export function writeMaskingKey(bytes: Uint8Array, header: number, at: number, key: number): number {
  bytes[header + 1] = bytes[header + 1]! | MASK;
  writeUint32(bytes, at, key);
  return at + 4;
}
