/** Streams made and broken at random, and what must hold for every one of them. Shared by the short and the long run. */
import { expect } from "vitest";
import type { ConnectionOptions, Role } from "../../src/websocket/connection.ts";
import { encodeFrame, expectedTranscript, type Frame } from "./naive-codec.ts";
import { random } from "./random.ts";
import { feed, Transcript, withoutReasons } from "./transcript.ts";

type Next = () => number;

const upTo = (next: Next, most: number): number => Math.floor(next() * (most + 1));
const pick = <T>(next: Next, choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!;

const WORDS = ["", "a", "é", "€", "😀", "\ufffd", "\u0000", "Hello", "\ud7ff\ue000", "𐀀\u{10ffff}"];
const BAD_UTF8 = ["80", "c0af", "ed a080", "f4908080", "f8", "ff", "c3", "e282", "f09f98", "fe"];
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 20, 95, 96, 97, 124, 125, 126, 127, 200, 1000];

function octets(next: Next): Buffer {
  const length = next() < 0.002 ? pick(next, [65535, 65536, 65537]) : pick(next, LENGTHS);
  return Buffer.alloc(length, upTo(next, 255));
}

function textOctets(next: Next): Buffer {
  const words = Array.from({ length: upTo(next, 6) }, () => Buffer.from(pick(next, WORDS)));
  if (next() < 0.1) words.splice(upTo(next, words.length), 0, Buffer.from(pick(next, BAD_UTF8), "hex"));
  return Buffer.concat(words);
}

function controlFrame(next: Next): Frame {
  const opcode = pick(next, [8, 9, 9, 9, 10, 10]);
  if (opcode !== 8) return { opcode, payload: octets(next).subarray(0, next() < 0.97 ? 125 : 200) };
  const code = pick(next, [1000, 1001, 1002, 1004, 1005, 1006, 1010, 1014, 1015, 2999, 3000, 4999, 5000, 0]);
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), textOctets(next)]);
  return { opcode, payload: payload.subarray(0, pick(next, [0, 1, 2, 125])) };
}

/** A message in one frame or several, with control frames in between. */
function message(next: Next): Frame[] {
  const opcode = pick(next, [1, 1, 2]);
  const payload = opcode === 1 ? textOctets(next) : octets(next);
  const pieces = next() < 0.5 ? 0 : upTo(next, 4);
  const cuts = Array.from({ length: pieces }, () => upTo(next, payload.length)).sort((a, b) => a - b);
  return [0, ...cuts].flatMap((start, i) => {
    const last = i === cuts.length;
    const frame: Frame = {
      opcode: i === 0 ? opcode : 0,
      fin: last,
      payload: payload.subarray(start, last ? payload.length : cuts[i]),
    };
    return !last && next() < 0.3 ? [frame, controlFrame(next)] : [frame];
  });
}

/** Breaks one rule of framing here and there. */
function breakSome(next: Next, frame: Frame): Frame {
  if (next() > 0.03) return frame;
  return pick<(frame: Frame) => Frame>(next, [
    (one) => ({ ...one, rsv: 1 + upTo(next, 6) }),
    (one) => ({ ...one, opcode: upTo(next, 15) }),
    (one) => ({ ...one, fin: one.fin === false }),
    (one) => ({ ...one, lengthOctets: pick(next, [3, 9]) }),
    (one) => ({ ...one, claimedLength: BigInt(pick(next, [0, 130, 2 ** 31, 2 ** 32, 2 ** 53])) }),
    (one) => ({ ...one, claimedLength: 2n ** 63n - BigInt(upTo(next, 1)) }),
    (one) => ({ ...one, key: one.key === undefined ? [1, 2, 3, 4] : undefined }),
  ])(frame);
}

/** Breaks octets, whatever they mean. */
function mutate(next: Next, stream: Buffer): Buffer {
  let bytes = stream;
  while (next() < 0.4 && bytes.length > 0) {
    const at = upTo(next, bytes.length - 1);
    const length = upTo(next, 4);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    bytes = pick<() => Buffer>(next, [
      () => Buffer.concat([before, Buffer.of(after[0]! ^ (1 << upTo(next, 7))), after.subarray(1)]),
      () => Buffer.concat([before, Buffer.of(upTo(next, 255)), after.subarray(1)]),
      () => Buffer.concat([before, after.subarray(length)]),
      () => Buffer.concat([before, Buffer.from(Array.from({ length }, () => upTo(next, 255))), after]),
      () => Buffer.concat([before, after.subarray(0, 40), after]),
      () => before,
    ])();
  }
  return bytes;
}

