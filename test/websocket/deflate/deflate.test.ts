import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  type CodecOptions,
  MessageDeflater,
  MessageInflater,
} from "../../../src/websocket/deflate/deflate.ts";
import { deflateLater, inflateLater } from "../../../src/websocket/deflate/deflate-jobs.ts";
import type { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import { json, letters, noise, zeros } from "../compressible.ts";
import { naiveInflate } from "../naive-inflate.ts";

const octets = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const hexOf = (bytes: Buffer | undefined): string => bytes!.toString("hex").replaceAll(/(..)(?=.)/g, "$1 ");

const alone: CodecOptions = { windowBits: 15, contextTakeover: false };
const takeover: CodecOptions = { windowBits: 15, contextTakeover: true };
const inflater = (options: CodecOptions = alone): MessageInflater =>
  new MessageInflater({ ...options, maxBytes: 1024 * 1024, maxRatio: 1000 });
const inflate = (hex: string): string => inflater().inflateNow(octets(hex))!.toString();

/** The code with which a payload fails; undefined when it does not. */
function failure(payload: Uint8Array, options: CodecOptions = alone): number | undefined {
  try {
    inflater(options).inflateNow(payload);
    return undefined;
  } catch (error) {
    return (error as WebSocketProtocolError).closeCode;
  }
}

describe("RFC 7692 §7.2.3.1 a message compressed using one compressed DEFLATE block", () => {
  it("is inflated", () => expect(inflate("f2 48 cd c9 c9 07 00")).toBe("Hello"));
  it("is what we make of the text", () => {
    expect(hexOf(new MessageDeflater(alone).deflateNow(Buffer.from("Hello")))).toBe("f2 48 cd c9 c9 07 00");
  });
});

describe("RFC 7692 §7.2.3.2 sharing the LZ77 sliding window", () => {
  it("is inflated", () => {
    const reader = inflater(takeover);
    expect(reader.inflateNow(octets("f2 48 cd c9 c9 07 00"))!.toString()).toBe("Hello");
    expect(reader.inflateNow(octets("f2 00 11 00 00"))!.toString()).toBe("Hello");
  });
  it("is what we make of the same text twice", () => {
    const writer = new MessageDeflater(takeover);
    expect(hexOf(writer.deflateNow(Buffer.from("Hello")))).toBe("f2 48 cd c9 c9 07 00");
    expect(hexOf(writer.deflateNow(Buffer.from("Hello")))).toBe("f2 00 11 00 00");
  });
  it("fails with 1007 where there is no window: a message refers to itself alone without context takeover", () => {
    const reader = inflater();
    expect(reader.inflateNow(octets("f2 48 cd c9 c9 07 00"))!.toString()).toBe("Hello");
    expect(() => reader.inflateNow(octets("f2 00 11 00 00"))).toThrow(
      expect.objectContaining({ closeCode: 1007 }),
    );
  });
  it("is not done without context takeover", () => {
    const writer = new MessageDeflater(alone);
    expect(hexOf(writer.deflateNow(Buffer.from("Hello")))).toBe("f2 48 cd c9 c9 07 00");
    expect(hexOf(writer.deflateNow(Buffer.from("Hello")))).toBe("f2 48 cd c9 c9 07 00");
  });
});

describe("RFC 7692 §7.2.3.3 a DEFLATE block with no compression", () => {
  it("is inflated", () => expect(inflate("00 05 00 fa ff 48 65 6c 6c 6f 00")).toBe("Hello"));
});

describe('RFC 7692 §7.2.3.4 a DEFLATE block with "BFINAL" set to 1', () => {
  it("is inflated", () => expect(inflate("f3 48 cd c9 c9 07 00 00")).toBe("Hello"));
  it("may be followed by others, with the bit set or not", () => {
    expect(inflate("f3 48 cd c9 c9 07 00 f2 48 cd c9 c9 07 00")).toBe("HelloHello");
    expect(inflate("f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00")).toBe(
      "HelloHelloHello",
    );
    expect(inflate("01 05 00 fa ff 48 65 6c 6c 6f 03 00 00")).toBe("Hello");
  });
  it("may be referred to by what follows it, in its message and after", () => {
    expect(inflate("f3 48 cd c9 c9 07 00 f2 00 11 00 00")).toBe("HelloHello");
    const reader = inflater(takeover);
    expect(reader.inflateNow(octets("f3 48 cd c9 c9 07 00 00"))!.toString()).toBe("Hello");
    expect(reader.inflateNow(octets("f3 00 11 00 f2 00 11 00 00"))!.toString()).toBe("HelloHello");
    expect(reader.inflateNow(octets("f2 00 11 00 00"))!.toString()).toBe("Hello");
  });
  it("fails with 1007 when nothing follows it, not the header of an empty block", () => {
    expect(failure(octets("f3 48 cd c9 c9 07 00"))).toBe(1007);
  });
  it("fails with 1007 when its padding is missing", () => {
    expect(failure(octets("f3 48 cd c9 c9 07"))).toBe(1007);
  });

  // "03 00" is a last block of nothing.
  const streams = (count: number, bytes: number): Buffer =>
    Buffer.concat([
      ...new Array(count - 1).fill(octets("03 00")),
      deflateRawSync(noise(bytes)),
      octets("00"),
    ]);
  it("fails with 1008 when there are very many in a short message", () => {
    expect(inflater().inflateNow(streams(15, 0))).toHaveLength(0);
    expect(failure(streams(17, 0))).toBe(1008);
    expect(inflater().inflateNow(streams(24, 10_000))).toHaveLength(10_000);
    expect(failure(streams(27, 10_000))).toBe(1008);
  });
});

describe("RFC 7692 §7.2.3.5 two DEFLATE blocks in one message", () => {
  it("are inflated", () => expect(inflate("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")).toBe("Hello"));
});

describe("RFC 7692 §7.2.3.6 an empty message", () => {
  it("is a single octet of 0x00", () => expect(inflate("00")).toBe(""));
  it.each([alone, takeover])("is what we make of nothing (%j)", (options) => {
    const writer = new MessageDeflater(options);
    for (let i = 0; i < 3; i++) expect(hexOf(writer.deflateNow(Buffer.alloc(0)))).toBe("00");
  });
  // "00 00 ff ff" is the beginning of a block without compression, and no more.
  it("fails with 1007 when it has no octet at all", () => expect(failure(Buffer.alloc(0))).toBe(1007));
});

describe("RFC 7692 §7.2.1 the LZ77 sliding window", () => {
  it.each([9, 10, 11, 12, 13, 14, 15])(
    "of 2^%i bytes is never exceeded, with what it should find",
    async (bits) => {
      for (const contextTakeover of [false, true]) {
        const writer = new MessageDeflater({ windowBits: bits, contextTakeover });
        let before = Buffer.alloc(0);
        let farthest = 0;
        for (const length of [100, 3000, 16_384, 40_000, 700, 100]) {
          const text = letters(length, length);
          const message =
            writer.deflateNow(text) ??
            (await new Promise<Buffer>((done) => deflateLater(writer, text, done)));
          const read = naiveInflate(message, before);
          expect(read!.text.equals(text)).toBe(true);
          farthest = Math.max(farthest, read!.farthest);
          if (contextTakeover) before = Buffer.concat([before, text]);
        }
        expect(farthest).toBeLessThanOrEqual(2 ** bits);
        expect(farthest).toBeGreaterThan(2 ** (bits - 2)); // otherwise this would show nothing
      }
    },
  );
});

describe("RFC 7692 §7.2.2 the window of a peer", () => {
  const far = (distance: number): readonly Buffer[] => {
    const first = noise(distance);
    const second = first.subarray(0, 200);
    const plain = deflateRawSync(second, { dictionary: first, finishFlush: constants.Z_SYNC_FLUSH });
    return [deflateRawSync(first, { finishFlush: constants.Z_SYNC_FLUSH }), plain].map((one) =>
      one.subarray(0, -4),
    );
  };
  it.each([8, 9, 10, 11, 12, 13, 14])(
    "fails with 1007 when it refers to what is before the agreed 2^%i bytes",
    (bits) => {
      for (const [distance, fails] of [
        [2 ** bits, false],
        [2 ** bits + 2, true], // zlib does not find the first byte of a dictionary
      ] as const) {
        const reader = inflater({ windowBits: bits, contextTakeover: true });
        const [first, second] = far(distance);
        expect(reader.inflateNow(first!)).toHaveLength(distance);
        if (fails)
          expect(() => reader.inflateNow(second!)).toThrow(expect.objectContaining({ closeCode: 1007 }));
        else expect(reader.inflateNow(second!)).toHaveLength(200);
      }
    },
  );
});

describe("MessageDeflater", () => {
  it.each([8, 7, 16, 9.5, Number.NaN])("throws a RangeError for windowBits %d", (windowBits) => {
    expect(() => new MessageDeflater({ windowBits, contextTakeover: false })).toThrow(RangeError);
  });
  it.each([-2, 10, 1.5, Number.NaN])("throws a RangeError for level %d", (level) => {
    expect(() => new MessageDeflater({ ...alone, level })).toThrow(RangeError);
  });
  it.each([-1, 0, 1, 6, 9, undefined])("compresses with level %d", (level) => {
    const message = new MessageDeflater({ ...alone, level }).deflateNow(json(2000))!;
    expect(inflater().inflateNow(message)!.equals(json(2000))).toBe(true);
    expect(message.length > 2000).toBe(level === 0);
  });
  it("leaves what would hold up the event loop to deflateLater", () => {
    const writer = new MessageDeflater(alone);
    expect(writer.deflateNow(zeros(16 * 1024 + 1))).toBeUndefined();
    expect(writer.deflateNow(zeros(16 * 1024))).toBeDefined();
    expect(new MessageDeflater({ ...alone, level: 9 }).deflateNow(zeros(16 * 1024))).toBeUndefined();
  });
  it("throws while a message is still being compressed, and the window is not changed", async () => {
    const writer = new MessageDeflater(takeover);
    const first = new Promise<Buffer>((done) => deflateLater(writer, json(20_000), done));
    expect(() => writer.deflateNow(json(10))).toThrow("still being compressed");
    expect(() => deflateLater(writer, json(10), () => {})).toThrow("still being compressed");
    const reader = inflater(takeover);
    expect(reader.inflateNow(await first)!.equals(json(20_000))).toBe(true);
    expect(reader.inflateNow(writer.deflateNow(json(10))!)!.equals(json(10))).toBe(true);
  });
});

describe("MessageInflater", () => {
  it.each([7, 16, 9.5, Number.NaN])("throws a RangeError for windowBits %d", (windowBits) => {
    expect(() => inflater({ windowBits, contextTakeover: false })).toThrow(RangeError);
  });
  it.each([
    { maxBytes: -1, maxRatio: 1 },
    { maxBytes: Number.NaN, maxRatio: 1 },
    { maxBytes: 1, maxRatio: -1 },
    { maxBytes: 1, maxRatio: Number.NaN },
  ])("throws a RangeError for the limits %j", (limits) => {
    expect(() => new MessageInflater({ ...alone, ...limits })).toThrow(RangeError);
  });
  it("leaves what would hold up the event loop to inflateLater, which does it whole", async () => {
    const reader = inflater(takeover);
    const writer = new MessageDeflater(takeover);
    for (const text of [json(128 * 1024), json(128 * 1024 + 1), noise(33 * 1024), json(100)]) {
      const message =
        writer.deflateNow(text) ?? (await new Promise<Buffer>((done) => deflateLater(writer, text, done)));
      const now = reader.inflateNow(message);
      expect(now === undefined).toBe(text.length > 128 * 1024 || message.length > 32 * 1024);
      const later = now ?? (await new Promise<unknown>((done) => inflateLater(reader, message, done)));
      expect((later as Buffer).equals(text)).toBe(true);
    }
  });
  it("throws while a message is still being inflated", async () => {
    const reader = inflater();
    const message = new Promise((done) => inflateLater(reader, octets("f2 48 cd c9 c9 07 00"), done));
    expect(() => reader.inflateNow(octets("00"))).toThrow("still being inflated");
    expect(() => inflateLater(reader, octets("00"), () => {})).toThrow("still being inflated");
    expect(String(await message)).toBe("Hello");
    expect(reader.inflateNow(octets("00"))).toHaveLength(0);
  });
  it("throws after a message that failed: later ones may refer to what is not known", () => {
    const reader = inflater(takeover);
    expect(() => reader.inflateNow(octets("ff"))).toThrow(expect.objectContaining({ closeCode: 1007 }));
    expect(() => reader.inflateNow(octets("00"))).toThrow("failed");
  });
});

describe("memory of what is returned", () => {
  const deflated = (text: Buffer): Buffer => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  // Room is reserved for 16 KiB and more, of which this is less than a third.
  it.each([
    ["compressed at once", () => new MessageDeflater(alone).deflateNow(json(16_000))!],
    ["inflated at once", () => inflater().inflateNow(deflated(noise(3000)).subarray(0, -4))!],
    [
      "compressed later",
      () => new Promise<Buffer>((done) => deflateLater(new MessageDeflater(alone), json(50_000), done)),
    ],
    [
      "inflated later",
      () =>
        new Promise<unknown>((done) => inflateLater(inflater(), deflated(noise(3000)).subarray(0, -4), done)),
    ],
  ])("is its own and no longer than it when it was %s", async (_, make) => {
    const { buffer, length } = (await make()) as Buffer;
    expect(length).toBeGreaterThan(2000);
    expect(buffer.byteLength).toBe(length);
  });
});
