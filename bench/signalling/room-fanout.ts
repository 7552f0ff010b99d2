/** Fan-out: what it costs to pass a chat message on to all of a room. */
import type { Bench, Row } from "../harness/bench.ts";
import { mapSamples, type Samples } from "../harness/rounds.ts";
import { measureEntrants, roundsNote, type Sample } from "../websocket/rigs.ts";
import { type FanoutCell, fanoutContenders } from "./room-fanout-contenders.ts";

const OCTETS = 200;
const QUICK_MEMBERS = 20;

const cells: readonly FanoutCell[] = [100, 1_000].flatMap((members) =>
  [1, 16].map((deep) => ({ octets: OCTETS, members, deep })),
);

export const bench: Bench = async (settings, progress) => {
  const chosen = settings.quick ? [{ octets: OCTETS, members: QUICK_MEMBERS, deep: 16 }] : cells;
  const measured: { readonly cell: FanoutCell; readonly samples: Samples<Sample> }[] = [];
  for (const cell of chosen) {
    progress(titleOf(cell));
    const entrants = fanoutContenders.map(({ name, start, open }) => ({
      ...{ name, start },
      open: (port: number) => open(port, cell),
    }));
    measured.push({ cell, samples: await measureEntrants(entrants, settings) });
  }
  const rowsOf = (value: (sample: Sample) => number): readonly Row[] =>
    measured.map(({ cell, samples }) => ({ cell: titleOf(cell), samples: mapSamples(samples, value) }));
  return {
    title: "Signalling: one to a room",
    tables: [
      {
        quantity: "Server CPU, µs per delivery",
        comparison: { reference: "broadcast", ratio: "contender ÷ reference", subject: "barewire" },
        rows: rowsOf(({ cpu }) => cpu).map((row) => ({ ...row, goal: { atMost: 1.3 } })),
      },
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: rowsOf(({ busy }) => busy),
      },
    ],
    notes: [
      `One member of a room sends chat messages of ${OCTETS} octets of JSON, \`16 deep\`: 16 in one write. All others hear each; the next are sent when everybody has heard everything. A delivery is one message at one member. Without compression.`,
      "`barewire`: SignallingServer on WebSocketServer and LocalBus, with WebSocketServer's `broadcast`; `maxPeersPerRoom` and the budgets are out of the way.",
      "`broadcast`: our WebSocketServer alone, which gives each message to `broadcast` as it came, for the same sockets in a list made before. What the client says is what is heard in a room: the same octets are delivered.",
      "Client: all members in one process over `node:net`; it spins while it loads. Everybody must hear every message once, in order and octet by octet; `seq` must count without a gap.",
      roundsNote(settings),
    ],
    packages: [],
  };
};

function titleOf({ members, deep }: FanoutCell): string {
  return `room of ${members.toLocaleString("en-US")}, ${deep === 1 ? "one at a time" : `${deep} deep`}`;
}
