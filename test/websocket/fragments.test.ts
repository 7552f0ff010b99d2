import { afterEach, describe, expect, it, vi } from "vitest";
import { Fragments } from "../../src/websocket/fragments.ts";
import { random } from "./random.ts";

/** One piece: `size` octets somewhere in a chunk of `chunk` octets. */
interface Piece {
  readonly chunk: number;
  readonly size: number;
}

afterEach(() => void vi.restoreAllMocks());

/**
 * Adds the pieces and returns the octets of memory that the message held before it was taken: the stores
 * that were allocated, and every chunk that it kept a view of. A view shows in that it changes with its chunk.
 */
function bytesHeld(pieces: readonly Piece[]): { held: number; bytes: number } {
  const fragments = new Fragments();
  const allocate = vi.spyOn(Buffer, "allocUnsafeSlow");
  const chunks = pieces.map(({ chunk, size }, i) => {
    const start = Math.floor((chunk - size) / 2);
    const bytes = Buffer.alloc(chunk, (i % 100) + 1);
    fragments.add(bytes, start, start + size);
    return bytes;
  });
  let held = allocate.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
  allocate.mockRestore();
  const bytes = fragments.length;
  for (const chunk of chunks) chunk.fill(0);
  const whole = fragments.take();
  expect(whole).toHaveLength(bytes);
  let at = 0;
  for (const [i, { size, chunk }] of pieces.entries()) {
    const piece = whole.subarray(at, at + size);
    at += size;
    const kept = size > 0 && piece[0] === 0;
    expect(piece.every((octet) => octet === (kept ? 0 : (i % 100) + 1))).toBe(true);
    if (kept) held += chunk;
  }
  return { held, bytes };
}

const repeat = (count: number, ...pieces: Piece[]): Piece[] =>
  Array.from({ length: count }, () => pieces).flat();

describe("RFC 6455 §5.4 the fragments of a message", () => {
  it("are joined in order, whether they were copied or kept", () => {
    for (let seed = 0; seed < 50; seed++) {
      const next = random(seed);
      const fragments = new Fragments();
      const expected: Buffer[] = [];
      for (let i = 0; i < 40; i++) {
        const chunk = Buffer.from(
          Array.from({ length: Math.floor(next() ** 3 * 20000) }, () => next() * 256),
        );
        const start = Math.floor(next() * chunk.length);
        const end = start + Math.floor(next() * (chunk.length - start + 1));
        fragments.add(chunk, start, end);
        expected.push(chunk.subarray(start, end));
      }
      const whole = Buffer.concat(expected);
      expect(fragments.length).toBe(whole.length);
      expect(fragments.take().equals(whole), `seed ${seed}`).toBe(true);
    }
  });

  it("start anew after they were taken or cleared", () => {
    const fragments = new Fragments();
    fragments.add(Buffer.from("abc"), 0, 3);
    expect(fragments.take().toString()).toBe("abc");
    expect(fragments.take()).toHaveLength(0);
    fragments.add(Buffer.from("xdefx"), 1, 4);
    fragments.clear();
    expect(fragments.length).toBe(0);
    fragments.add(Buffer.from("ghi"), 0, 3);
    expect(fragments.take().toString()).toBe("ghi");
  });

  it("leave a message that was taken alone when the next one comes", () => {
    const fragments = new Fragments();
    fragments.add(Buffer.from("first"), 0, 5);
    const first = fragments.take();
    fragments.add(Buffer.from("second"), 0, 6);
    expect(first.toString()).toBe("first");
  });

  it("are kept and not copied when they are most of a large chunk", () => {
    const fragments = new Fragments();
    const chunk = Buffer.alloc(2048, 1);
    fragments.add(chunk, 0, 1024);
    const whole = fragments.take();
    chunk.fill(2);
    expect(whole[0]).toBe(2);
  });

  it("are copied when they are short, even if they are all of their chunk: a view costs more", () => {
    const fragments = new Fragments();
    const chunk = Buffer.alloc(1023, 1);
    fragments.add(chunk, 0, 1023);
    chunk.fill(2);
    expect(fragments.take()[0]).toBe(1);
  });

  const cuts: readonly (readonly [how: string, pieces: readonly Piece[]])[] = [
    ["one octet each", repeat(100_000, { chunk: 7, size: 1 })],
    ["one octet each, in large chunks", repeat(500, { chunk: 65536, size: 1 })],
    ["64 octets each", repeat(10_000, { chunk: 72, size: 64 })],
    ["just too short to be kept", repeat(1000, { chunk: 1031, size: 1023 })],
    ["just long enough to be kept", repeat(1000, { chunk: 1032, size: 1024 })],
    ["half of their chunks", repeat(100, { chunk: 65536, size: 32768 })],
    ["less than half of their chunks", repeat(100, { chunk: 65536, size: 32767 })],
    ["whole chunks", repeat(16, { chunk: 65536, size: 65536 })],
    [
      "one octet and one that is kept, in turn",
      repeat(500, { chunk: 8, size: 1 }, { chunk: 1032, size: 1024 }),
    ],
    [
      "one kept and then one octet",
      [
        { chunk: 65536, size: 32768 },
        { chunk: 8, size: 1 },
      ],
    ],
    ["kept ones and then one octet", [...repeat(64, { chunk: 2048, size: 1024 }), { chunk: 8, size: 1 }]],
  ];
  for (const [how, pieces] of cuts) {
    it(`hold at most twice their octets and 1 KiB: ${how}`, () => {
      const { held, bytes } = bytesHeld(pieces);
      expect(held).toBeGreaterThanOrEqual(bytes);
      expect(held).toBeLessThanOrEqual(2 * bytes + 1024);
    });
  }

  for (let seed = 0; seed < 20; seed++) {
    it(`hold at most twice their octets and 1 KiB, cut at random (seed ${seed})`, () => {
      const next = random(seed);
      const pieces = Array.from({ length: 300 }, () => {
        const chunk = 1 + Math.floor(next() ** 4 * 65536);
        return { chunk, size: Math.max(1, Math.floor(next() ** 2 * chunk)) };
      });
      const { held, bytes } = bytesHeld(pieces);
      expect(held).toBeLessThanOrEqual(2 * bytes + 1024);
    });
  }
});
