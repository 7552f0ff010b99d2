import { afterEach, describe, expect, it, vi } from "vitest";
import { Fragments } from "../../../src/websocket/wire/fragments.ts";
import { random } from "../random.ts";

/** One piece: `size` octets somewhere in a chunk of `chunk` octets. */
interface Piece {
  readonly chunk: number;
  readonly size: number;
}

afterEach(() => void vi.restoreAllMocks());

/**
 * Adds the pieces and returns the octets of memory that the message holds before it is taken: its store. That it
 * holds no chunk shows in that it does not change with them.
 */
function bytesHeld(pieces: readonly Piece[]): { held: number; bytes: number } {
  const fragments = new Fragments();
  const allocate = vi.spyOn(Buffer, "allocUnsafeSlow");
  for (const [i, { chunk, size }] of pieces.entries()) {
    const start = Math.floor((chunk - size) / 2);
    const bytes = Buffer.alloc(chunk, (i % 100) + 1);
    fragments.add(bytes, start, start + size, 2 * (fragments.length + size));
    bytes.fill(0);
  }
  const held = (allocate.mock.results.at(-1)!.value as Buffer).length;
  allocate.mockRestore();
  const bytes = fragments.length;
  const whole = fragments.take();
  expect(whole).toHaveLength(bytes);
  let at = 0;
  for (const [i, { size }] of pieces.entries()) {
    expect(whole.subarray(at, at + size).every((octet) => octet === (i % 100) + 1)).toBe(true);
    at += size;
  }
  return { held, bytes };
}

const repeat = (count: number, ...pieces: Piece[]): Piece[] =>
  Array.from({ length: count }, () => pieces).flat();

describe("RFC 6455 §5.4 the fragments of a message", () => {
  it("are joined in order", () => {
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
        fragments.add(chunk, start, end, 2 * (fragments.length + end - start));
        expected.push(chunk.subarray(start, end));
      }
      const whole = Buffer.concat(expected);
      expect(fragments.length).toBe(whole.length);
      expect(fragments.take().equals(whole), `seed ${seed}`).toBe(true);
    }
  });

  it("start anew after they were taken or cleared", () => {
    const fragments = new Fragments();
    fragments.add(Buffer.from("abc"), 0, 3, 0);
    expect(fragments.take().toString()).toBe("abc");
    expect(fragments.take()).toHaveLength(0);
    fragments.add(Buffer.from("xdefx"), 1, 4, 0);
    fragments.clear();
    expect(fragments.length).toBe(0);
    fragments.add(Buffer.from("ghi"), 0, 3, 0);
    expect(fragments.take().toString()).toBe("ghi");
  });

  it("leave a message that was taken alone when the next one comes", () => {
    const fragments = new Fragments();
    fragments.add(Buffer.from("first"), 0, 5, 0);
    const first = fragments.take();
    fragments.add(Buffer.from("second"), 0, 6, 0);
    expect(first.toString()).toBe("first");
  });

  it("have the store of their final length at once when a quarter of it is there", () => {
    const allocate = vi.spyOn(Buffer, "allocUnsafeSlow");
    const fragments = new Fragments();
    const chunk = Buffer.alloc(64 * 1024, 1);
    for (let i = 0; i < 16; i++) fragments.add(chunk, 0, chunk.length, 1024 * 1024);
    const sizes = allocate.mock.results.map(({ value }) => (value as Buffer).length);
    expect(sizes).toEqual([4 * 64 * 1024 + 1024, 1024 * 1024]);
    expect(fragments.take().length).toBe(1024 * 1024);
  });

  it("do not make room for what was only announced", () => {
    const allocate = vi.spyOn(Buffer, "allocUnsafeSlow");
    new Fragments().add(Buffer.of(1), 0, 1, 1024 * 1024);
    expect((allocate.mock.results[0]!.value as Buffer).length).toBeLessThanOrEqual(1028);
  });

  const cuts: readonly (readonly [how: string, pieces: readonly Piece[]])[] = [
    ["one octet each", repeat(100_000, { chunk: 7, size: 1 })],
    ["one octet each, in large chunks", repeat(500, { chunk: 65536, size: 1 })],
    ["64 octets each", repeat(10_000, { chunk: 72, size: 64 })],
    ["half of their chunks", repeat(100, { chunk: 65536, size: 32768 })],
    ["whole chunks", repeat(16, { chunk: 65536, size: 65536 })],
    ["one octet and a kilobyte, in turn", repeat(500, { chunk: 8, size: 1 }, { chunk: 1032, size: 1024 })],
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
