/** Streams made and broken at random, and what the two ends of each agreed on. */
import type { Role } from "../../src/websocket/connection/connection.ts";
import type { DeflateParameters } from "../../src/websocket/deflate/permessage-deflate.ts";
import { compressedPayload, type Speech } from "./fuzz-deflate.ts";
import { mutate } from "./fuzz-mutation.ts";
import { encodeFrame, type Frame } from "./naive-codec.ts";
import type { Rules } from "./naive-messages.ts";
import { chance, type Next, octet, pick, upTo } from "./random.ts";

const WORDS = ["", "a", "é", "€", "😀", "\ufffd", "\u0000", "Hello", "\ud7ff\ue000", "𐀀\u{10ffff}"];
const BAD_UTF8 = ["80", "c0af", "eda080", "f4908080", "f8", "ff", "c3", "e282", "f09f98", "fe"];
export const LENGTHS: readonly number[] = [
  0, 1, 2, 3, 4, 5, 7, 8, 20, 95, 96, 97, 124, 125, 126, 127, 200, 1000,
];
const CLOSE_CODES = [1000, 1001, 1002, 1004, 1005, 1006, 1010, 1014, 1015, 2999, 3000, 4999, 5000, 0];

/** Who receives a stream, and by which rules. */
export interface Setting {
  readonly role: Role;
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
  readonly maxInflateRatio: number;
  readonly deflate: DeflateParameters | undefined;
  /** How likely a compressed message is so long that it is inflated elsewhere. */
  readonly longMessages: number;
}

const MANY = 1024 * 1024;

export function randomSetting(next: Next, compressed = 0.5): Setting {
  return {
    role: pick(next, ["server", "client"]),
    maxMessageBytes: pick(next, [MANY, MANY, 1024 * MANY, 300, 125, 20]),
    maxFragments: pick(next, [MANY, MANY, MANY, MANY, 3, 1]),
    maxInflateRatio: pick(next, [100, 1e6, 1e6, 2]),
    deflate: chance(next, compressed) ? randomParameters(next) : undefined,
    longMessages: 0.01,
  };
}

export function randomParameters(next: Next, smallestWindow = 8): DeflateParameters {
  const bits = (): number => pick(next, [15, 15, 15, 14, 13, 12, 11, 10, 9, smallestWindow]);
  return {
    serverNoContextTakeover: chance(next, 0.4),
    clientNoContextTakeover: chance(next, 0.4),
    serverMaxWindowBits: bits(),
    clientMaxWindowBits: bits(),
  };
}

/** What the peer of `role` may do when it compresses. */
export function directionTo(role: Role, agreed: DeflateParameters): Omit<Speech, "said"> {
  return role === "server"
    ? { windowBits: agreed.clientMaxWindowBits, contextTakeover: !agreed.clientNoContextTakeover }
    : { windowBits: agreed.serverMaxWindowBits, contextTakeover: !agreed.serverNoContextTakeover };
}

export function rulesOf({ deflate, ...setting }: Setting): Rules {
  const { role, maxMessageBytes, maxFragments, maxInflateRatio } = setting;
  return {
    role,
    maxMessageBytes,
    maxFragments,
    deflate: deflate && {
      ...directionTo(role, deflate),
      maxBytes: maxMessageBytes,
      maxRatio: maxInflateRatio,
    },
  };
}

export function randomOctets(next: Next): Buffer {
  const length = chance(next, 0.002) ? pick(next, [65535, 65536, 65537]) : pick(next, LENGTHS);
  return Buffer.alloc(length, octet(next));
}

export function randomText(next: Next): string {
  return Array.from({ length: upTo(next, 6) }, () => pick(next, WORDS)).join("");
}

function textOctets(next: Next): Buffer {
  const words = Array.from({ length: upTo(next, 6) }, () => Buffer.from(pick(next, WORDS)));
  if (chance(next, 0.1)) words.splice(upTo(next, words.length), 0, Buffer.from(pick(next, BAD_UTF8), "hex"));
  return Buffer.concat(words);
}

