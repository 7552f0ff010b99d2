/** DEFLATE (RFC 1951) written block by block, right or wrong, as a case wants it. */
import {
  canonicalCodes,
  codeLengthOrder,
  distanceCodes,
  END_OF_BLOCK,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthCodes,
  reversed,
} from "./huffman.ts";

/** What a block says: octets as they are, a repetition of earlier ones, or a symbol by its number. */
export type Piece =
  | Buffer
  | string
  | { readonly length: number; readonly distance: number }
  | { readonly symbol: number }
  | { readonly distanceSymbol: number };

export interface BlockOptions {
  /** BFINAL. Default false. */
  readonly final?: boolean;
  /** Whether the symbol that ends the block is written. Default true. */
  readonly ended?: boolean;
}

/** The lengths of the two codes of a dynamic block. */
export interface Codes {
  /** 257 to 286 of them. */
  readonly literals: readonly number[];
  /** 1 to 30 of them. */
  readonly distances: readonly number[];
}

/** Codes in which every symbol has one, all of about the same length. */
export const evenCodes: Codes = { literals: evenLengths(286), distances: evenLengths(30) };

/** Blocks one after the other; {@link payload} is the compressed message that they make. */
export class DeflateWriter {
  readonly #octets: number[] = [];
  #held = 0;
  #heldBits = 0;

  /** A stored block, of at most 65,535 octets (RFC 1951 §3.2.4). */
  stored(octets: Buffer | string, { final = false, nlen }: BlockOptions & { nlen?: number } = {}): this {
    const content = Buffer.from(octets);
    this.bits(final ? 1 : 0, 1)
      .bits(0, 2)
      .align();
    this.bits(content.length, 16).bits(nlen ?? content.length ^ 0xffff, 16);
    for (const octet of content) this.bits(octet, 8);
    return this;
  }

  /** A block with the fixed codes (RFC 1951 §3.2.6). */
  fixed(pieces: readonly Piece[], options: BlockOptions = {}): this {
    this.bits(options.final ? 1 : 0, 1).bits(1, 2);
    return this.#compressed(
      pieces,
      { literals: fixedLiteralLengths, distances: fixedDistanceLengths },
      options,
    );
  }

  /** A block with codes of its own (RFC 1951 §3.2.7). */
  dynamic(pieces: readonly Piece[], options: BlockOptions & { codes?: Codes } = {}): this {
    const { codes = evenCodes } = options;
    this.dynamicHeader(codes, options);
    return this.#compressed(pieces, codes, options);
  }

  /** The beginning of a block with codes of its own, up to its contents. */
  dynamicHeader({ literals, distances }: Codes, { final = false }: BlockOptions = {}): this {
    this.bits(final ? 1 : 0, 1).bits(2, 2);
    this.bits(literals.length - 257, 5).bits(distances.length - 1, 5);
    // The lengths 0 to 15 in 4 bits each, and no repetitions: 16 codes of 4 bits are all there are.
    this.codeLengthCode((symbol) => (symbol < 16 ? 4 : 0));
    for (const length of [...literals, ...distances]) this.code(length, 4);
    return this;
  }

  /** HCLEN and the lengths of all 19 symbols of the code length code. */
  codeLengthCode(lengthOf: (symbol: number) => number): this {
    this.bits(19 - 4, 4);
    for (const symbol of codeLengthOrder) this.bits(lengthOf(symbol), 3);
    return this;
  }

  /** The lowest bit first, as everything but Huffman codes is written (RFC 1951 §3.1.1). */
  bits(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) {
      this.#held |= ((value >> bit) & 1) << this.#heldBits++;
      if (this.#heldBits === 8) this.#flush();
    }
    return this;
  }

  /** A Huffman code: its highest bit first. */
  code(value: number, count: number): this {
    return this.bits(reversed(value, count), count);
  }

  /** On to the next whole octet, with bits of 0. */
  align(): this {
    if (this.#heldBits > 0) this.#flush();
    return this;
  }

  /** RFC 7692 §7.2.1: with the header of an empty stored block at the end, whose other 4 octets are not sent. */
  payload(): Buffer {
    return this.bits(0, 3).octets();
  }

  /** What was written, and no more. */
  octets(): Buffer {
    this.align();
    return Buffer.from(this.#octets);
  }

  #compressed(pieces: readonly Piece[], lengths: Codes, { final = false, ended = true }: BlockOptions): this {
    const literals = canonicalCodes(lengths.literals);
    const distances = canonicalCodes(lengths.distances);
    const write = (codes: typeof literals, symbol: number): this =>
      this.code(codes[symbol]!.code, codes[symbol]!.bits);
    const extended = (
      codes: typeof lengthCodes,
      value: number,
    ): [symbol: number, extra: number, bits: number] => {
      const symbol = codes.findLastIndex(([, least]) => least <= value);
      const [bits, least] = codes[symbol]!;
      return [symbol, value - least, bits];
    };
    for (const piece of pieces) {
      if (typeof piece === "string" || Buffer.isBuffer(piece)) {
        for (const octet of Buffer.from(piece)) write(literals, octet);
      } else if ("symbol" in piece) write(literals, piece.symbol);
      else if ("distanceSymbol" in piece) write(distances, piece.distanceSymbol);
      else {
        const [length, moreLength, lengthBits] = extended(lengthCodes, piece.length);
        write(literals, 257 + length).bits(moreLength, lengthBits);
        const [distance, moreDistance, distanceBits] = extended(distanceCodes, piece.distance);
        write(distances, distance).bits(moreDistance, distanceBits);
      }
    }
    if (ended) write(literals, END_OF_BLOCK);
    return final ? this.align() : this;
  }

  #flush(): void {
    this.#octets.push(this.#held);
    this.#held = 0;
    this.#heldBits = 0;
  }
}

/** Lengths of a complete code for so many symbols. */
export function evenLengths(count: number): readonly number[] {
  const bits = Math.floor(Math.log2(count));
  const longer = 2 * (count - 2 ** bits);
  return Array.from({ length: count }, (_, symbol) => (symbol < count - longer ? bits : bits + 1));
}
