/** DEFLATE data bit by bit and symbol by symbol (RFC 1951 §3.1.1, §3.2.2). */
import { canonicalCodes, completeness, reversed } from "./huffman.ts";

/** What is wrong with DEFLATE data. */
export class InflateError extends Error {
  override readonly name = "InflateError";
  /** The clause that the data contradicts. */
  readonly clause: string;

  constructor(message: string, clause: string) {
    super(message);
    this.clause = clause;
  }
}

/** The bits of octets, the lowest of each first (RFC 1951 §3.1.1). */
export class BitReader {
  readonly #octets: Buffer;
  #at = 0;
  /** Bits that were taken from the octets and not yet asked for. */
  #held = 0;
  #heldBits = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get ended(): boolean {
    return this.#at === this.#octets.length && this.#heldBits === 0;
  }

  /** The next bits as a number, up to 16 of them. */
  take(bits: number): number {
    while (this.#heldBits < bits) {
      if (this.#at === this.#octets.length) throw cutShort();
      this.#held |= this.#octets[this.#at++]! << this.#heldBits;
      this.#heldBits += 8;
    }
    const value = this.#held & ((1 << bits) - 1);
    this.#drop(bits);
    return value;
  }

  symbol(code: Code): number {
    while (this.#heldBits < code.longest && this.#at < this.#octets.length) {
      this.#held |= this.#octets[this.#at++]! << this.#heldBits;
      this.#heldBits += 8;
    }
    const entry = code.table[this.#held & (code.table.length - 1)]!;
    const bits = entry & 0xf;
    if (bits > this.#heldBits) throw cutShort();
    // Where bits are missing, they may be what made it a code without a meaning.
    if (bits === 0) throw this.#heldBits < code.longest ? cutShort() : badTable("a code that has no symbol");
    this.#drop(bits);
    return entry >> 4;
  }

  /** On to the next whole octet. */
  align(): number {
    return this.take(this.#heldBits % 8);
  }

  /** RFC 7692 §7.2.1: "an endpoint MUST add minimal padding bits of 0 to make it end at a byte boundary." */
  skipZeros(): void {
    if (this.align() !== 0)
      throw new InflateError("padding after a final block that is not 0", "RFC 7692 §7.2.1");
  }

  /** Octets as they are, from a whole one on. */
  octets(length: number): Buffer {
    const start = this.#at - this.#heldBits / 8;
    if (this.#octets.length - start < length) throw cutShort();
    this.#at = start + length;
    this.#held = 0;
    this.#heldBits = 0;
    return this.#octets.subarray(start, this.#at);
  }

  #drop(bits: number): void {
    this.#held >>>= bits;
    this.#heldBits -= bits;
  }
}

/** A code ready for reading: the symbol and the length of whatever bits come next. */
export class Code {
  /** How many bits its longest code has. */
  readonly longest: number;
  /** By the next bits: the symbol times 16, and how many of the bits are its code. */
  readonly table: Uint16Array;

  /** @param single whether it may be one code of one bit, the other having no symbol, or none at all */
  constructor(lengths: readonly number[], single = false) {
    const filled = completeness(lengths);
    if (filled > 1) throw badTable("lengths for more codes than there can be");
    const used = lengths.filter((bits) => bits > 0).length;
    // RFC 1951 §3.2.7: "If only one distance code is used, it is encoded using one bit, not zero bits". Of other
    // codes it says nothing; decoders take them alike.
    const lonely = single && (used === 0 || (used === 1 && filled === 0.5));
    if (filled < 1 && !lonely) throw badTable("lengths for fewer codes than there have to be");
    this.longest = Math.max(1, ...lengths);
    this.table = new Uint16Array(2 ** this.longest);
    canonicalCodes(lengths).forEach(({ code, bits }, symbol) => {
      if (bits === 0) return;
      const step = 2 ** bits;
      for (let at = reversed(code, bits); at < this.table.length; at += step)
        this.table[at] = (symbol << 4) | bits;
    });
  }
}

/** Lengths that make no code, or bits that have no meaning in it. */
export function badTable(what: string): InflateError {
  return new InflateError(what, "RFC 1951 §3.2.7");
}

function cutShort(): InflateError {
  return new InflateError("an end within a block", "RFC 7692 §7.2.1");
}