export function controlFrame(next: Next): Frame {
  const opcode = pick(next, [8, 9, 9, 9, 10, 10]);
  if (opcode !== 8)
    return { opcode, payload: randomOctets(next).subarray(0, chance(next, 0.97) ? 125 : 200) };
  const code = pick(next, CLOSE_CODES);
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), textOctets(next)]);
  return { opcode, payload: payload.subarray(0, pick(next, [0, 1, 2, 125])) };
}

/** A message in one frame or several, with control frames in between. */
function message(next: Next, setting: Setting, speech: Speech | undefined): Frame[] {
  const opcode = pick(next, [1, 1, 2]);
  const compressed = speech !== undefined && chance(next, 0.7);
  let payload = opcode === 1 ? textOctets(next) : randomOctets(next);
  if (compressed) payload = compressedPayload(next, payload, speech, setting);
  const pieces = chance(next, 0.5) ? 0 : upTo(next, 4);
  const cuts = Array.from({ length: pieces }, () => upTo(next, payload.length)).sort((a, b) => a - b);
  return [0, ...cuts].flatMap((start, i) => {
    const last = i === cuts.length;
    const frame: Frame = {
      opcode: i === 0 ? opcode : 0,
      rsv: compressed && i === 0 ? RSV1 : 0,
      fin: last,
      payload: payload.subarray(start, last ? payload.length : cuts[i]),
    };
    return !last && chance(next, 0.3) ? [frame, controlFrame(next)] : [frame];
  });
}

const RSV1 = 4;

/** Breaks one rule of framing here and there. */
function breakSome(next: Next, frame: Frame): Frame {
  if (!chance(next, 0.03)) return frame;
  return pick<(frame: Frame) => Frame>(next, [
    (one) => ({ ...one, rsv: 1 + upTo(next, 6) }),
    (one) => ({ ...one, rsv: (one.rsv ?? 0) ^ RSV1 }),
    (one) => ({ ...one, opcode: upTo(next, 15) }),
    (one) => ({ ...one, fin: one.fin === false }),
    (one) => ({ ...one, lengthOctets: pick(next, [3, 9]) }),
    (one) => ({ ...one, claimedLength: BigInt(pick(next, [0, 130, 2 ** 31, 2 ** 32, 2 ** 53])) }),
    (one) => ({ ...one, claimedLength: 2n ** 63n - BigInt(upTo(next, 1)) }),
    (one) => ({ ...one, key: one.key === undefined ? [1, 2, 3, 4] : undefined }),
  ])(frame);
}

export function randomStream(next: Next, setting: Setting): Buffer {
  const { role, deflate } = setting;
  const speech = deflate && { ...directionTo(role, deflate), said: Buffer.alloc(0) };
  const frames: Frame[] = [];
  for (let left = 1 + upTo(next, 5); left > 0; left--) {
    if (chance(next, 0.75)) frames.push(...message(next, setting, speech));
    else frames.push(controlFrame(next));
  }
  const keyed = frames.map((frame) => {
    const key = role === "server" ? Array.from({ length: 4 }, () => octet(next)) : undefined;
    return encodeFrame(breakSome(next, { ...frame, key }));
  });
  const stream = Buffer.concat(keyed);
  return chance(next, 0.5) ? stream : mutate(next, stream);
}

export function randomCuts(next: Next, length: number): number[] {
  const count = upTo(next, Math.min(length, 12));
  return Array.from({ length: count }, () => upTo(next, length)).sort((a, b) => a - b);
}

/** A stream in pieces that end at `cuts`. */
export function piecesOf(stream: Buffer, cuts: readonly number[]): Buffer[] {
  return [...cuts, stream.length].map((cut, i) => stream.subarray(cuts[i - 1] ?? 0, cut));
}
