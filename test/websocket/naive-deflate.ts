/**
 * RFC 7692 §7.2 a second time, sharing not a line with `src/websocket`: no dictionaries, no limits given to zlib, no
 * thought of speed. A message is inflated together with all that it may refer to.
 */
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from "node:zlib";

/** What one direction agreed on, and how far its receiver lets messages inflate. */
export interface NaiveDirection {
  readonly windowBits: number;
  readonly contextTakeover: boolean;
  readonly maxBytes: number;
  readonly maxRatio: number;
}

/** Why a message is refused: the codes that are right, and what it is in words. */
export interface Refusal {
  readonly codes: readonly number[];
  readonly why: "not DEFLATE" | "inflates too far" | "too many DEFLATE streams";
}

export interface NaiveInflated {
  readonly text: Buffer;
  /** How many blocks but the last had BFINAL set. */
  readonly finals: number;
}

/** RFC 7692 §7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message." */
const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);
/** Sixteen octets that are no DEFLATE, as text: in a last block without compression. If they come out, all was read. */
const MARK = Buffer.alloc(16, 0x07);
const MARK_BLOCK = Buffer.concat([Buffer.of(0x01, 0x10, 0x00, 0xef, 0xff), MARK]);
const APPENDED = Buffer.concat([TAIL, MARK_BLOCK.subarray(0, 5)]);

/** Reads the compressed messages of one direction. */
export class NaiveInflater {
  readonly #direction: NaiveDirection;
  #window: Buffer = Buffer.alloc(0);

  constructor(direction: NaiveDirection) {
    this.#direction = direction;
  }

  /** What the next message may refer to. */
  get window(): Buffer {
    return this.#window;
  }

  inflate(payload: Buffer): NaiveInflated | Refusal {
    const { windowBits, contextTakeover } = this.#direction;
    const limit = this.#limitOf(payload);
    let text: Buffer = Buffer.alloc(0);
    let rest: Buffer = Buffer.concat([payload, TAIL, MARK_BLOCK]);
    for (let finals = 0; ; finals++) {
      const before = Buffer.concat([this.#window, text]).subarray(-32_768);
      const input = Buffer.concat([storedBlock(before), rest]);
      const inflated = inflateAll(input);
      if (inflated === undefined) {
        const room = Math.max(before.length + limit - text.length - 64, 1);
        const codes = exceeds(input, room) ? [1007, 1009] : [1007];
        return { codes, why: "not DEFLATE" };
      }
      const complete = inflated.consumed === input.length && inflated.text.subarray(-16).equals(MARK);
      const added = inflated.text.subarray(before.length, complete ? -16 : undefined);
      // A last block without compression took what was appended for its own.
      if (complete && added.subarray(-9).equals(APPENDED)) return { codes: [1007], why: "not DEFLATE" };
      text = Buffer.concat([text, added]);
      if (text.length > limit) return { codes: [1009], why: "inflates too far" };
      if (complete) {
        if (contextTakeover) this.#window = Buffer.concat([this.#window, text]).subarray(-(2 ** windowBits));
        return { text, finals };
      }
      if (finals + 1 > 16 + payload.length / 1024) return { codes: [1008], why: "too many DEFLATE streams" };
      rest = input.subarray(inflated.consumed);
    }
  }

  /** What is wrong with the beginning of a message already, as far as to its first block with BFINAL. */
  inflateBeginning(payload: Buffer): NaiveInflated | Refusal {
    const limit = this.#limitOf(payload);
    const input = Buffer.concat([storedBlock(this.#window), payload]);
    const inflated = inflateAll(input, constants.Z_SYNC_FLUSH);
    if (inflated === undefined) return { codes: [1007, 1009], why: "not DEFLATE" };
    const text = inflated.text.subarray(this.#window.length);
    if (text.length > limit) return { codes: [1009], why: "inflates too far" };
    return { text, finals: inflated.consumed < input.length ? 1 : 0 };
  }

  #limitOf({ length }: Buffer): number {
    const { maxBytes, maxRatio } = this.#direction;
    return Math.min(maxBytes, Math.max(64 * 1024, Math.floor(maxRatio * length)));
  }
}

/** RFC 1951 §3.2.4, with BFINAL = 0. */
function storedBlock(bytes: Buffer): Buffer {
  const length = bytes.length;
  return Buffer.concat([
    Buffer.of(0x00, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255),
    bytes,
  ]);
}

/** As far as zlib reads it: to the end of a block with BFINAL. Undefined when there is none or it is no DEFLATE. */
function inflateAll(
  input: Buffer,
  finishFlush: number = constants.Z_FINISH,
): { text: Buffer; consumed: number } | undefined {
  try {
    const { buffer, engine } = inflateRawSync(input, { info: true, finishFlush }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { text: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if (["Z_DATA_ERROR", "Z_BUF_ERROR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

/** Whether more than so much comes out before something else is wrong; to 64 bytes. */
function exceeds(input: Buffer, bytes: number): boolean {
  try {
    inflateRawSync(input, { maxOutputLength: bytes, chunkSize: 64 });
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
  }
}

/** How one piece of a message is compressed. */
export interface Piece {
  readonly text: Buffer;
  readonly options: ZlibOptions;
  /** Whether its last block has BFINAL set. */
  readonly final: boolean;
}

/**
 * RFC 7692 §7.2.1: a compressed message, made of pieces, each of which may refer to those before it and to `window`.
 * "An endpoint MAY use multiple DEFLATE blocks to compress one message", of any type.
 */
export function naiveDeflate(pieces: readonly Piece[], window: Buffer): Buffer {
  const blocks: Buffer[] = [];
  let before = window;
  for (const { text, options, final } of pieces) {
    const finishFlush = final ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const dictionary = before.length === 0 ? undefined : before.subarray(-32_768);
    blocks.push(deflateRawSync(text, { ...options, finishFlush, dictionary }));
    before = Buffer.concat([before, text]);
  }
  // §7.2.3.4: after a last block with BFINAL comes an empty one, of whose five octets one remains.
  if (pieces.at(-1)?.final !== false) blocks.push(Buffer.concat([Buffer.of(0x00), TAIL]));
  return Buffer.concat(blocks).subarray(0, -4);
}
