/**
 * Compressing and inflating one message: with a stream of zlib that lives as long as the connection (as ws does),
 * with a call for each on Node's defaults, and with src/websocket/deflate/deflate.ts, at once and on the thread pool.
 */
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync, inflateRawSync } from "node:zlib";
import { MessageDeflater, MessageInflater } from "../../src/websocket/deflate/deflate.ts";
import { deflateLater, inflateLater } from "../../src/websocket/deflate/deflate-jobs.ts";
import type { Bench, Row, Table } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";
import type { Samples } from "../harness/rounds.ts";

const cells = [64, 1024, 16 * 1024].flatMap((length) =>
  [false, true].map((contextTakeover) => ({ length, contextTakeover })),
);
type Cell = (typeof cells)[number];

/** More text than a window holds: a message of the cycle then finds the same before it each time round. */
const CYCLE_BYTES = 96 * 1024;
const TAIL = Buffer.of(0x00, 0x00, 0xff, 0xff);
const TAIL_AND_END = Buffer.of(0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff);

type Now = (bytes: Buffer) => Buffer | undefined;
type Later = (bytes: Buffer) => Promise<unknown>;

export const bench: Bench = async (settings, progress) => {
  const [deflating, inflating]: [Row[], Row[]] = [[], []];
  for (const cell of cells) {
    const name = `${cell.length} B${cell.contextTakeover ? ", context takeover" : ""}`;
    progress(name);
    const texts = messages(cell.length);
    const { firstRound, everyRound } = compressed(texts, cell);
    deflating.push({ cell: name, samples: await compare(deflaters(cell), texts, texts) });
    inflating.push({ cell: name, samples: await compare(inflaters(cell), firstRound, everyRound) });
  }
  return {
    title: "permessage-deflate",
    tables: [table("Compressing", deflating), table("Inflating", inflating)],
    notes: [
      "JSON of changing content, windows of 32 KiB. `stream kept open`: written, flushed and, without context takeover, reset. `call with defaults`: `deflateRawSync` and `inflateRawSync`. `later`: deflate-jobs.ts, which takes what is longer than 16 KiB to compress, or 32 KiB to inflate.",
      "A stream waits for the thread pool, and CPU time has that of all threads. Held between messages: by streams about 300 KiB for a connection, by `deflate.ts` nothing, and with context takeover two windows.",
    ],
    packages: [],
  };

  async function compare(
    codecs: { now: Record<string, Now>; later: Record<string, Later> },
    first: readonly Buffer[],
    inputs: readonly Buffer[],
  ): Promise<Samples> {
    const calls: Call[] = [];
    for (const [name, codec] of Object.entries(codecs.later)) {
      for (const input of first) await codec(input);
      calls.push(laterCall(name, codec, inputs));
    }
    for (const [name, codec] of Object.entries(codecs.now)) {
      for (const input of first) codec(input);
      calls.push(nowCall(name, codec, inputs));
    }
    return compareCalls(calls, settings);
  }
};

function table(what: string, rows: readonly Row[]): Table {
  return {
    quantity: `${what}: CPU, µs per message`,
    comparison: { reference: "stream kept open", ratio: "reference ÷ contender", subject: "deflate.ts" },
    rows,
  };
}

function deflaters(cell: Cell): { now: Record<string, Now>; later: Record<string, Later> } {
  const options = { windowBits: 15, contextTakeover: cell.contextTakeover };
  const stream = createDeflateRaw().resume();
  const [now, later] = [new MessageDeflater(options), new MessageDeflater(options)];
  return {
    later: {
      "stream kept open": (text) =>
        new Promise<void>((done) => {
          stream.write(text);
          stream.flush(constants.Z_SYNC_FLUSH, () => {
            if (!cell.contextTakeover) stream.reset();
            done();
          });
        }),
      later: (text) => new Promise((done) => deflateLater(later, text, done)),
    },
    now: {
      ...(cell.contextTakeover
        ? {}
        : { "call with defaults": (text) => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }) }),
      "deflate.ts": (text) => now.deflateNow(text),
    },
  };
}

function inflaters(cell: Cell): { now: Record<string, Now>; later: Record<string, Later> } {
  const limits = { maxBytes: 1024 * 1024, maxRatio: 100 };
  const options = { windowBits: 15, contextTakeover: cell.contextTakeover, ...limits };
  const stream = createInflateRaw().resume();
  const [now, later] = [new MessageInflater(options), new MessageInflater(options)];
  return {
    later: {
      "stream kept open": (payload) =>
        new Promise<void>((done) => {
          stream.write(payload);
          stream.write(TAIL);
          stream.flush(() => {
            if (!cell.contextTakeover) stream.reset();
            done();
          });
        }),
      later: (payload) => new Promise((done) => inflateLater(later, payload, done)),
    },
    now: {
      ...(cell.contextTakeover
        ? {}
        : { "call with defaults": (payload) => inflateRawSync(Buffer.concat([payload, TAIL_AND_END])) }),
      "deflate.ts": (payload) => now.inflateNow(payload),
    },
  };
}

function nowCall(name: string, codec: Now, inputs: readonly Buffer[]): Call {
  let at = 0;
  return {
    name,
    run: (times) => {
      let last: Buffer | undefined;
      for (let i = 0; i < times; i++) {
        last = codec(inputs[at]!);
        if (last === undefined) throw new Error(`${name} did not do ${inputs[at]!.length} B at once`);
        at = (at + 1) % inputs.length;
      }
      return last;
    },
  };
}

function laterCall(name: string, codec: Later, inputs: readonly Buffer[]): Call {
  let at = 0;
  return {
    name,
    run: async (times) => {
      let last: unknown;
      for (let i = 0; i < times; i++) {
        last = await codec(inputs[at]!);
        if (last instanceof Error) throw last;
        at = (at + 1) % inputs.length;
      }
      return last;
    },
  };
}

/** A cycle of messages, compressed: as the first of a connection, and as they are when the cycle goes on. */
function compressed(texts: readonly Buffer[], cell: Cell): { firstRound: Buffer[]; everyRound: Buffer[] } {
  const deflater = new MessageDeflater({ windowBits: 15, contextTakeover: cell.contextTakeover });
  const round = (): Buffer[] => texts.map((text) => deflater.deflateNow(text)!);
  return { firstRound: round(), everyRound: round() };
}

/** JSON of so many bytes each, of one shape and changing content. */
function messages(length: number): readonly Buffer[] {
  let random = length;
  return Array.from({ length: Math.ceil(CYCLE_BYTES / length) }, () => {
    const items: string[] = [];
    for (let size = 0; size < length; size += items.at(-1)!.length + 1) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      const id = random >>> 8;
      items.push(
        JSON.stringify({ id, name: `user${id % 1000}`, active: id % 3 === 0, score: (id % 1000) / 10 }),
      );
    }
    return Buffer.from(`[${items.join()}]`.slice(0, length));
  });
}
