/**
 * Unmasking: from which length on 64-bit words are worth the view they need, the figure behind
 * `WORDS_PAY_OFF_FROM` in src/websocket/wire/mask.ts; and what WebAssembly makes of it (simd-mask.ts).
 */
import { mask } from "../../src/websocket/wire/mask.ts";
import { createSimdMask } from "../../src/websocket/wire/simd-mask.ts";
import type { Bench, Row } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";
import { mapSamples } from "../harness/rounds.ts";

const lengths = [2, 4, 8, 16, 32, 64, 80, 96, 128, 256, 1024, 16 * 1024, 64 * 1024];
/** As much as Node reads at once, and then the next header. */
const CHUNK = 64 * 1024 + 6;
/** Of a client's frame of up to 125 bytes: what makes most payloads start between words. */
const HEADER = 6;
const KEY = 0x37fa213d;

type Mask = (bytes: Uint8Array, start: number, end: number, key: number, phase: number) => void;

export const bench: Bench = async (settings, progress) => {
  const rows: Row[] = [];
  for (const length of lengths) {
    progress(`${length} B`);
    const samples = await compareCalls(
      [
        callOf("byte loop", maskBytes, length),
        callOf("32-bit words", maskWords, length),
        callOf("mask.ts", mask, length),
        ...simdCalls(length),
      ],
      settings,
    );
    rows.push({ cell: `${length} B`, samples: mapSamples(samples, (microseconds) => microseconds * 1_000) });
  }
  return {
    title: "WebSocket unmasking",
    tables: [
      {
        quantity: "CPU, ns per payload",
        comparison: { reference: "byte loop", ratio: "reference ÷ contender", subject: "mask.ts" },
        rows,
      },
    ],
    notes: [
      "`byte loop`: four bytes a turn, never a view. `32-bit words`: always an `Int32Array` over the aligned middle. `mask.ts`: the byte loop, and from where it pays off a `BigUint64Array` over the aligned middle. `simd-mask.ts`: WebAssembly, in its own memory.",
      `Payloads lie behind each other in a chunk of 64 KiB with a header of ${HEADER} bytes before each, as they arrive.`,
    ],
    packages: [],
  };
};

/** Masks payload after payload through a chunk. A function made anew for each, so that none inherits types. */
function callOf(name: string, transform: Mask, length: number): Call {
  const chunk = Buffer.alloc(CHUNK, 0x61);
  return {
    name,
    run: (times) => {
      let start = HEADER;
      for (let i = 0; i < times; i++) {
        if (start + length > CHUNK) start = HEADER;
        transform(chunk, start, start + length, KEY, 0);
        start += length + HEADER;
      }
      return chunk[HEADER];
    },
  };
}

/** The same, payload after payload, where the module can reach it; none where there is no WebAssembly. */
function simdCalls(length: number): readonly Call[] {
  const simd = createSimdMask(CHUNK);
  if (simd === undefined) return [];
  const run = (times: number): unknown => {
    let start = HEADER;
    for (let i = 0; i < times; i++) {
      if (start + length > CHUNK) start = HEADER;
      simd.mask(start, start + length, KEY, 0);
      start += length + HEADER;
    }
    return simd.memory[HEADER];
  };
  return [{ name: "simd-mask.ts", run }];
}

/** The loop that mask.ts uses for short payloads, for all. */
function maskBytes(bytes: Uint8Array, start: number, end: number, key: number): void {
  const k0 = key >>> 24;
  const k1 = (key >>> 16) & 0xff;
  const k2 = (key >>> 8) & 0xff;
  const k3 = key & 0xff;
  let at = start;
  for (; at + 3 < end; at += 4) {
    bytes[at] = bytes[at]! ^ k0;
    bytes[at + 1] = bytes[at + 1]! ^ k1;
    bytes[at + 2] = bytes[at + 2]! ^ k2;
    bytes[at + 3] = bytes[at + 3]! ^ k3;
  }
  if (at < end) bytes[at] = bytes[at]! ^ k0;
  if (at + 1 < end) bytes[at + 1] = bytes[at + 1]! ^ k1;
  if (at + 2 < end) bytes[at + 2] = bytes[at + 2]! ^ k2;
}

/** Words that take no BigInt; the ends go byte by byte. Little-endian machines. */
function maskWords(bytes: Uint8Array, start: number, end: number, key: number): void {
  const offset = bytes.byteOffset;
  const aligned = Math.min(end, start + (-(offset + start) & 3));
  const turn = 8 * ((aligned - start) & 3);
  const rest = turn === 0 ? key : (key << turn) | (key >>> (32 - turn));
  maskBytes(bytes, start, aligned, key);
  const count = (end - aligned) >>> 2;
  const words = new Int32Array(bytes.buffer, offset + aligned, count);
  const swapped = (rest >>> 24) | ((rest >>> 8) & 0xff00) | ((rest << 8) & 0xff0000) | (rest << 24);
  for (let i = 0; i < count; i++) words[i] = words[i]! ^ swapped;
  maskBytes(bytes, aligned + count * 4, end, rest);
}
