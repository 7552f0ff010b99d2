/** Payloads in which every octet is told from its neighbours, so that an echo with something lost or doubled shows. */
import type { Random } from "../random.ts";
import { Opcode } from "../wire/frame.ts";

/** A prime, so that it falls together with nobody's buffer. */
const BLOCK = 8_191;

/** Octets of all kinds, or text of characters of one to four octets. */
export function contentFor(opcode: number, random: Random, length: number): Buffer {
  return opcode === Opcode.Text ? textOf(random, length) : octetsOf(random, length);
}

/** Arbitrary octets: a block of chance over and over, with a count in each. */
export function octetsOf(random: Random, length: number): Buffer {
  const octets = Buffer.alloc(length, random.octets(Math.min(length, BLOCK)));
  for (let at = 0; at + BLOCK <= length; at += BLOCK) octets.writeUInt32BE(at, at);
  return octets;
}

/** Text in UTF-8 of exactly `length` octets; it contains characters of one, two, three and four octets. */
export function textOf(random: Random, length: number): Buffer {
  const block = Buffer.from(charactersOf(random, Math.min(length, BLOCK)));
  const octets = Buffer.alloc(length, block);
  for (let at = 0; at + BLOCK <= length; at += BLOCK) octets.write(String(at).padStart(8, "0"), at, "ascii");
  // The last block may end within a character.
  let whole = length - (length % BLOCK);
  while (whole < length) {
    const size = sizeOf(octets[whole]!);
    if (whole + size > length) break;
    whole += size;
  }
  return octets.fill("*", whole);
}

const EIGHT = "########";

/** Begins with eight characters of one octet, which a count may take the place of. */
function charactersOf(random: Random, length: number): string {
  const kinds = ["a", "é", "€", "𝄞"];
  let text = EIGHT.slice(0, length);
  for (let left = length - text.length; left > 0; ) {
    const size = 1 + random.below(Math.min(4, left));
    // A neighbour in the same row of its script, for variety.
    text += String.fromCodePoint(kinds[size - 1]!.codePointAt(0)! + random.below(16));
    left -= size;
  }
  return text;
}

/** How many octets the character has that begins with this one. */
function sizeOf(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** `1 octet`, `65,536 octets`. */
export function inOctets(length: number): string {
  return length === 1 ? "1 octet" : `${length.toLocaleString("en")} octets`;
}
