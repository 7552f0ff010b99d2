/** What a peer may send instead of a compressed message: bombs, pieces of messages, and octets by chance. */
import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MessageInflater } from "../../../src/websocket/deflate/deflate.ts";
import { inflateLater } from "../../../src/websocket/deflate/deflate-jobs.ts";
import { Inflation } from "../../../src/websocket/deflate/inflation.ts";
import { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import { json, letters, noise, zeros } from "../compressible.ts";
import { naiveInflate } from "../naive-inflate.ts";
import { random } from "../random.ts";

interface Limits {
  readonly maxBytes: number;
  readonly maxRatio: number;
}
const generous: Limits = { maxBytes: 1024 * 1024, maxRatio: 10_000 };
const octets = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);

/** A message as one that compresses well sends it. */
const compressed = (text: Buffer): Buffer =>
  deflateRawSync(text, { level: 9, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -TAIL.length);

/** The message, or the code with which it fails. */
function inflateNow(payload: Uint8Array, limits: Limits = generous): Buffer | number | undefined {
  try {
    return new MessageInflater({ windowBits: 15, contextTakeover: false, ...limits }).inflateNow(payload);
  } catch (error) {
    if (error instanceof WebSocketProtocolError) return error.closeCode;
    throw error;
  }
}
async function inflate(payload: Uint8Array, limits: Limits): Promise<Buffer | WebSocketProtocolError> {
  const inflater = new MessageInflater({ windowBits: 15, contextTakeover: false, ...limits });
  try {
    return (
      inflater.inflateNow(payload) ?? (await new Promise((done) => inflateLater(inflater, payload, done)))
    );
  } catch (error) {
    return error as WebSocketProtocolError;
  }
}

describe("a message that becomes too long", () => {
  it.each([0, 1, 63, 64, 65, 1000, 65_536, 131_071, 131_072, 131_073, 300_000])(
    "fails with 1009 one byte past maxBytes (%i)",
    async (maxBytes) => {
      for (const content of [json, noise, zeros]) {
        const limits = { ...generous, maxBytes };
        expect(await inflate(compressed(content(maxBytes)), limits)).toHaveLength(maxBytes);
        for (const more of [1, 100, 200_000]) {
          const failed = await inflate(compressed(content(maxBytes + more)), limits);
          expect(failed).toMatchObject({
            closeCode: 1009,
            message: expect.stringContaining(`${maxBytes} bytes`),
          });
        }
      }
    },
  );

  it("fails at once where the limit is that near", () => {
    for (const maxBytes of [0, 1000, 131_071])
      expect(inflateNow(compressed(zeros(maxBytes + 1)), { ...generous, maxBytes })).toBe(1009);
    expect(inflateNow(compressed(zeros(131_073)))).toBeUndefined();
  });

  it.each([65_537, 200_000, 1_000_000])("fails with 1009 past maxRatio (%i bytes)", async (length) => {
    const payload = compressed(zeros(length));
    const ratio = length / payload.length;
    const at = await inflate(payload, { ...generous, maxRatio: ratio + 1e-6 });
    expect(at).toHaveLength(length);
    const past = await inflate(payload, { ...generous, maxRatio: (length - 1) / payload.length });
    expect(past).toMatchObject({ closeCode: 1009, message: expect.stringContaining("times its compressed") });
  });

  it("may be of any ratio up to 64 KiB", async () => {
    for (const maxRatio of [0, 1, 100]) {
      expect(await inflate(compressed(zeros(65_536)), { ...generous, maxRatio })).toHaveLength(65_536);
      expect(await inflate(compressed(zeros(65_537)), { ...generous, maxRatio })).toMatchObject({
        closeCode: 1009,
      });
    }
  });

  it("has no limit but memory with Infinity for both", async () => {
    const limits = { maxBytes: Number.POSITIVE_INFINITY, maxRatio: Number.POSITIVE_INFINITY };
    expect(await inflate(compressed(zeros(10_000_000)), limits)).toHaveLength(10_000_000);
  });

  it("fails with 1009 when it is 1000:1, without more of it than the limit allows", async () => {
    const bomb = compressed(zeros(32 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(35_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await inflate(bomb, { maxBytes: 1024 * 1024, maxRatio: 100 })).toMatchObject({ closeCode: 1009 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 1024 * 1024);
  });

  it("is what the sum of its streams is", async () => {
    const stream = deflateRawSync(noise(10_000));
    const payload = Buffer.concat([...new Array(10).fill(stream), Buffer.of(0x00)]);
    expect(await inflate(payload, { ...generous, maxBytes: 100_000 })).toHaveLength(100_000);
    expect(await inflate(payload, { ...generous, maxBytes: 99_999 })).toMatchObject({ closeCode: 1009 });
    expect(await inflate(payload, { ...generous, maxRatio: 0 })).toMatchObject({ closeCode: 1009 });
  });

  it("is inflated once, whatever comes out", async () => {
    const inner = compressed(zeros(1_000_000));
    expect(inflateNow(compressed(inner))).toEqual(inner);
  });

  it("lets zlib make no more than the limit and one chunk, of which none is longer than the rest", () => {
    for (const maxBytes of [0, 1, 100, 65_536, 1_000_000])
      for (const length of [1, 100, 10_000, 100_000]) {
        const inflation = new Inflation(Buffer.alloc(length), undefined, {
          maxBytes,
          maxRatio: 1,
          giveUp: Number.POSITIVE_INFINITY,
        });
        const limit = Math.min(maxBytes, Math.max(65_536, length));
        const { maxOutputLength, chunkSize } = inflation.options();
        expect(maxOutputLength).toBe(Math.max(limit, 1));
        expect(chunkSize).toBeLessThanOrEqual(Math.max(limit + 1, 64));
        expect(chunkSize).toBeLessThanOrEqual(65_536);
        inflation.take({ buffer: Buffer.alloc(limit), engine: { bytesWritten: 1 } });
        expect(inflation.options()).toMatchObject({ maxOutputLength: 1, chunkSize: 64 });
      }
  });
});

/** A message of several parts, each made in another way, with BFINAL set in some of them. */
function sample(next: () => number, final: number): Buffer {
  const parts: Buffer[] = [];
  for (let left = 1 + Math.floor(next() * 3); left > 0; left--) {
    const content = [json, noise, zeros, letters][Math.floor(next() * 4)]!;
    const flush = next() < final ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const strategy = next() < 0.3 ? constants.Z_FIXED : constants.Z_DEFAULT_STRATEGY;
    const level = next() < 0.2 ? 0 : 6;
    parts.push(
      deflateRawSync(content(Math.floor(next() ** 2 * 500)), { finishFlush: flush, strategy, level }),
    );
  }
  const message = Buffer.concat(parts);
  return message.subarray(-4).equals(TAIL) ? message.subarray(0, -4) : Buffer.concat([message, Buffer.of(0)]);
}

/** What the naive inflater makes of it. */
const naive = (payload: Uint8Array): Buffer | number => naiveInflate(payload)?.text ?? 1007;
const same = (one: Buffer | number | undefined, other: Buffer | number | undefined): boolean =>
  Buffer.isBuffer(one) && Buffer.isBuffer(other) ? one.equals(other) : one === other;

describe("RFC 7692 §7.2.2 a message cut short", () => {
  it("fails with 1007 at every octet when it is one block", () => {
    for (const text of [Buffer.from("Hello"), json(500), json(5000), letters(700)]) {
      const payload = compressed(text);
      for (let cut = 0; cut < payload.length; cut++) expect(inflateNow(payload.subarray(0, cut))).toBe(1007);
      expect(inflateNow(payload)).toEqual(text);
    }
  });

  it("is a message where the header of an empty block ends: there its sender flushed", () => {
    const [first, second] = [json(300), json(200)].map(compressed);
    const payload = Buffer.concat([first!, TAIL, second!]);
    for (let cut = 0; cut < payload.length; cut++) {
      const result = inflateNow(payload.subarray(0, cut));
      if (cut === first!.length) expect(result).toEqual(json(300));
      else expect(result).toBe(1007);
    }
  });

  // In both, "00" and "01" are the header of an empty block already. The blocks' lengths are 6 and 10; one that
  // lacks four octets takes the four that the receiver appends.
  it.each([
    ["00 0600 f9ff 616263646566 00", { 1: "", 7: "6162 0000ffff" }],
    // The only cut that should fail and does not: what we add to the four, too, is taken for content.
    [
      "01 0a00 f5ff 30313233343536373839 00",
      { 1: "", 6: "30 0000ffff 010000ffff", 11: "303132333435 0000ffff" },
    ],
  ])("is a message in few places when it is a block without compression (%s)", (hex, messages) => {
    const payload = octets(hex);
    for (let cut = 0; cut < payload.length; cut++) {
      const text = (messages as Record<number, string>)[cut];
      expect(inflateNow(payload.subarray(0, cut)), `cut ${cut}`).toEqual(
        text === undefined ? 1007 : octets(text),
      );
    }
    expect(inflateNow(payload)).toEqual(payload.subarray(5, -1));
  });

  it("is what the naive inflater says, at every octet of messages made at random (seeds 0 to 49)", () => {
    for (let seed = 0; seed < 50; seed++) {
      const payload = sample(random(seed), 0);
      for (let cut = 0; cut <= payload.length; cut++) {
        const piece = payload.subarray(0, cut);
        if (!same(inflateNow(piece), naive(piece))) expect.fail(`seed ${seed}, cut ${cut}`);
      }
    }
  });
});

describe("a message with bits turned over", () => {
  it("is what the naive inflater says, or fails with 1007 (seeds 0 to 2999)", () => {
    const verdicts = new Map<string, number>();
    for (let seed = 0; seed < 3000; seed++) {
      const next = random(seed);
      const payload = Buffer.from(sample(next, 0.3));
      for (let left = 1 + Math.floor(next() * 3); left > 0; left--)
        payload[Math.floor(next() * payload.length)]! ^= 1 << Math.floor(next() * 8);
      const result = inflateNow(payload);
      if (!same(result, naive(payload))) expect.fail(`seed ${seed}`);
      const verdict = typeof result === "number" ? String(result) : "a message";
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect([...verdicts.keys()].sort()).toEqual(["1007", "a message"]);
    expect(Math.min(...verdicts.values())).toBeGreaterThan(300);
  });

  it("is later what it would be now (seeds 0 to 299)", async () => {
    for (let seed = 0; seed < 300; seed++) {
      const next = random(seed);
      const payload = Buffer.from(sample(next, 0.3));
      payload[Math.floor(next() * payload.length)]! ^= 1 << Math.floor(next() * 8);
      const inflater = new MessageInflater({ windowBits: 15, contextTakeover: false, ...generous });
      const later = await new Promise<Buffer | WebSocketProtocolError>((done) =>
        inflateLater(inflater, payload, done),
      );
      const result = Buffer.isBuffer(later) ? later : later.closeCode;
      if (!same(result, inflateNow(payload))) expect.fail(`seed ${seed}`);
    }
  });
});

describe("octets by chance", () => {
  it("fail with 1007, or are what the naive inflater says (seeds 0 to 1999)", () => {
    for (let seed = 0; seed < 2000; seed++) {
      const payload = noise(1 + (seed % 40), seed);
      if (!same(inflateNow(payload), naive(payload))) expect.fail(`seed ${seed}`);
    }
  });
});

describe("Inflation", () => {
  it("throws errors that say nothing about the message", () => {
    const inflation = new Inflation(Buffer.of(0), undefined, { ...generous, giveUp: 1 });
    for (const error of [
      new TypeError("ours"),
      Object.assign(new Error("zlib"), { code: "Z_STREAM_ERROR" }),
      "text",
    ])
      expect(() => inflation.failure(error)).toThrow(error as Error);
  });
});
