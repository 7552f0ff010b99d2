import { constants, deflateRawSync, type ZlibOptions } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/conformance/random.ts";
import { InflateError } from "../../../src/conformance/wire/bit-reader.ts";
import { DeflateWriter, evenCodes } from "../../../src/conformance/wire/deflate-writer.ts";
import { inflate } from "../../../src/conformance/wire/inflate.ts";

function deflated(octets: Buffer, options: ZlibOptions = {}): Buffer {
  return deflateRawSync(octets, { finishFlush: constants.Z_SYNC_FLUSH, ...options });
}

/** Repetitions near and far, between octets of chance. */
function mixture(random: Random, length: number): Buffer {
  const out = random.octets(length);
  for (let at = 300; at + 50 < length; at += 100)
    out.copy(out, at, random.below(at - 60), random.below(at - 60) + 60);
  return out;
}

describe("RFC 1951 what zlib compresses", () => {
  const random = new Random(1951);
  const table = [0, 1, 6, 9].flatMap((level) =>
    [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_FIXED].map((strategy) => ({
      level,
      strategy,
    })),
  );

  it.each(table)("inflates to the same, with %j (seed 1951)", (options) => {
    for (const length of [0, 1, 500, 40_000]) {
      const octets = mixture(random, length);
      expect(inflate(deflated(octets, options)).octets.equals(octets)).toBe(true);
    }
  });

  it("reaches back as far as zlib's window does, and not farther", () => {
    for (let windowBits = 9; windowBits <= 15; windowBits++) {
      const { farthest } = inflate(deflated(mixture(random, 80_000), { windowBits }));
      // MIN_LOOKAHEAD in zlib's deflate.h
      expect(farthest).toBeLessThanOrEqual(2 ** windowBits - 262);
      expect(farthest).toBeGreaterThan(2 ** (windowBits - 1) - 262);
    }
  });

  it("may refer to the history", () => {
    const history = random.octets(600);
    const data = deflated(history.subarray(100, 500), { dictionary: history });
    expect(data.length).toBeLessThan(50);
    expect(inflate(data, { history }).octets.equals(history.subarray(100, 500))).toBe(true);
    expect(() => inflate(data)).toThrow(InflateError);
    expect(() => inflate(data, { history: history.subarray(1) })).not.toThrow();
    expect(() => inflate(data, { history: history.subarray(101) })).toThrow("before the beginning");
  });
});

describe("RFC 1951 §3.2.5 distances", () => {
  const octets = new Random(5).octets(1_000);
  const at = (distance: number): Buffer =>
    new DeflateWriter()
      .fixed([octets, { length: 3, distance }])
      .stored("")
      .octets();

  it("are allowed up to the window, to the octet", () => {
    expect(inflate(at(512), { windowSize: 512 }).farthest).toBe(512);
    expect(() => inflate(at(513), { windowSize: 512 })).toThrow(
      "a distance of 513 octets in a window of 512",
    );
  });

  it("are allowed up to the beginning, to the octet", () => {
    expect(inflate(at(1_000)).octets.subarray(1_000)).toEqual(octets.subarray(0, 3));
    expect(() => inflate(at(1_001))).toThrow("before the beginning of the message");
  });
});

describe("what is no DEFLATE data", () => {
  const writer = (): DeflateWriter => new DeflateWriter();
  const table: readonly (readonly [string, Buffer])[] = [
    ["the reserved type", writer().bits(0b110, 3).octets()],
    ["not the complement", writer().stored("abc", { nlen: 0 }).octets()],
    [
      "code 286",
      writer()
        .fixed([{ symbol: 286 }])
        .octets(),
    ],
    [
      "distance code 30",
      writer()
        .fixed(["abc", { symbol: 257 }, { distanceSymbol: 30 }])
        .octets(),
    ],
    [
      "more codes",
      writer()
        .dynamic([], { codes: { ...evenCodes, literals: new Array<number>(286).fill(8) } })
        .octets(),
    ],
    [
      "fewer codes",
      writer()
        .dynamic([], { codes: { ...evenCodes, literals: new Array<number>(286).fill(9) } })
        .octets(),
    ],
    ["within a block", writer().fixed(["abc"], { ended: false }).octets()],
    ["within a block", writer().stored("abcdef").octets().subarray(0, 8)],
    [
      "padding",
      Buffer.concat([writer().fixed(["abc"], { final: true }).octets().subarray(0, 4), Buffer.of(0x80)]),
    ],
  ];

  it.each(table)("is refused: %s", (why, data) => {
    expect(() => inflate(Buffer.from(data))).toThrow(why);
  });

  it("is never anything but an InflateError (seed 7)", () => {
    const random = new Random(7);
    for (let i = 0; i < 3_000; i++) {
      try {
        inflate(random.octets(1 + random.below(60)));
      } catch (error) {
        expect(error).toBeInstanceOf(InflateError);
      }
    }
  });

  it("does not become longer than the limit", () => {
    const bomb = deflated(Buffer.alloc(100_000));
    expect(() => inflate(bomb, { limit: 99_999 })).toThrow("more than 99999 octets");
    expect(inflate(bomb, { limit: 100_000 }).octets.length).toBe(100_000);
  });
});
