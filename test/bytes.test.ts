import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes, readUint16, readUint32, writeUint16, writeUint32 } from "../src/bytes.ts";

describe("big-endian numbers", () => {
  it("reads the most significant byte first", () => {
    const bytes = Uint8Array.of(0xff, 0x12, 0x34, 0x56, 0x78);
    expect(readUint16(bytes, 1)).toBe(0x1234);
    expect(readUint32(bytes, 1)).toBe(0x12345678);
  });

  it("reads numbers with the top bit set as positive", () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0xff, 0xfe);
    expect(readUint16(bytes, 0)).toBe(0xffff);
    expect(readUint32(bytes, 0)).toBe(0xfffffffe);
  });

  it("writes at the given place and nowhere else", () => {
    const bytes = new Uint8Array(8).fill(0xaa);
    writeUint16(bytes, 1, 0x1234);
    writeUint32(bytes, 4, 0x89abcdef);
    expect([...bytes]).toEqual([0xaa, 0x12, 0x34, 0xaa, 0x89, 0xab, 0xcd, 0xef]);
  });

  it("writes the low bits of a number that is too wide", () => {
    const bytes = new Uint8Array(6);
    writeUint16(bytes, 0, 0x51234);
    writeUint32(bytes, 2, 0x1_2345_6789);
    expect([...bytes]).toEqual([0x12, 0x34, 0x23, 0x45, 0x67, 0x89]);
  });

  it("reads back what it wrote, as a DataView does", () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat({ max: 0xffffffff }), fc.nat(4), (short, long, at) => {
        const bytes = new Uint8Array(10);
        const view = new DataView(bytes.buffer);
        writeUint16(bytes, at, short);
        expect(readUint16(bytes, at)).toBe(short);
        expect(view.getUint16(at)).toBe(short);
        writeUint32(bytes, at, long);
        expect(readUint32(bytes, at)).toBe(long);
        expect(view.getUint32(at)).toBe(long);
      }),
    );
  });
});

describe("the comparison in equal time", () => {
  it("says whether two byte strings are the same", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 4, max: 1 }),
        fc.uint8Array({ maxLength: 4, max: 1 }),
        (a, b) => {
          expect(equalBytes(a, b)).toBe(a.join() === b.join());
        },
      ),
    );
  });

  it("finds empty strings equal, and strings of different lengths not", () => {
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  });

  it("sees one flipped bit at any place", () => {
    const secret = new Uint8Array(32).fill(7);
    for (let bit = 0; bit < 256; bit++) {
      const other = secret.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(equalBytes(secret, other)).toBe(false);
    }
  });
});
