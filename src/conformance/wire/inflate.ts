/**
 * DEFLATE (RFC 1951) as a receiver reads it. zlib would do it faster, but says nothing of how far back a message
 * reaches, and checks that only where its output happens to be cut; here a distance is right or wrong to the octet.
 */
import { BitReader, badTable, Code, InflateError } from "./bit-reader.ts";
import {
  codeLengthOrder,
  distanceCodes,
  END_OF_BLOCK,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthCodes,
} from "./huffman.ts";

export interface InflateOptions {
  /** What distances may reach back into beyond the beginning. Default: nothing. */
  readonly history?: Buffer;
  /** The longest distance, in octets. Default 32,768, the longest there is. */
  readonly windowSize?: number;
  /** More octets than this are not made. Default 128 MiB. */
  readonly limit?: number;
}

/** What one block was (RFC 1951 §3.2.3). */
export interface Block {
  readonly type: "stored" | "fixed" | "dynamic";
  /** BFINAL. */
  readonly final: boolean;
  /** Octets that came of it. */
  readonly length: number;
}

export interface Inflated {
  readonly octets: Buffer;
  readonly blocks: readonly Block[];
  /** The longest distance that occurred; 0 for none. */
  readonly farthest: number;
}

const LARGEST_WINDOW = 32_768;
const DEFAULT_LIMIT = 128 * 1024 * 1024;

/**
 * Inflates block after block, to the end of the data. A final block is followed by another where the data goes on
 * (RFC 7692 §7.2.1).
 *
 * @throws {InflateError} when it is not DEFLATE, ends within a block, or reaches back too far
 */
export function inflate(data: Buffer, options: InflateOptions = {}): Inflated {
  return new Inflation(data, options).run();
}

class Inflation {
  readonly #bits: BitReader;
  readonly #windowSize: number;
  readonly #limit: number;
  readonly #start: number;
  readonly #blocks: Block[] = [];
  #out: Buffer;
  /** How many octets may be in `#out` before it has to be larger. */
  #room: number;
  #length: number;
  #farthest = 0;

  constructor(
    data: Buffer,
    { history = Buffer.alloc(0), windowSize = LARGEST_WINDOW, limit = DEFAULT_LIMIT }: InflateOptions,
  ) {
    this.#bits = new BitReader(data);
    this.#windowSize = windowSize;
    this.#limit = limit;
    this.#start = history.length;
    this.#length = history.length;
    this.#out = Buffer.allocUnsafe(history.length + Math.max(512, data.length * 4));
    this.#room = Math.min(this.#out.length, history.length + limit);
    history.copy(this.#out);
  }

  run(): Inflated {
    do {
      const before = this.#length;
      const final = this.#bits.take(1) === 1;
      const type = this.#block();
      if (final) this.#bits.skipZeros();
      this.#blocks.push({ type, final, length: this.#length - before });
    } while (!this.#bits.ended);
    const octets = this.#out.subarray(this.#start, this.#length);
    return { octets, blocks: this.#blocks, farthest: this.#farthest };
  }

  #block(): Block["type"] {
    switch (this.#bits.take(2)) {
      case 0:
        this.#stored();
        return "stored";
      case 1:
        this.#compressed(fixedLiterals, fixedDistances);
        return "fixed";
      case 2:
        this.#dynamic();
        return "dynamic";
      default:
        throw new InflateError("a block of the reserved type 11", "RFC 1951 §3.2.3");
    }
  }

  /** RFC 1951 §3.2.4 */
  #stored(): void {
    this.#bits.align();
    const length = this.#bits.take(16);
    if ((length ^ this.#bits.take(16)) !== 0xffff) {
      throw new InflateError("a stored block whose NLEN is not the complement of LEN", "RFC 1951 §3.2.4");
    }
    this.#reserve(length);
    this.#bits.octets(length).copy(this.#out, this.#length);
    this.#length += length;
  }

  /** RFC 1951 §3.2.7 */
  #dynamic(): void {
    const literals = this.#bits.take(5) + 257;
    const distances = this.#bits.take(5) + 1;
    const ownLengths = new Array<number>(19).fill(0);
    const given = this.#bits.take(4) + 4;
    for (const symbol of codeLengthOrder.slice(0, given)) ownLengths[symbol] = this.#bits.take(3);
    if (literals > 286) throw badTable("more than 286 literal and length codes");
    const lengths = this.#codeLengths(new Code(ownLengths), literals + distances);
    if (lengths[END_OF_BLOCK] === 0) throw badTable("no code for the end of the block");
    this.#compressed(new Code(lengths.slice(0, literals), true), new Code(lengths.slice(literals), true));
  }

  #codeLengths(code: Code, count: number): number[] {
    const lengths: number[] = [];
    while (lengths.length < count) {
      const symbol = this.#bits.symbol(code);
      if (symbol < 16) {
        lengths.push(symbol);
        continue;
      }
      const last = lengths.at(-1);
      if (symbol === 16 && last === undefined) throw badTable("a repetition of the length before the first");
      const times =
        symbol === 16
          ? 3 + this.#bits.take(2)
          : symbol === 17
            ? 3 + this.#bits.take(3)
            : 11 + this.#bits.take(7);
      for (let i = 0; i < times; i++) lengths.push(symbol === 16 ? last! : 0);
    }
    if (lengths.length > count) throw badTable("a repetition of lengths past the last");
    return lengths;
  }

  /** RFC 1951 §3.2.5 */
  #compressed(literals: Code, distances: Code): void {
    for (;;) {
      const symbol = this.#bits.symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        this.#reserve(1);
        this.#out[this.#length++] = symbol;
        continue;
      }
      const length = this.#extended(lengthCodes[symbol - 257], `the length code ${symbol}`);
      const distanceSymbol = this.#bits.symbol(distances);
      const distance = this.#extended(distanceCodes[distanceSymbol], `the distance code ${distanceSymbol}`);
      this.#repeat(length, distance);
    }
  }

  #extended(code: readonly [number, number] | undefined, name: string): number {
    if (code === undefined) throw new InflateError(`${name}, which does not exist`, "RFC 1951 §3.2.6");
    return code[1] + this.#bits.take(code[0]);
  }

  #repeat(length: number, distance: number): void {
    this.#farthest = Math.max(this.#farthest, distance);
    if (distance > this.#windowSize) {
      throw new InflateError(
        `a distance of ${distance} octets in a window of ${this.#windowSize}`,
        "RFC 7692 §7.2.1",
      );
    }
    if (distance > this.#length) {
      const known = this.#length - this.#start;
      const where = this.#start === 0 ? "of the message" : "of what is remembered";
      throw new InflateError(
        `a distance of ${distance} octets after ${known} of the message: before the beginning ${where}`,
        "RFC 7692 §7.2.1",
      );
    }
    this.#reserve(length);
    const out = this.#out;
    for (let i = 0, at = this.#length; i < length; i++, at++) out[at] = out[at - distance]!;
    this.#length += length;
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#room) return;
    const most = this.#start + this.#limit;
    if (needed > most) throw new InflateError(`more than ${this.#limit} octets`, "RFC 7692 §7.2.2");
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#out.length * 2));
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
    this.#room = Math.min(larger.length, most);
  }
}

const fixedLiterals: Code = new Code(fixedLiteralLengths);
const fixedDistances: Code = new Code(fixedDistanceLengths);