function randomStream(next: Next, role: Role): Buffer {
  const frames: Frame[] = [];
  for (let left = 1 + upTo(next, 5); left > 0; left--) {
    if (next() < 0.75) frames.push(...message(next));
    else frames.push(controlFrame(next));
  }
  const keyed = frames.map((frame) => {
    const key = role === "server" ? Array.from({ length: 4 }, () => upTo(next, 255)) : undefined;
    return encodeFrame(breakSome(next, { ...frame, key }));
  });
  const stream = Buffer.concat(keyed);
  return next() < 0.5 ? stream : mutate(next, stream);
}

function randomCuts(next: Next, length: number): number[] {
  const count = upTo(next, Math.min(length, 12));
  return Array.from({ length: count }, () => upTo(next, length)).sort((a, b) => a - b);
}

/**
 * One random stream: a Connection does with it what the naive codec says, whether it comes whole, cut at
 * random or by the octet, and no error escapes.
 */
export function checkStream(seed: number): void {
  const next = random(seed);
  const role: Role = next() < 0.5 ? "server" : "client";
  const stream = randomStream(next, role);
  const limits = {
    maxMessageBytes: pick(next, [1024 * 1024, 1024 * 1024, 300, 125, 20]),
    maxFragments: pick(next, [1024 * 1024, 1024 * 1024, 1024 * 1024, 1024 * 1024, 3, 1]),
  };
  const expected = expectedTranscript(stream, { role, ...limits });
  const everyOctet = stream.length < 300 ? [[...stream.keys()]] : [];
  for (const cuts of [[], randomCuts(next, stream.length), ...everyOctet]) {
    const lines = transcriptOfCuts(role, stream, cuts, limits);
    // Comparing strings first: an assertion costs more than all the rest.
    if (lines.join("\n") !== expected.join("\n"))
      expect(lines, `seed ${seed}, cuts ${cuts}`).toEqual(expected);
  }
}

function transcriptOfCuts(
  role: Role,
  stream: Buffer,
  cuts: readonly number[],
  limits: Partial<ConnectionOptions>,
): string[] {
  const sink = new Transcript(role, limits);
  feed(sink.connection, stream, cuts);
  sink.connection.receiveEnd();
  return withoutReasons(sink.lines);
}

/** Two ends: what one sends, the other receives, and the same number of octets goes each way as they say. */
export function checkConversation(seed: number): void {
  const next = random(seed);
  const role: Role = next() < 0.5 ? "server" : "client";
  const receiver = new Transcript(role === "server" ? "client" : "server");
  const sender = new Transcript(role, { random: (bytes) => void bytes.fill(upTo(next, 255)) });
  const wire: Buffer[] = [];
  sender.output = () => {};
  const transmit = (): void =>
    sender.connection.outgoing.outbox.transmit({
      cork() {},
      uncork() {},
      write: (bytes) => void wire.push(Buffer.from(bytes)),
      pendingBytes: pick(next, [0, 1]),
      letsGo: true,
    });
  const expected: string[] = [];
  for (let left = 1 + upTo(next, 8); left > 0; left--) {
    const text = pick(next, WORDS).repeat(pick(next, [1, 2, 40, 63, 130, 1500, 6000]));
    const bytes = Buffer.alloc(
      pick(next, [...LENGTHS, 4_096, 4_097, 16_384, 65_535, 65_536]),
      upTo(next, 255),
    );
    if (next() < 0.5) {
      sender.connection.sendText(text);
      expected.push(`text ${JSON.stringify(text)}`);
    } else {
      sender.connection.sendBinary(bytes);
      expected.push(`binary ${bytes.toString("hex")}`);
    }
    if (next() < 0.3) transmit();
  }
  transmit();
  const stream = Buffer.concat(wire);
  feed(receiver.connection, stream, randomCuts(next, stream.length));
  if (receiver.lines.join("\n") !== expected.join("\n"))
    expect(receiver.lines, `seed ${seed}`).toEqual(expected);
}
