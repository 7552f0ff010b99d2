/** Fan-out: what it costs a server to pass one client's message on to a thousand. */
import type { Bench, Row } from "../harness/bench.ts";
import { mapSamples, type Samples } from "../harness/rounds.ts";
import { bunNote, comparison, goalsOf, ourNote, type Ratios, tookPart } from "./contenders.ts";
import { READ_BUFFER } from "./exchange-connection.ts";
import { FanoutLoad } from "./fanout-load.ts";
import { echoExchange } from "./frames.ts";
import { measurePeers, roundsNote, type Sample } from "./rigs.ts";

interface Cell {
  readonly name: string;
  /** Messages that the server gets, and passes on, in one turn. */
  readonly deep: number;
  readonly goals: Ratios;
}

const RECEIVERS = 1_000;
const QUICK_RECEIVERS = 50;
const PAYLOAD_BYTES = 64;

const cells: readonly Cell[] = [
  { name: "16 deep", deep: 16, goals: { direct: 15, portable: 15, bun: 0.9 } },
  { name: "one at a time", deep: 1, goals: { direct: 1.2, portable: 1.2, bun: 0.9 } },
];

interface Measured {
  readonly cell: Cell;
  readonly samples: Samples<Sample>;
}

export const bench: Bench = async (settings, progress) => {
  const receivers = settings.quick ? QUICK_RECEIVERS : RECEIVERS;
  const title = ({ name }: Cell): string =>
    `${PAYLOAD_BYTES} B to ${receivers.toLocaleString("en-US")}, ${name}`;
  const measured: Measured[] = [];
  for (const cell of settings.quick ? cells.slice(0, 1) : cells) {
    progress(title(cell));
    const { deep } = cell;
    const samples = await measurePeers("broadcast", settings, (port, { protocol }) => {
      const content = { payloadBytes: PAYLOAD_BYTES, kind: "binary", protocol } as const;
      return FanoutLoad.open({ port, receivers, deep, exchange: echoExchange(content, deep, READ_BUFFER) });
    });
    measured.push({ cell, samples });
  }
  const rowsOf = (value: (sample: Sample) => number): readonly Row[] =>
    measured.map(({ cell, samples }) => ({ cell: title(cell), samples: mapSamples(samples, value) }));
  return {
    title: "WebSocket fan-out",
    tables: [
      {
        quantity: "Server CPU, µs per delivery",
        comparison,
        rows: rowsOf(({ cpu }) => cpu).map((row, index) => ({
          ...row,
          goals: goalsOf(measured[index]!.cell.goals),
        })),
      },
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: rowsOf(({ busy }) => busy),
      },
      {
        quantity: "The load: deliveries that came with one read of the client",
        rows: rowsOf(({ together }) => together),
      },
    ],
    notes: [
      `One of ${receivers.toLocaleString("en-US")} clients sends binary messages of ${PAYLOAD_BYTES} B, \`16 deep\`: 16 of them in one write. The server sends each to all clients, the sender too; the next are sent when everybody has got everything. A delivery is one message at one client.`,
      ourNote,
      bunNote,
      "Ours call `broadcast(server.clients, data)`; ws calls `send` for each of its clients; Bun calls `publish` for a topic to which all have subscribed; `net-floor` is a bare `node:net` server that writes what it reads to every socket.",
      "Client: all connections in one process of its own over `node:net`; it spins while it loads; every byte that every client gets is compared with what was sent, and each must get each message once.",
      roundsNote(settings),
    ],
    ...tookPart,
  };
};
