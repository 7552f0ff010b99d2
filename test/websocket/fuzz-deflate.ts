/** Compressed messages, made in every way that RFC 7692 §7.2.1 leaves open, and broken in others. */
import { constants } from "node:zlib";
import { mutate } from "./fuzz-mutation.ts";
import { naiveDeflate, type Piece } from "./naive-deflate.ts";
import { chance, type Next, octet, pick, upTo } from "./random.ts";

/** One direction of a connection, as its sender sees it. */
export interface Speech {
  readonly windowBits: number;
  readonly contextTakeover: boolean;
  /** What it has compressed so far, as far as later messages may refer to it. */
  said: Buffer;
}

interface Limits {
  readonly maxMessageBytes: number;
  readonly longMessages: number;
}

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
const STRATEGIES = [Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE];

/** Compresses a message like `sample`, or one that is longer; mostly so that it can be inflated again. */
export function compressedPayload(next: Next, sample: Buffer, speech: Speech, limits: Limits): Buffer {
  const text = randomPlain(next, sample, speech.said, limits);
  // A sender that looks back further than was agreed on, now and then.
  const tooFar = chance(next, 0.02);
  const windowBits = tooFar ? 15 : Math.max(speech.windowBits, 9);
  const payload = naiveDeflate(randomPieces(next, text, windowBits), speech.said);
  if (speech.contextTakeover) {
    speech.said = Buffer.concat([speech.said, text]).subarray(-(tooFar ? 32_768 : 2 ** speech.windowBits));
  }
  return chance(next, 0.06) ? broken(next, payload) : payload;
}

/** Something that refers to itself, to what was said before, or to nothing; or that is about as long as it may be. */
function randomPlain(next: Next, sample: Buffer, said: Buffer, limits: Limits): Buffer {
  const { maxMessageBytes, longMessages } = limits;
  if (chance(next, 0.04) && maxMessageBytes < 1000)
    return Buffer.alloc(maxMessageBytes + upTo(next, 2) - 1, octet(next));
  if (chance(next, longMessages)) {
    return Buffer.alloc(
      pick(next, [65_535, 65_536, 65_537, 140_000, 140_000, 140_000]),
      pick(next, ["abc", "a", "\u0000"]),
    );
  }
  return pick<() => Buffer>(next, [
    () => sample,
    () => Buffer.concat(new Array<Buffer>(1 + upTo(next, 8)).fill(sample)),
    () => {
      const at = upTo(next, said.length);
      return Buffer.concat([sample, said.subarray(at, at + pick(next, [3, 10, 258, 400]))]);
    },
    () => Buffer.from(Array.from({ length: upTo(next, 60) }, () => octet(next))),
  ])();
}

/** Cuts a message into blocks of every type, some with BFINAL, some empty. */
function randomPieces(next: Next, text: Buffer, windowBits: number): Piece[] {
  const count = chance(next, 0.7) ? 1 : chance(next, 0.95) ? 1 + upTo(next, 3) : 14 + upTo(next, 6);
  const finals = chance(next, 0.1) || (count > 4 && chance(next, 0.7));
  const cuts = Array.from({ length: count - 1 }, () => upTo(next, text.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((start, i) => ({
    text: text.subarray(start, cuts[i] ?? text.length),
    options: {
      windowBits,
      level: pick(next, [-1, 1, 9, 0]),
      strategy: pick(next, STRATEGIES),
      memLevel: pick(next, [8, 1]),
    },
    final: finals && (count > 4 || chance(next, 0.7)),
  }));
}

/** What is not as RFC 7692 §7.2.1 has it, or only by chance. */
function broken(next: Next, payload: Buffer): Buffer {
  return pick<() => Buffer>(next, [
    () => mutate(next, payload),
    () => payload.subarray(0, -1 - upTo(next, 9)),
    () => Buffer.concat([payload, Buffer.of(0x00, 0x00, 0xff, 0xff)]),
    () => Buffer.concat([payload, Buffer.of(octet(next))]),
    () => Buffer.alloc(0),
    () => Buffer.of(0x00),
  ])();
}
