/**
 * What it costs to look at what a member says to another before it is passed on: the grammars of candidates (RFC 8839
 * §5.1) and descriptions (RFC 8866), beside `JSON.parse` of the same text; and the two figures that the code rests on.
 */

import { faultOfCandidate } from "../../src/signalling/grammar/candidate.ts";
import { endOf, endOfVisible, VCHAR } from "../../src/signalling/grammar/characters.ts";
import { Fields } from "../../src/signalling/grammar/fields.ts";
import { checkSessionDescription } from "../../src/signalling/grammar/session-description.ts";
import type { Bench, Row, Settings } from "../harness/bench.ts";
import { type Call, compareCalls } from "../harness/calls.ts";
import { mapSamples } from "../harness/rounds.ts";
import { CYCLE, candidateOf, commandsTo, sessionDescription } from "./contents.ts";

/** Of the values of a candidate's extensions. Those around `PATTERN_PAYS_OFF_FROM` in characters.ts. */
const valueLengths = [4, 32, 64, 128, 900];

export const bench: Bench = async (settings, progress) => {
  const said: Row[] = [];
  for (const [cell, texts, check] of cells()) {
    progress(cell);
    const calls = [callOf("JSON.parse", texts.map(quoted), JSON.parse), callOf("grammar", texts, check)];
    said.push({ cell, samples: await compareCalls(calls, settings) });
  }
  return {
    title: "Signalling grammars",
    tables: [
      {
        quantity: "CPU, µs per text",
        comparison: { reference: "JSON.parse", ratio: "contender ÷ reference", subject: "grammar" },
        rows: said,
      },
      {
        quantity: "Values: CPU, ns per value",
        comparison: { reference: "table", ratio: "reference ÷ contender", subject: "endOfVisible" },
        rows: await valueRows(settings, progress),
      },
      {
        quantity: "Fields: CPU, ns per candidate",
        comparison: { reference: "split", ratio: "reference ÷ contender", subject: "Fields" },
        rows: await fieldRows(settings, progress),
      },
    ],
    notes: [
      "`JSON.parse`: the same text as a string of JSON, as it comes in. `grammar`: `faultOfCandidate` and `checkSessionDescription`. Each call another of 16 texts.",
      "Values: the end of what is visible. `table`: looks up one character after the other. `endOfVisible`: 32 so, and the rest by a pattern.",
      "Fields: whether the first eight fields of a candidate have visible characters alone. `split`: an array of strings. `Fields`: in place.",
    ],
    packages: [],
  };
};

type Check = (text: string) => unknown;

function* cells(): Generator<readonly [cell: string, texts: readonly string[], check: Check]> {
  yield ["candidate of a browser", browserCandidates, takesCandidate];
  yield ["candidate of multicast DNS", nameCandidates, takesCandidate];
  yield ["candidate in a command of 1 KiB", said("candidate", ["candidate", "candidate"]), takesCandidate];
  yield ["description in a command of 1 KiB", said("description", ["description", "sdp"]), takesDescription];
  yield ["description of 40 sections", longDescriptions, takesDescription];
}

function takesCandidate(text: string): unknown {
  const fault = faultOfCandidate(text);
  if (fault !== undefined) throw new Error(fault);
  return fault;
}

function takesDescription(text: string): unknown {
  const view = checkSessionDescription(text);
  if ("reason" in view) throw new Error(view.reason);
  return view;
}

const each: readonly number[] = Array.from({ length: CYCLE }, (_, at) => at);
const browserCandidates = each.map((at) => parsed(String(candidateOf(`k3F${at % 10}`).candidate)));
const nameCandidates = each.map((at) =>
  parsed(
    `candidate:3897796008 1 udp 2113937151 dadd7978-7e53-4ba3-a293-a8518a2f88${10 + at}.local 49573 typ host`,
  ),
);

/** As an SFU offers a room of forty. */
const longDescriptions = each.map((at) => {
  const media = sessionDescription.indexOf("m=");
  const sections = sessionDescription.slice(media).repeat(40);
  return parsed(`${sessionDescription.slice(0, media)}a=tool:${at}\r\n${sections}`);
});

/** The texts in a cycle of commands, at a path. */
function said(kind: "candidate" | "description", path: readonly string[]): readonly string[] {
  return commandsTo(kind, "peer", 1024).map((command) => {
    let value: unknown = command;
    for (const key of path) value = (value as Readonly<Record<string, unknown>>)[key];
    return parsed(value as string);
  });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A text as `JSON.parse` makes it: in one piece, where one that was put together would be many. */
function parsed(text: string): string {
  return JSON.parse(quoted(text)) as string;
}

/** A function made anew for each, so that none inherits types. */
function callOf(name: string, texts: readonly string[], read: Check): Call {
  return {
    name,
    run: (times) => {
      let last: unknown;
      for (let i = 0; i < times; i++) last = read(texts[i % texts.length]!);
      return last;
    },
  };
}

async function valueRows(settings: Settings, progress: (what: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const length of valueLengths) {
    progress(`value of ${length}`);
    const texts = each.map((at) => parsed(`${String(at % 10).repeat(length)} end`));
    const calls = [
      callOf("table", texts, (text) => endOf(VCHAR, text, 0, text.length)),
      callOf("endOfVisible", texts, (text) => endOfVisible(text, 0, text.length)),
    ];
    rows.push(inNanoseconds(`${length} characters`, await compareCalls(calls, settings)));
  }
  return rows;
}

async function fieldRows(settings: Settings, progress: (what: string) => void): Promise<readonly Row[]> {
  progress("fields");
  const calls = [callOf("split", browserCandidates, splits), callOf("Fields", browserCandidates, reads)];
  return [inNanoseconds("candidate of a browser", await compareCalls(calls, settings))];
}

function splits(text: string): boolean {
  return text
    .split(" ")
    .slice(0, 8)
    .every((field) => field !== "" && endOf(VCHAR, field, 0, field.length) === field.length);
}

function reads(text: string): boolean {
  const fields = new Fields(text, 0, text.length);
  for (let read = 0; read < 8; read++) if (!fields.next(VCHAR)) return false;
  return true;
}

function inNanoseconds(cell: string, samples: Row["samples"]): Row {
  return { cell, samples: mapSamples(samples, (microseconds) => microseconds * 1_000) };
}
