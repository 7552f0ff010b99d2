/** The Huffman codes of DEFLATE (RFC 1951 §3.2.2): a code is given by the lengths of its codes, symbol by symbol. */

/** RFC 1951 §3.2.5: the extra bits and the first length of the symbols 257 to 285. */
export const lengthCodes: readonly (readonly [extraBits: number, least: number])[] = [
  ...[3, 4, 5, 6, 7, 8, 9, 10].map((least) => [0, least] as const),
  ...[11, 13, 15, 17].map((least) => [1, least] as const),
  ...[19, 23, 27, 31].map((least) => [2, least] as const),
  ...[35, 43, 51, 59].map((least) => [3, least] as const),
  ...[67, 83, 99, 115].map((least) => [4, least] as const),
  ...[131, 163, 195, 227].map((least) => [5, least] as const),
  [0, 258],
];

/** RFC 1951 §3.2.5: the extra bits and the first distance of the distance symbols 0 to 29. */
export const distanceCodes: readonly (readonly [extraBits: number, least: number])[] = Array.from(
  { length: 30 },
  (_, symbol) => {
    const extraBits = symbol < 4 ? 0 : (symbol >> 1) - 1;
    return [extraBits, symbol < 4 ? symbol + 1 : ((2 + (symbol & 1)) << extraBits) + 1] as const;
  },
);

/** RFC 1951 §3.2.7: the order in which the lengths of the code length code come. */
export const codeLengthOrder: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** RFC 1951 §3.2.6: the lengths of the fixed codes. */
export const fixedLiteralLengths: readonly number[] = Array.from({ length: 288 }, (_, symbol) =>
  symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
);
export const fixedDistanceLengths: readonly number[] = Array.from({ length: 32 }, () => 5);

/** The symbol that ends a block. */
export const END_OF_BLOCK = 256;

/** The code of each symbol, first bit highest, from their lengths (RFC 1951 §3.2.2); 0 bits: the symbol has none. */
export function canonicalCodes(lengths: readonly number[]): readonly { code: number; bits: number }[] {
  const next: number[] = [];
  let code = 0;
  for (let bits = 1; bits <= 15; bits++) {
    next[bits] = code;
    code = (code + lengths.filter((length) => length === bits).length) << 1;
  }
  return lengths.map((bits) => ({ bits, code: bits === 0 ? 0 : next[bits]!++ }));
}

/** The code written with its last bit highest: as it is read, the first bit being the lowest. */
export function reversed(code: number, bits: number): number {
  let out = 0;
  for (let bit = 0; bit < bits; bit++) out |= ((code >> bit) & 1) << (bits - 1 - bit);
  return out;
}

/**
 * How much of all bit strings the code takes up: 1 when every one has a meaning, more when some have two, less when
 * some have none.
 */
export function completeness(lengths: readonly number[]): number {
  return lengths.reduce((sum, bits) => sum + (bits === 0 ? 0 : 2 ** -bits), 0);
}
