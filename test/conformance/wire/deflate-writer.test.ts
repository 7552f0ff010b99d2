import { constants, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DeflateWriter, evenLengths, type Piece } from "../../../src/conformance/wire/deflate-writer.ts";
import { completeness } from "../../../src/conformance/wire/huffman.ts";
import { TAIL } from "../../../src/conformance/wire/message-deflate.ts";

describe("RFC 7692 §7.2.3 the examples", () => {
  const table: readonly (readonly [string, DeflateWriter])[] = [
    ["f248cdc9c90700", new DeflateWriter().fixed(["Hello"])],
    ["f200110000", new DeflateWriter().fixed(["H", { length: 4, distance: 5 }])],
    ["000500faff48656c6c6f00", new DeflateWriter().stored("Hello")],
    ["f348cdc9c9070000", new DeflateWriter().fixed(["Hello"], { final: true })],
    ["f24805000000ffffcac9c90700", new DeflateWriter().fixed(["He"]).stored("").fixed(["llo"])],
    ["00", new DeflateWriter()],
  ];

  it.each(table)("are written as %s", (octets, writer) => {
    expect(writer.payload().toString("hex")).toBe(octets);
  });
});

describe("RFC 1951 what is written by hand", () => {
  it("is read by zlib: every octet, every length and every sort of distance", () => {
    const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
    const expected = [...octets];
    const repetitions: Piece[] = Array.from({ length: 256 }, (_, i) => ({
      length: i + 3,
      distance: ((i + 1) ** 2) >> 1 || 1,
    }));
    for (const piece of repetitions as { length: number; distance: number }[]) {
      for (let i = 0; i < piece.length; i++) expected.push(expected[expected.length - piece.distance]!);
    }
    for (const writer of [
      new DeflateWriter().fixed([octets, ...repetitions]),
      new DeflateWriter().dynamic([octets, ...repetitions]),
      new DeflateWriter().stored(octets).dynamic(repetitions.slice(0, 100)).fixed(repetitions.slice(100)),
    ]) {
      const data = Buffer.concat([writer.payload(), TAIL]);
      const inflated = inflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH });
      expect(inflated.equals(Buffer.from(expected))).toBe(true);
    }
  });

  it("has complete codes for any number of symbols", () => {
    for (let count = 2; count <= 286; count++) expect(completeness(evenLengths(count))).toBe(1);
  });
});
