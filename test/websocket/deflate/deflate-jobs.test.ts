import { setImmediate } from "node:timers/promises";
import * as zlib from "node:zlib";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { MessageDeflater, MessageInflater } from "../../../src/websocket/deflate/deflate.ts";
import { deflateLater, inflateLater, JOBS_AT_ONCE } from "../../../src/websocket/deflate/deflate-jobs.ts";
import type { WebSocketProtocolError } from "../../../src/websocket/errors.ts";
import { json } from "../compressible.ts";

/** What zlib was asked for, and what it is to fail with instead. */
const pool = vi.hoisted(() => ({
  started: [] as number[],
  running: 0,
  mostRunning: 0,
  failWith: undefined as string | undefined,
}));

vi.mock("node:zlib", async (original) => {
  const real = await original<typeof zlib>();
  type Call = (
    input: Uint8Array,
    options: object,
    back: (error: Error | null, result?: unknown) => void,
  ) => void;
  const failure = (): Error | null =>
    pool.failWith === undefined ? null : Object.assign(new Error("made up"), { code: pool.failWith });
  const watched = (call: Call): Call => {
    return (input, options, back) => {
      pool.started.push(input.length);
      pool.mostRunning = Math.max(pool.mostRunning, ++pool.running);
      call(input, options, (error, result) => {
        pool.running--;
        back(failure() ?? error, result);
      });
    };
  };
  const failing = (call: (input: Uint8Array, options: object) => unknown): typeof call => {
    return (input, options) => {
      const error = failure();
      if (error !== null) throw error;
      return call(input, options);
    };
  };
  return {
    ...real,
    deflateRaw: watched(real.deflateRaw as Call),
    inflateRaw: watched(real.inflateRaw as Call),
    deflateRawSync: failing(real.deflateRawSync),
    inflateRawSync: failing(real.inflateRawSync),
  };
});

beforeEach(() => {
  Object.assign(pool, { started: [], running: 0, mostRunning: 0, failWith: undefined });
});

const options = { windowBits: 15, contextTakeover: true };
const deflater = (): MessageDeflater => new MessageDeflater(options);
const inflater = (maxBytes = 1024 * 1024): MessageInflater =>
  new MessageInflater({ ...options, maxBytes, maxRatio: 100 });
const compressed = (text: Buffer): Buffer => deflater().deflateNow(text)!;

describe("deflateLater and inflateLater", () => {
  it("hand over the result once, and not before they return", async () => {
    const results: unknown[] = [];
    deflateLater(deflater(), json(10), (message) => results.push(message));
    inflateLater(inflater(), compressed(json(10)), (message) => results.push(message));
    inflateLater(inflater(), Buffer.of(0xff), (error) => results.push(error));
    inflateLater(inflater(5), compressed(json(10)), (error) => results.push(error));
    expect(results).toEqual([]);
    await vi.waitFor(() => expect(results).toHaveLength(4), 15_000);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(results).toHaveLength(4);
  });

  it("return what is wrong with a message: 1007, 1009, 1008", async () => {
    const wrong = (payload: Buffer, maxBytes?: number): Promise<unknown> =>
      new Promise((done) => inflateLater(inflater(maxBytes), payload, done));
    const [cut, streams] = [
      compressed(json(1000)).subarray(0, -1),
      Buffer.from(`${"0300".repeat(20)}00`, "hex"),
    ];
    expect(await wrong(Buffer.of(0xff))).toMatchObject({
      closeCode: 1007,
      message: expect.stringContaining("not"),
    });
    expect(await wrong(cut)).toMatchObject({ closeCode: 1007 });
    expect(await wrong(compressed(json(1000)), 999)).toMatchObject({ closeCode: 1009 });
    expect(await wrong(streams)).toMatchObject({ closeCode: 1008 });
  });

  it("inflate all streams of a message, one after the other", async () => {
    const payload = Buffer.concat([
      ...[1, 2, 3].map((i) => zlib.deflateRawSync(json(i * 1000))),
      compressed(json(500)),
    ]);
    const reader = inflater();
    const message = await new Promise<unknown>((done) => inflateLater(reader, payload, done));
    expect(message).toEqual(Buffer.concat([1000, 2000, 3000, 500].map(json)));
    expect(pool.started).toHaveLength(4);
    expect(pool.mostRunning).toBe(1);
  });

  it("need the payload of a message to inflate no longer once they return", async () => {
    const payload = compressed(json(1000));
    const message = new Promise<unknown>((done) => inflateLater(inflater(), payload, done));
    payload.fill(0xff);
    expect(await message).toEqual(json(1000));
  });
});

