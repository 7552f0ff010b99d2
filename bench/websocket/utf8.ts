/**
 * Decoding text: what it costs to look for ill-formed UTF-8 afterwards (as src/websocket/utf8.ts does) and
 * before.
 */
import { isUtf8 } from "node:buffer";
import { decodeUtf8 } from "../../src/websocket/utf8.ts";
import type { Bench, Row } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";
import { mapSamples } from "../harness/rounds.ts";

const lengths = [16, 64, 256, 1024, 16 * 1024];

type Decode = (bytes: Buffer, start: number, end: number) => string;

export const bench: Bench = async (settings, progress) => {
  const rows: Row[] = [];
  for (const length of lengths) {
    progress(`${length} B`);
    const calls = [
      callOf("validate, then decode", validateFirst, length),
      callOf("utf8.ts", decodeUtf8, length),
    ];
    const samples = await compareCalls(calls, settings);
    rows.push({ cell: `${length} B`, samples: mapSamples(samples, (microseconds) => microseconds * 1_000) });
  }
  return {
    title: "WebSocket text",
    tables: [
      {
        quantity: "CPU, ns per text",
        comparison: {
          reference: "validate, then decode",
          ratio: "reference ÷ contender",
          subject: "utf8.ts",
        },
        rows,
      },
    ],
    notes: ["ASCII text. Only text that holds U+FFFD once it is decoded is validated by `utf8.ts`."],
    packages: [],
  };
};

function callOf(name: string, decode: Decode, length: number): Call {
  const bytes = Buffer.alloc(length, "text");
  return {
    name,
    run: (times) => {
      let text = "";
      for (let i = 0; i < times; i++) text = decode(bytes, 0, length);
      return text;
    },
  };
}

function validateFirst(bytes: Buffer, start: number, end: number): string {
  if (!isUtf8(bytes.subarray(start, end))) throw new Error("not UTF-8");
  return bytes.toString("utf8", start, end);
}
