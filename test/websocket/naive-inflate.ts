/** RFC 1951 bit by bit: slow, obvious, and none of zlib's code. It says what a message of RFC 7692 §7.2.2 means. */

export interface NaiveMessage {
  readonly text: Buffer;
  /** The farthest that a block refers back, in bytes. */
  readonly farthest: number;
}

/**
 * The plain text of a compressed message, or undefined when its octets, and the four that RFC 7692 §7.2.2
 * appends, are not whole blocks.
 */
export function naiveInflate(
  payload: Uint8Array,
  window: Uint8Array = new Uint8Array(),
): NaiveMessage | undefined {
  const bits = new Bits(Buffer.concat([payload, Buffer.of(0, 0, 0xff, 0xff)]));
  const output = new Output(window);
  try {
    while (!bits.ended) inflateBlock(bits, output);
  } catch (error) {
    if (error instanceof NotDeflate) return undefined;
    throw error;
  }
  return { text: Buffer.from(output.bytes.slice(window.length)), farthest: output.farthest };
}

class NotDeflate extends Error {}

class Bits {
  readonly #octets: Uint8Array;
  #at = 0;
  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }
  get ended(): boolean {
    return this.#at === this.#octets.length * 8;
  }
  /** §3.1.1: numbers begin with their least significant bit. */
  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      if (this.ended) throw new NotDeflate("cut short");
      value |= ((this.#octets[this.#at >> 3]! >> (this.#at & 7)) & 1) << i;
    }
    return value;
  }
  align(): void {
    this.#at = (this.#at + 7) & ~7;
  }
}

class Output {
  readonly bytes: number[];
  farthest = 0;
  constructor(window: Uint8Array) {
    this.bytes = [...window];
  }
  copy(distance: number, length: number): void {
    if (distance > this.bytes.length || distance > 32_768) throw new NotDeflate("refers too far back");
    this.farthest = Math.max(this.farthest, distance);
    for (let i = 0; i < length; i++) this.bytes.push(this.bytes[this.bytes.length - distance]!);
  }
}

/** §3.2.3 */
function inflateBlock(bits: Bits, output: Output): void {
  const final = bits.take(1) === 1;
  const type = bits.take(2);
  if (type === 0b00) storedBlock(bits, output);
  else if (type === 0b01) compressedBlock(bits, output, FIXED);
  else if (type === 0b10) compressedBlock(bits, output, readCodes(bits));
  else throw new NotDeflate("reserved block type");
  // RFC 7692 §7.2.1: "When any DEFLATE block with the "BFINAL" bit set to 1 doesn't end at a byte boundary, an
  // endpoint MUST add minimal padding bits of 0…"
  if (final) bits.align();
}

/** §3.2.4 */
function storedBlock(bits: Bits, output: Output): void {
  bits.align();
  const length = bits.take(16);
  if (bits.take(16) !== (length ^ 0xffff)) throw new NotDeflate("LEN and NLEN");
  for (let i = 0; i < length; i++) output.bytes.push(bits.take(8));
}

interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

/** §3.2.5 */
const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115];
LENGTHS.push(131, 163, 195, 227, 258);
const lengthBits = (index: number): number => (index < 8 || index === 28 ? 0 : (index >> 2) - 1);
const DISTANCES = [1, 2, 3, 4];
for (let index = 4; index < 30; index++) DISTANCES.push(DISTANCES[index - 1]! + 2 ** distanceBits(index - 1));
function distanceBits(index: number): number {
  return index < 4 ? 0 : (index >> 1) - 1;
}

function compressedBlock(bits: Bits, output: Output, { literals, distances }: Codes): void {
  for (;;) {
    const symbol = literals.read(bits);
    if (symbol < 256) output.bytes.push(symbol);
    else if (symbol === 256) return;
    else {
      const index = symbol - 257;
      if (index >= LENGTHS.length) throw new NotDeflate("no such length");
      const length = LENGTHS[index]! + bits.take(lengthBits(index));
      const far = distances.read(bits);
      if (far >= DISTANCES.length) throw new NotDeflate("no such distance");
      output.copy(DISTANCES[far]! + bits.take(distanceBits(far)), length);
    }
  }
}

/** §3.2.2: a prefix code, given by the lengths of its codes. */
class Code {
  readonly #symbols = new Map<string, number>();

  /** One code of one bit may be alone; otherwise every sequence of bits must mean something, and one thing. */
  constructor(lengths: readonly number[], loneCode: boolean) {
    const longest = Math.max(...lengths);
    const room = lengths.reduce((sum, length) => sum - (length === 0 ? 0 : 2 ** -length), 1);
    if (room < 0 || (room > 0 && !(loneCode && longest <= 1))) throw new NotDeflate("lengths of no code");
    let code = 0;
    for (let length = 1; length <= longest; length++) {
      code <<= 1;
      for (const [symbol, its] of lengths.entries())
        if (its === length) this.#symbols.set((code++).toString(2).padStart(length, "0"), symbol);
    }
  }

  read(bits: Bits): number {
    let code = "";
    while (code.length < 15) {
      code += bits.take(1);
      const symbol = this.#symbols.get(code);
      if (symbol !== undefined) return symbol;
    }
    throw new NotDeflate("no such code");
  }
}

/** §3.2.6 */
const FIXED: Codes = {
  literals: new Code(
    Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
    false,
  ),
  distances: new Code(new Array(32).fill(5), false),
};

/** §3.2.7 */
function readCodes(bits: Bits): Codes {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  if (literals > 286 || distances > 30) throw new NotDeflate("too many codes");
  const lengths: number[] = new Array(19).fill(0);
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  for (const symbol of order.slice(0, bits.take(4) + 4)) lengths[symbol] = bits.take(3);
  const all = readLengths(bits, new Code(lengths, false), literals + distances);
  if (all[256] === 0) throw new NotDeflate("no end of block");
  return {
    literals: new Code(all.slice(0, literals), true),
    distances: new Code(all.slice(literals), true),
  };
}

function readLengths(bits: Bits, code: Code, count: number): number[] {
  const lengths: number[] = [];
  while (lengths.length < count) {
    const symbol = code.read(bits);
    if (symbol < 16) lengths.push(symbol);
    else {
      const last = lengths.at(-1);
      if (symbol === 16 && last === undefined) throw new NotDeflate("nothing to repeat");
      const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      for (let i = 0; i < times; i++) lengths.push(symbol === 16 ? last! : 0);
    }
  }
  if (lengths.length > count) throw new NotDeflate("too many lengths");
  return lengths;
}
