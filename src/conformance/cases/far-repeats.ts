/** Messages that show how far back a compressor looks, and how far a decompressor has to. */
import type { Random } from "../random.ts";
import { DeflateWriter, type Piece } from "../wire/deflate-writer.ts";

const letters = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

/** Text of 64 letters in which three hardly ever occur twice: it becomes shorter, but not by repetitions. */
export function unrepeated(random: Random, length: number): Buffer {
  const octets = random.octets(length);
  for (let i = 0; i < length; i++) octets[i] = letters[octets[i]! % letters.length]!;
  return octets;
}

/** How long a passage is that occurs again: nobody who sees it leaves it out. */
const PASSAGE = 96;
/** Messages are longer than this, for many peers send short ones uncompressed. */
const LEAST = 1_500;

/**
 * Messages in which a passage comes again just beyond a window of so many octets, within a message and in a later one.
 * A larger window would find it, even zlib's, which looks back over all but 262 octets of its own.
 */
export function repeatsBeyond(windowSize: number, random: Random): readonly Buffer[] {
  const within = [1, 60, 120].map((more) => {
    const parts: Buffer[] = [];
    for (let length = 0; length < LEAST; length += windowSize + PASSAGE) {
      const passage = unrepeated(random, PASSAGE);
      parts.push(passage, unrepeated(random, windowSize + more - PASSAGE), passage);
    }
    return Buffer.concat(parts);
  });
  const passage = unrepeated(random, PASSAGE);
  const long = Buffer.concat([passage, unrepeated(random, windowSize)]);
  return [
    ...within,
    Buffer.concat([unrepeated(random, LEAST), long]),
    Buffer.concat([passage, unrepeated(random, LEAST)]),
  ];
}

/** A message that ends as it begins: sent again, it repeats what was sent last. */
export function endsAsItBegins(length: number, random: Random): Buffer {
  const passage = unrepeated(random, PASSAGE);
  return Buffer.concat([passage, unrepeated(random, length - 2 * PASSAGE), passage]);
}

/** A message, and a compressed payload that carries it. */
export interface Written {
  readonly payload: Buffer;
  readonly message: Buffer;
}

/**
 * A message that ends with a repetition of its first octets, from exactly as far back as a window of this size
 * reaches; and another that repeats from as far back in the one before.
 */
export function repeatsAtTheEdge(windowSize: number, random: Random): readonly [Written, Written] {
  const first = unrepeated(random, windowSize);
  const again = { length: 40, distance: windowSize };
  const more = unrepeated(random, 10);
  return [
    written([first, again], Buffer.concat([first, first.subarray(0, 40)])),
    // The first octet of the window is now the 41st of the message; after ten more it is the 51st.
    written([more, again], Buffer.concat([more, first.subarray(50, 90)])),
  ];
}

/** One block with the fixed codes. */
function written(pieces: readonly Piece[], message: Buffer): Written {
  return { payload: new DeflateWriter().fixed(pieces).payload(), message };
}
