/**
 * The bytes of an echo test, prepared once: what the client sends and what it must get back.
 *
 * The frames differ from each other in key and content, so that an echo that is cut, swapped or stale shows.
 * They are encoded here in the plainest way and without the code under test. Pure.
 */
import type { AnswerCheck, Exchange } from "./exchange.ts";
import { sampleOpening } from "./openings.ts";

/** What is echoed. */
export interface EchoContent {
  readonly payloadBytes: number;
  /** Text messages of ASCII, or binary ones of arbitrary bytes. */
  readonly kind: "text" | "binary";
  /** `raw`: the server sends back the very bytes it got, masks and all. */
  readonly protocol: "websocket" | "raw";
}

/** A cycle of frames, to be sent over and over. */
export interface EchoFrames {
  /** The client's frames one after the other: a cycle, and so many more that any run of frames is one slice. */
  readonly sent: Buffer;
  readonly sentSize: number;
  /** What comes back: a cycle, and so many bytes more that any chunk can be compared with one slice. */
  readonly expected: Buffer;
  readonly expectedSize: number;
  /** Frames in a cycle. */
  readonly cycle: number;
}

/** The most frames that differ from each other; big ones are fewer, to spare the memory. */
const CYCLE = 16;
const CYCLE_BYTES = 1024 * 1024;

/**
 * Messages that come back as they are.
 *
 * @param run the most frames that are sent at once
 * @param chunk the most bytes that are read at once
 */
export function echoExchange(content: EchoContent, run: number, chunk: number): Exchange {
  const prepared = prepareFrames(content, run, chunk);
  const { sent, sentSize, cycle } = prepared;
  return {
    opening: sampleOpening,
    cycle,
    frames: (first, count) => sent.subarray(first * sentSize, (first + count) * sentSize),
    startCheck: () => new EchoCheck(prepared),
  };
}

/**
 * @param run the most frames that are sent at once
 * @param chunk the most bytes that are read at once
 */
export function prepareFrames(content: EchoContent, run: number, chunk: number): EchoFrames {
  const cycle = Math.max(2, Math.min(CYCLE, Math.floor(CYCLE_BYTES / Math.max(1, content.payloadBytes))));
  const random = startGenerator(content.payloadBytes);
  const payloads = Array.from({ length: cycle }, () => payload(content, random));
  const sent = payloads.map((bytes) => clientFrame(firstOctets[content.kind], bytes, random()));
  const expected =
    content.protocol === "raw"
      ? sent
      : payloads.map((bytes) => serverFrame(firstOctets[content.kind], bytes));
  const sentSize = sent[0]!.length;
  const expectedSize = expected[0]!.length;
  return {
    sent: repeat(sent, sentSize * (cycle + run)),
    sentSize,
    expected: repeat(expected, expectedSize * cycle + chunk),
    expectedSize,
    cycle,
  };
}

/** Compares what comes back with what must, byte for byte, wherever the stream is cut. */
export class EchoCheck implements AnswerCheck {
  readonly #frames: EchoFrames;
  /** Where in the cycle the next byte stands, and where in its frame. */
  #inCycle = 0;
  #inFrame = 0;

  constructor(frames: EchoFrames) {
    this.#frames = frames;
  }

  /**
   * Takes the first `length` bytes of `chunk`; returns how many frames they complete.
   *
   * @throws {Error} when a byte is not what was sent
   */
  receive(chunk: Uint8Array, length: number): number {
    const { expected, expectedSize, cycle } = this.#frames;
    if (expected.compare(chunk, 0, length, this.#inCycle, this.#inCycle + length) !== 0) {
      throw new Error("the echo is not what was sent");
    }
    const progress = this.#inFrame + length;
    this.#inCycle = (this.#inCycle + length) % (expectedSize * cycle);
    this.#inFrame = progress % expectedSize;
    return Math.floor(progress / expectedSize);
  }
}

function payload({ payloadBytes, kind }: EchoContent, random: () => number): Buffer {
  const bytes = Buffer.alloc(payloadBytes);
  for (let i = 0; i < payloadBytes; i++)
    bytes[i] = kind === "text" ? 0x20 + (random() % 95) : random() & 0xff;
  return bytes;
}

/** FIN with the opcode (RFC 6455 §5.2). */
const firstOctets = { text: 0x81, binary: 0x82 } as const;

/** RFC 6455 §5.3: the client's frames are masked. */
export function clientFrame(firstOctet: number, payload: Buffer, keyNumber: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(keyNumber);
  const header = serverFrame(firstOctet, payload).subarray(0, -payload.length || undefined);
  header[1] = header[1]! | 0x80;
  return Buffer.concat([header, key, payload.map((octet, i) => octet ^ key[i % 4]!)]);
}

/** RFC 6455 §5.2: one unmasked frame. */
function serverFrame(firstOctet: number, payload: Buffer): Buffer {
  const length = payload.length;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65536 ? 4 : 10);
  header[0] = firstOctet;
  header[1] = length < 126 ? length : length < 65536 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

function repeat(frames: readonly Buffer[], bytes: number): Buffer {
  const cycle = Buffer.concat(frames);
  const all = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += cycle.length) cycle.copy(all, at);
  return all;
}

/** Numbers of 32 bits, the same in every run (xorshift; never 0, so that every mask does something). */
export function startGenerator(seed: number): () => number {
  let state = seed + 0x9e37_79b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
