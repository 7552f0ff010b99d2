/**
 * Decoding text: what it costs to look for ill-formed UTF-8 afterwards (as src/websocket/wire/utf8.ts does) and
 * before; and looking at text that arrives in pieces.
 */
import { isUtf8 } from "node:buffer";
import { decodeUtf8, Utf8Validator } from "../../src/websocket/wire/utf8.ts";
import type { Bench, Row } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";
import { mapSamples } from "../harness/rounds.ts";

const lengths = [16, 64, 256, 1024, 16 * 1024];
/** Of a text of 64 KiB. Those around `NATIVE_PAYS_OFF_FROM` in src/websocket/wire/utf8.ts, and what arrives in real life. */
const pieceLengths = [16, 32, 64, 1024, 64 * 1024];
const WHOLE = 64 * 1024;

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
  const inPieces: Row[] = [];
  for (const length of pieceLengths) {
    progress(`pieces of ${length} B`);
    const calls = [tableCall(length), textDecoderCall(length), validatorCall(length)];
    inPieces.push({ cell: `pieces of ${length} B`, samples: await compareCalls(calls, settings) });
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
      {
        quantity: "Text in pieces: CPU, µs per 64 KiB",
        comparison: {
          reference: "octet by octet",
          ratio: "reference ÷ contender",
          subject: "Utf8Validator",
        },
        rows: inPieces,
      },
    ],
    notes: [
      "Whole texts: ASCII. Only text that holds U+FFFD once it is decoded is validated by `utf8.ts`.",
      "Text in pieces: characters of one to four octets, cut wherever a piece ends. `octet by octet`: a table of states. `TextDecoder`: fatal and streaming, which makes strings that nobody wants.",
    ],
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

/** Characters of each length, 28 octets at a time, so that many pieces end inside one; the text does not. */
const pieced = Buffer.alloc(WHOLE, "plain, \u043c\u0438\u0440, \u4e16\u754c, \u{1f600}!");
pieced.fill(".", WHOLE - (WHOLE % 28));

/** Pushes the text piece after piece; the last character may be cut. */
function inPiecesOf(length: number, push: (from: number, to: number) => boolean): boolean {
  let taken = true;
  for (let at = 0; at < WHOLE; at += length) taken = push(at, at + length) && taken;
  if (!taken) throw new Error("text refused");
  return taken;
}

function validatorCall(length: number): Call {
  const validator = new Utf8Validator();
  return {
    name: "Utf8Validator",
    run: (times) => {
      let taken = true;
      for (let i = 0; i < times; i++) {
        taken = inPiecesOf(length, (from, to) => validator.push(pieced, from, to));
        validator.reset();
      }
      return taken;
    },
  };
}

function textDecoderCall(length: number): Call {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return {
    name: "TextDecoder",
    run: (times) => {
      let characters = 0;
      for (let i = 0; i < times; i++) {
        inPiecesOf(length, (from, to) => {
          characters += decoder.decode(pieced.subarray(from, to), { stream: true }).length;
          return true;
        });
      }
      return characters;
    },
  };
}

function tableCall(length: number): Call {
  const next = stateTable();
  return {
    name: "octet by octet",
    run: (times) => {
      let state = 0;
      for (let i = 0; i < times; i++) {
        state = 0;
        inPiecesOf(length, (from, to) => {
          for (let at = from; at < to; at++) state = next[state * 256 + pieced[at]!]!;
          return state !== REFUSED;
        });
      }
      return state;
    },
  };
}

const REFUSED = 8;

/** RFC 3629 §4 as states: 0 between characters, 1 to 3 so many tails lack, then the four odd second octets. */
function stateTable(): Uint8Array {
  const next = new Uint8Array(9 * 256).fill(REFUSED);
  const rows: readonly (readonly [state: number, from: number, to: number, next: number])[] = [
    [0, 0x00, 0x7f, 0],
    [0, 0xc2, 0xdf, 1],
    [0, 0xe0, 0xe0, 4],
    [0, 0xe1, 0xef, 2],
    [0, 0xed, 0xed, 5],
    [0, 0xf0, 0xf0, 6],
    [0, 0xf1, 0xf3, 3],
    [0, 0xf4, 0xf4, 7],
    [1, 0x80, 0xbf, 0],
    [2, 0x80, 0xbf, 1],
    [3, 0x80, 0xbf, 2],
    [4, 0xa0, 0xbf, 1],
    [5, 0x80, 0x9f, 1],
    [6, 0x90, 0xbf, 2],
    [7, 0x80, 0x8f, 2],
  ];
  for (const [state, from, to, then] of rows) next.fill(then, state * 256 + from, state * 256 + to + 1);
  return next;
}