describe("the jobs of a process", () => {
  it(`run ${JOBS_AT_ONCE} at once, first come first served, both kinds together`, async () => {
    const payload = compressed(json(300));
    const lengths = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 20_000 + i : payload.length));
    await Promise.all(
      lengths.map(
        (length, i) =>
          new Promise<unknown>((done) => {
            if (i % 2 === 0) deflateLater(deflater(), json(length), done);
            else inflateLater(inflater(), payload, done);
          }),
      ),
    );
    expect(pool.mostRunning).toBe(JOBS_AT_ONCE);
    expect(pool.started).toEqual(lengths.map((length, i) => (i % 2 === 0 ? length : length + 9)));
  });

  it("are not begun when they are cancelled before, and make room", async () => {
    const done: number[] = [];
    const jobs = Array.from({ length: 30 }, (_, i) => deflateLater(deflater(), json(i), () => done.push(i)));
    for (const [i, job] of jobs.entries()) if (i >= JOBS_AT_ONCE && i !== 20) job.cancel();
    const expected = [0, 1, 2, 3, 4, 5, 6, 7, 20];
    await vi.waitFor(() => expect(done.sort((a, b) => a - b)).toEqual(expected), 15_000);
    expect(pool.started).toEqual(expected);
  });

  it("hand over nothing when they are cancelled while they run, and the next one follows", async () => {
    const done: number[] = [];
    const jobs = Array.from({ length: 10 }, (_, i) => deflateLater(deflater(), json(i), () => done.push(i)));
    for (const job of jobs.slice(0, JOBS_AT_ONCE)) job.cancel();
    await vi.waitFor(() => expect(done).toHaveLength(2), 15_000);
    expect(done.sort()).toEqual([8, 9]);
    expect(pool.started).toHaveLength(10);
    jobs[9]!.cancel(); // too late, and no harm
  });

  it("may be asked for by one that is done", async () => {
    const writer = deflater();
    const messages: Buffer[] = [];
    await new Promise<void>((end) => {
      const next = (): void => {
        if (messages.length === 20) end();
        else
          deflateLater(writer, json(100), (message) => {
            messages.push(message);
            next();
          });
      };
      next();
    });
    expect(messages[19]!.length).toBeLessThan(messages[0]!.length);
  });
});

describe("without memory for zlib", () => {
  const lengths = [0, 1, 0xffff, 0x10000, 200_000];

  it("messages are sent in blocks without compression, now and later", async () => {
    for (const length of lengths) {
      pool.failWith = "Z_MEM_ERROR";
      const [now, later] = [deflater(), deflater()];
      const messages = [await new Promise<Buffer>((done) => deflateLater(later, json(length), done))];
      if (length < 1000) messages.push(now.deflateNow(json(length))!);
      pool.failWith = undefined;
      for (const message of messages) {
        const reader = new MessageInflater({ ...options, maxBytes: 1e6, maxRatio: 1 });
        expect(await new Promise<unknown>((done) => inflateLater(reader, message, done))).toEqual(
          json(length),
        );
      }
    }
  });

  it("later messages may refer to those", () => {
    const [writer, reader] = [deflater(), inflater()];
    pool.failWith = "Z_MEM_ERROR";
    const first = writer.deflateNow(json(1000))!;
    pool.failWith = undefined;
    const second = writer.deflateNow(json(1000))!;
    expect(second.length).toBeLessThan(50);
    expect(reader.inflateNow(first)).toEqual(json(1000));
    expect(reader.inflateNow(second)).toEqual(json(1000));
  });

  it("a message that should be inflated fails with 1011, now and later", async () => {
    pool.failWith = "Z_MEM_ERROR";
    const payload = Buffer.of(0);
    expect(() => inflater().inflateNow(payload)).toThrow(expect.objectContaining({ closeCode: 1011 }));
    const error = await new Promise<Buffer | WebSocketProtocolError>((done) =>
      inflateLater(inflater(), payload, done),
    );
    expect(error).toMatchObject({ closeCode: 1011 });
  });
});

describe("an error of zlib that nobody expects", () => {
  it("is thrown as it is", () => {
    pool.failWith = "Z_STREAM_ERROR";
    for (const call of [() => deflater().deflateNow(json(1)), () => inflater().inflateNow(Buffer.of(0))])
      expect(call).toThrow(expect.objectContaining({ code: "Z_STREAM_ERROR" }));
  });
});
