/** Relay: what it costs to pass a message on from one member of a room to another. */
import type { Bench, Row, Settings } from "../harness/bench.ts";
import { mapSamples, type Samples } from "../harness/rounds.ts";
import { measureEntrants, roundsNote, type Sample } from "../websocket/rigs.ts";
import { type RelayCell, relayContenders } from "./relay-contenders.ts";

const PAIRS = 64;
const OCTETS = 1024;
const DEEP = 32;

const cells: readonly RelayCell[] = (["message", "candidate", "description"] as const).flatMap((kind) =>
  [1, DEEP].map((deep) => ({ kind, octets: OCTETS, pairs: PAIRS, deep })),
);

/** Ours beside an echo, and the PeerJS server beside ours. */
const goals: Row["goals"] = [
  { of: "barewire", dividedBy: "echo", atMost: 1.6 },
  { of: "peerjs", dividedBy: "barewire", atLeast: 4 },
];

export const bench: Bench = async (settings, progress) => {
  const measured: { readonly cell: RelayCell; readonly samples: Samples<Sample> }[] = [];
  for (const cell of settings.quick ? cells.filter(({ deep }) => deep > 1) : cells) {
    progress(titleOf(cell));
    measured.push({ cell, samples: await measureCell(cell, settings) });
  }
  const rowsOf = (value: (sample: Sample) => number): readonly Row[] =>
    measured.map(({ cell, samples }) => ({ cell: titleOf(cell), samples: mapSamples(samples, value) }));
  const comparison = { reference: "echo", ratio: "contender ÷ reference", subject: "barewire" } as const;
  const rows = rowsOf(({ cpu }) => cpu).map((row) => ({ ...row, goals }));
  return {
    title: "Signalling: one to one",
    plots: [
      {
        name: "signalling",
        title: "Signalling: the server's CPU time for a message of 1 KiB from one to one",
        quantity: "In multiples of an echo of the same message and one JSON.parse",
        comparison,
        rows,
      },
    ],
    tables: [
      { quantity: "Server CPU, µs per message passed on", comparison, rows },
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: rowsOf(({ busy }) => busy),
      },
    ],
    notes: [
      `${PAIRS} pairs × messages in flight from one to the other; ${OCTETS.toLocaleString("en-US")} octets of JSON each, 16 different ones in turn. \`message\`: chat. \`candidate\`: one as browsers give it, with a long extension. \`description\`: an offer. Without compression.`,
      "`barewire`: SignallingServer on WebSocketServer and LocalBus, a room for each pair. Its budgets are out of the way; all else is as by default: commands are checked by the grammars of RFC 8866 and RFC 8839, and what was said is kept for those who come back. The clients give no acks, so that what is kept is always full.",
      "`echo`: our WebSocketServer alone. It reads each message by `JSON.parse` and sends back what came, to whom it came from.",
      "`passing`: the same server, which sends what came to another, whom the message names: no rooms, no checks, no numbers, nothing kept. What it costs beside the echo is that twice as many sockets are in use, half of them in one direction only.",
      "`peerjs`: the PeerJS server (`ExpressPeerServer`), whose WebSocket is `ws`. The same said, as `CANDIDATE` or `OFFER`, in as many octets.",
      "Client: prepared frames over `node:net` in a process of its own; it spins while it loads. Every message must be heard once, by whom it is for, in order and octet by octet; `seq` must count without a gap.",
      "Each speaker sends all its messages in one write, and the next when all have been heard.",
      roundsNote(settings),
    ],
    packages: ["peer"],
  };
};

function measureCell(cell: RelayCell, settings: Settings): Promise<Samples<Sample>> {
  return measureEntrants(
    relayContenders.map(({ name, start, open }) => ({ name, start, open: (port) => open(port, cell) })),
    settings,
  );
}

function titleOf({ kind, pairs, deep }: RelayCell): string {
  return `${kind}, ${pairs} × ${deep}`;
}
