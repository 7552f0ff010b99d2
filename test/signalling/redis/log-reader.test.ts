import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../../src/signalling/entries.ts";
import { LogReader } from "../../../src/signalling/redis/log-reader.ts";
import type { Chunk } from "../../../src/signalling/redis/records.ts";

const record = (position: number): LogRecord => ({ position, process: "p", ref: 0, entry: { type: "end" } });

function chunk(begin: number, last: number, from: number, to: number = last): Chunk {
  const records = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => record(from + at));
  return { begin, last, records, malformed: [] };
}

/** A reader, and what it asks for and tells, in order. */
function reading(): { readonly reader: LogReader; readonly said: string[] } {
  const said: string[] = [];
  const positions = (records: readonly LogRecord[]): string =>
    records.map(({ position }) => position).join(",");
  const reader = new LogReader({
    opened: (records, next) => said.push(`opened ${positions(records)} then ${next}`),
    appended: ({ position }) => said.push(`${position}`),
    read: (position) => said.push(`read ${position}`),
    broken: () => said.push("broken"),
  });
  return { reader, said };
}

/** A reader that follows a log of which `last` is the last position. */
function following(last: number): ReturnType<typeof reading> {
  const { reader, said } = reading();
  reader.begin(last + 1, chunk(0, last, last + 1));
  said.length = 0;
  return { reader, said };
}

describe("reading the log of a room", () => {
  it("opens an empty log", () => {
    const { reader, said } = reading();
    reader.begin(11, chunk(10, 10, 11));
    expect(said).toEqual(["opened  then 11"]);
  });

  it("opens once it has all records, in as many chunks as it takes", () => {
    const { reader, said } = reading();
    reader.begin(3, chunk(0, 7, 3, 4));
    reader.receiveChunk(chunk(0, 7, 5, 6));
    reader.receiveChunk(chunk(0, 7, 7, 7));
    expect(said).toEqual(["read 5", "read 7", "opened 3,4,5,6,7 then 8"]);
  });

  it("opens with what was published meanwhile", () => {
    const { reader, said } = reading();
    for (const position of [4, 5]) reader.receivePublished(record(position));
    reader.begin(2, chunk(1, 3, 2));
    reader.receivePublished(record(6));
    expect(said).toEqual(["opened 2,3,4,5 then 6", "6"]);
  });

  it("tells each record once", () => {
    const { reader, said } = following(5);
    for (const position of [6, 6, 5, 7, 6, 7]) reader.receivePublished(record(position));
    expect(said).toEqual(["6", "7"]);
  });

  it("reads what was not published, and goes on in order", () => {
    const { reader, said } = following(5);
    for (const position of [6, 8, 9]) reader.receivePublished(record(position));
    reader.receiveChunk(chunk(0, 8, 7));
    expect(said).toEqual(["6", "read 7", "7", "8", "9"]);
  });

  it("does not wait for a chunk with what comes in order", () => {
    const { reader, said } = following(5);
    reader.doubt();
    for (const position of [6, 7]) reader.receivePublished(record(position));
    reader.receiveChunk(chunk(0, 5, 6));
    expect(said).toEqual(["read 6", "6", "7"]);
  });

  it("drops what was published about positions that the log does not have", () => {
    const { reader, said } = following(5);
    reader.receivePublished(record(900));
    reader.receiveChunk(chunk(0, 5, 6));
    reader.receivePublished(record(6));
    expect(said).toEqual(["read 6", "6"]);
  });

  it.each([
    ["is gone", chunk(0, 0, 1)],
    ["begins later", chunk(900, 903, 901)],
    ["ends earlier", chunk(0, 3, 6)],
    ["has lost the record", chunk(0, 9, 7)],
    ["has lost all records", chunk(0, 9, 10)],
  ])("breaks when the log %s, and says nothing after that", (_, reply) => {
    const { reader, said } = following(5);
    reader.doubt();
    reader.receiveChunk(reply);
    reader.receivePublished(record(6));
    reader.receiveChunk(chunk(0, 6, 6));
    reader.doubt();
    expect(said).toEqual(["read 6", "broken"]);
  });

  it("says nothing once it is ended, though in the middle of a chunk", () => {
    const said: number[] = [];
    const reader = new LogReader({
      opened: () => {},
      appended: ({ position }) => {
        said.push(position);
        if (position === 7) reader.end();
      },
      read: () => {},
      broken: () => said.push(Number.NaN),
    });
    reader.begin(6, chunk(0, 5, 6));
    reader.doubt();
    reader.receiveChunk(chunk(0, 9, 6));
    expect(said).toEqual([6, 7]);
  });

  it("keeps a bounded number of records for later, and reads the others", () => {
    const { reader, said } = following(0);
    const many = 3_000;
    for (let position = 2; position <= many; position++) reader.receivePublished(record(position));
    while (said.at(-1)?.startsWith("read ")) {
      const from = Number(said.at(-1)!.slice(5));
      reader.receiveChunk(chunk(0, many, from, Math.min(many, from + 127)));
    }
    // The reader counts from 1 here, so `begin` 0 is before it.
    expect(said.filter((line) => !line.startsWith("read"))).toEqual(
      Array.from({ length: many }, (_, at) => `${at + 1}`),
    );
  });

  it("tells all records once and in order, whatever is lost, doubled or late", () => {
    const step = fc.oneof(
      fc.constant({ type: "write" as const }),
      fc.record({ type: fc.constant("publish" as const), back: fc.nat(6) }),
      fc.constant({ type: "doubt" as const }),
      fc.constant({ type: "reply" as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 4 }), (steps, size) => {
        let last = 0;
        const told: number[] = [];
        const asked: Chunk[] = [];
        // A reply tells of the moment at which Redis was asked, and comes later.
        const answer = (from: number): Chunk => chunk(0, last, from, Math.min(last, from + size - 1));
        const reader = new LogReader({
          opened: (records) => told.push(...records.map(({ position }) => position)),
          appended: ({ position }) => told.push(position),
          read: (from) => asked.push(answer(from)),
          broken: () => told.push(Number.NaN),
        });
        last = 3;
        reader.begin(1, answer(1));
        for (const one of steps) {
          if (one.type === "write") last++;
          else if (one.type === "publish") reader.receivePublished(record(Math.max(1, last - one.back)));
          else if (one.type === "doubt") reader.doubt();
          else if (asked.length > 0) reader.receiveChunk(asked.shift()!);
        }
        // In the end it is asked once more, and all replies come.
        for (let round = 0; round < 2; round++) {
          reader.doubt();
          while (asked.length > 0) reader.receiveChunk(asked.shift()!);
        }
        expect(told).toEqual(Array.from({ length: last }, (_, at) => at + 1));
      }),
    );
  });
});
