/** Our codec against itself, against streams of zlib that are kept open, and against `ws`, in both directions. */
import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as ws from "ws";
import {
  type CodecOptions,
  MessageDeflater,
  MessageInflater,
} from "../../../src/websocket/deflate/deflate.ts";
import { deflateLater, inflateLater } from "../../../src/websocket/deflate/deflate-jobs.ts";
import { json, letters, noise, zeros } from "../compressible.ts";
import { naiveInflate } from "../naive-inflate.ts";

type Codec = (bytes: Buffer) => Promise<Buffer>;
const everyWindow = [9, 10, 11, 12, 13, 14, 15].flatMap((windowBits) =>
  [false, true].map((contextTakeover) => ({ windowBits, contextTakeover })),
);

/** Ours, at once where that is possible, or always later. */
function ourDeflate(options: CodecOptions, always: "later" | undefined = undefined): Codec {
  const codec = new MessageDeflater(options);
  return async (text) =>
    (always === undefined ? codec.deflateNow(text) : undefined) ??
    (await new Promise((done) => deflateLater(codec, text, done)));
}
function ourInflate(options: CodecOptions, always: "later" | undefined = undefined): Codec {
  const codec = new MessageInflater({ ...options, maxBytes: 1024 * 1024, maxRatio: 2000 });
  return async (payload) => {
    const message =
      (always === undefined ? codec.inflateNow(payload) : undefined) ??
      (await new Promise<Buffer | Error>((done) => inflateLater(codec, payload, done)));
    if (message instanceof Error) throw message;
    return message;
  };
}

/** A stream of zlib that lives as long as the connection. */
function streamDeflate({ windowBits, contextTakeover }: CodecOptions): Codec {
  const stream = createDeflateRaw({ windowBits });
  return async (text) => {
    stream.write(text);
    await new Promise<void>((done) => stream.flush(constants.Z_SYNC_FLUSH, done));
    const message = (stream.read() as Buffer).subarray(0, -4);
    if (!contextTakeover) stream.reset();
    return message;
  };
}
function streamInflate({ windowBits, contextTakeover }: CodecOptions): Codec {
  const stream = createInflateRaw({ windowBits });
  return async (payload) => {
    const parts: Buffer[] = [];
    const collect = (part: Buffer): void => void parts.push(part);
    stream.on("data", collect);
    stream.write(Buffer.concat([payload, Buffer.of(0, 0, 0xff, 0xff)]));
    await new Promise<void>((done) => stream.flush(done));
    stream.off("data", collect);
    if (!contextTakeover) stream.reset();
    return Buffer.concat(parts);
  };
}

/** What `ws` exports and its types do not tell. */
interface WsDeflate {
  accept(offers: readonly object[]): void;
  compress(bytes: Buffer, fin: boolean, done: Done): void;
  decompress(bytes: Buffer, fin: boolean, done: Done): void;
}
type Done = (error: Error | null, result: Buffer) => void;
const { PerMessageDeflate } = ws as unknown as {
  PerMessageDeflate: new (options: { isServer: boolean; maxPayload: number }) => WsDeflate;
};
function wsCodec(method: "compress" | "decompress", options: CodecOptions, isServer: boolean): Codec {
  const codec = new PerMessageDeflate({ isServer, maxPayload: 1024 * 1024 });
  const writer = isServer === (method === "compress") ? "server" : "client";
  const offer: Record<string, unknown> = { [`${writer}_max_window_bits`]: [String(options.windowBits)] };
  if (!options.contextTakeover) offer[`${writer}_no_context_takeover`] = [true];
  codec.accept([offer]);
  return (bytes) =>
    new Promise((done, fail) =>
      codec[method](bytes, true, (error, result) => (error ? fail(error) : done(result))),
    );
}

const lengths = [
  0, 1, 2, 63, 64, 500, 1024, 5000, 16_384, 16_385, 32_768, 65_535, 65_536, 100_000, 200_000, 10, 0,
];
const texts: readonly Buffer[] = lengths.flatMap((length) => [json(length), noise(length), zeros(length)]);
/** Fewer and shorter: `ws` and streams take a trip to the thread pool for each. */
const someTexts = [
  json(1000),
  Buffer.alloc(1),
  noise(3000),
  json(50_000),
  zeros(70_000),
  letters(9000),
  json(1000),
];

async function carry(text: Buffer, deflate: Codec, inflate: Codec): Promise<void> {
  // Copies, so that neither side can lean on what the other still holds.
  const payload = Buffer.from(await deflate(Buffer.from(text)));
  const read = await inflate(payload);
  if (!read.equals(text)) expect.fail(`${text.length} bytes came back as ${read.length} others`);
}

describe("messages of 0 to 200,000 bytes, in their order", () => {
  it.each(everyWindow)("come back with %j, now and later mixed", async (options) => {
    const [deflate, inflate] = [ourDeflate(options), ourInflate(options)];
    for (const text of texts) await carry(text, deflate, inflate);
  });
  it.each(everyWindow)("are the same however they are made and read, with %j", async (options) => {
    const [now, later] = [ourDeflate(options), ourDeflate(options, "later")];
    const inflate = ourInflate(options, "later");
    for (const text of someTexts) {
      const payload = await now(text);
      expect(payload.equals(await later(text))).toBe(true);
      expect((await inflate(payload)).equals(text)).toBe(true);
    }
  });
});

describe("a stream of zlib that is kept open", () => {
  it.each(everyWindow)("reads what we write with %j", async (options) => {
    const [deflate, inflate] = [ourDeflate(options), streamInflate(options)];
    for (const text of someTexts) await carry(text, deflate, inflate);
  });
  it.each(everyWindow)("writes what we read with %j", async (options) => {
    const [deflate, inflate] = [streamDeflate(options), ourInflate(options)];
    for (const text of someTexts) await carry(text, deflate, inflate);
  });
});

describe("ws", () => {
  it.each(everyWindow)("reads what we write with %j, on either side", async (options) => {
    for (const isServer of [true, false]) {
      const [deflate, inflate] = [ourDeflate(options), wsCodec("decompress", options, isServer)];
      for (const text of someTexts) await carry(text, deflate, inflate);
    }
  });
  it.each([
    ...everyWindow,
    { windowBits: 8, contextTakeover: false },
    { windowBits: 8, contextTakeover: true },
  ])("writes what we read with %j, on either side", async (options) => {
    for (const isServer of [true, false]) {
      const [deflate, inflate] = [wsCodec("compress", options, isServer), ourInflate(options)];
      for (const text of someTexts) await carry(text, deflate, inflate);
    }
  });
});

describe("context takeover", () => {
  it("makes the second of two like messages much shorter, and without it they are equal", async () => {
    const [first, second] = [json(4000), json(4000)];
    const [taking, alone] = [true, false].map((contextTakeover) =>
      ourDeflate({ windowBits: 15, contextTakeover }),
    );
    expect((await taking!(first)).length).toBeGreaterThan(300);
    expect((await taking!(second)).length).toBeLessThan(60);
    expect((await alone!(first)).equals(await alone!(second))).toBe(true);
  });
  it("refers to compressed messages alone, as an inflater of no relation reads them", async () => {
    const deflate = ourDeflate({ windowBits: 10, contextTakeover: true });
    let before = Buffer.alloc(0);
    for (let i = 0; i < 30; i++) {
      const text = letters(i * 40, i);
      const read = naiveInflate(await deflate(text), before);
      expect(read!.text.equals(text)).toBe(true);
      before = Buffer.concat([before, text]);
    }
  });
});
