import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type { Check, Outcome, Range } from "../websocket/fuzz-worker.ts";
import { HABITS, LAPSES } from "../websocket/fuzz-ws.ts";

/** Checks seeds on all cores. Returns what was found; throws the first failure, which names its seed and the cuts. */
async function check(name: Check, first: number, count: number): Promise<Set<string>> {
  const cores = availableParallelism();
  const ranges = Array.from({ length: cores }, (_, i): Range => {
    const start = (core: number): number => first + Math.floor((count * core) / cores);
    return { check: name, first: start(i), last: start(i + 1) - 1 };
  });
  const outcomes = await Promise.all(ranges.map(runInThread));
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  if (failure !== undefined) throw new Error(failure);
  return new Set(outcomes.flatMap(({ found }) => [...found.keys()]));
}

function runInThread(range: Range): Promise<Outcome> {
  const worker = new Worker(new URL("../websocket/fuzz-worker.ts", import.meta.url), {
    workerData: range,
    // What a stream leaves behind is soon forgotten: with more room for the young, it is looked through less often.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error(`no outcome of seeds ${range.first} to ${range.last}`)));
  });
}

const MILLION = 1_000_000;

describe("a connection and the naive codec", () => {
  for (let first = MILLION; first < 1.8 * MILLION; first += 100_000) {
    it(`agree on streams made and broken at random (seeds ${first} to ${first + 99_999})`, async () => {
      await check("stream", first, 100_000);
    });
  }

  it("agree when the thread pool inflates (seeds 1800000 to 1801999)", async () => {
    await check("threads", 1.8 * MILLION, 2_000);
  });
});

describe("what one end sends at random", () => {
  it("is read by the naive codec and by a connection, however it is cut (seeds 1000000 to 1019999)", async () => {
    await check("conversation", MILLION, 20_000);
  });

  it("is read by ws (seeds 1020000 to 1039999)", async () => {
    await check("conversation with ws", MILLION + 20_000, 20_000);
  });
});

describe("a connection and ws", () => {
  it("differ where ws has a habit or a lapse, and nowhere else (seeds 1000000 to 1199999)", async () => {
    const found = await check("ws", MILLION, 200_000);
    // Of the last, long messages that look too far back, there may be none.
    const kinds = [...Object.keys(HABITS), ...Object.keys(LAPSES)].filter((kind) => kind !== "too far back");
    expect([...found]).toEqual(expect.arrayContaining(kinds));
  });
});
