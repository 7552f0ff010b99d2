/** Echo: what one message costs a server, from a few bytes to a mebibyte, alone and many in flight. */
import type { Bench, Goal, Row, Settings, Table } from "../harness/bench.ts";
import { mapSamples, type Samples } from "../harness/rounds.ts";
import { bunNote, comparison, goalsOf, ourNote, type Ratios, tookPart } from "./contenders.ts";
import { EchoLoad, type Pacing } from "./echo-load.ts";
import { READ_BUFFER } from "./exchange-connection.ts";
import { echoExchange } from "./frames.ts";
import { MAX_BUFFERED_BYTES, MAX_MESSAGE_BYTES } from "./peers/limits.ts";
import { measurePeers, roundsNote, type Sample } from "./rigs.ts";

interface Cell {
  readonly payloadBytes: number;
  readonly kind: "text" | "binary";
  readonly inFlight: number;
  /** Default `batch`. */
  readonly pacing?: Pacing;
  readonly goals?: Ratios;
}

const CONNECTIONS = 64;
const KiB = 1024;

const smallAlone: Ratios = { direct: 1.25, portable: 1.1, bun: 0.8 };
const smallMany: Ratios = { direct: 15, portable: 10, bun: 1.1 };

const cells: readonly Cell[] = [
  { payloadBytes: 16, kind: "binary", inFlight: 1, goals: smallAlone },
  { payloadBytes: 16, kind: "binary", inFlight: 32, goals: smallMany },
  { payloadBytes: 125, kind: "binary", inFlight: 1, goals: smallAlone },
  { payloadBytes: 125, kind: "binary", inFlight: 32, goals: smallMany },
  { payloadBytes: 125, kind: "binary", inFlight: 32, pacing: "window" },
  { payloadBytes: 125, kind: "text", inFlight: 32 },
  { payloadBytes: 1 * KiB, kind: "binary", inFlight: 1 },
  { payloadBytes: 1 * KiB, kind: "binary", inFlight: 32, goals: { direct: 12, portable: 6, bun: 2 } },
  { payloadBytes: 1 * KiB, kind: "text", inFlight: 32 },
  { payloadBytes: 16 * KiB, kind: "binary", inFlight: 1, goals: { direct: 3.8, portable: 2.3, bun: 1.4 } },
  { payloadBytes: 16 * KiB, kind: "binary", inFlight: 32, goals: { direct: 2.3, portable: 1.9, bun: 1 } },
  { payloadBytes: 64 * KiB, kind: "binary", inFlight: 32 },
  { payloadBytes: 1024 * KiB, kind: "binary", inFlight: 1, goals: { direct: 2.6, portable: 1.9, bun: 1 } },
  // Not 32: that would be 2 GiB on the way.
  { payloadBytes: 1024 * KiB, kind: "binary", inFlight: 4 },
];

interface Measured {
  readonly cell: Cell;
  readonly samples: Samples<Sample>;
}

export const bench: Bench = async (settings, progress) => {
  const measured: Measured[] = [];
  // To see whether it works: the least and the greatest, text, and the other pacing.
  const isQuick = ({ payloadBytes, kind, inFlight, pacing }: Cell): boolean =>
    payloadBytes === 125
      ? kind === "text" || pacing !== undefined
      : inFlight === 1 && (payloadBytes === 16 || payloadBytes === 1024 * KiB);
  const chosen = settings.quick ? cells.filter(isQuick) : cells;
  for (const cell of chosen) {
    progress(titleOf(cell));
    measured.push({ cell, samples: await measureCell(cell, settings) });
  }
  const costs: Table = {
    quantity: "Server CPU, µs per echoed message",
    comparison,
    rows: rowsOf(measured, ({ cpu }) => cpu),
  };
  return {
    title: "WebSocket echo",
    plots: [
      {
        name: "websocket",
        title: "WebSocket: the server's CPU time for an echoed binary message",
        quantity: "How many times less than ws",
        comparison,
        // All of them are about binary messages, and there is little room.
        rows: costs.rows
          .filter(({ goals }) => goals !== undefined)
          .map((row) => ({ ...row, cell: row.cell.replace(" binary", "") })),
      },
    ],
    tables: [
      costs,
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: rowsOf(measured, ({ busy }) => busy, false),
      },
      {
        quantity: "The load: echoes that came with one read of the client",
        rows: rowsOf(measured, ({ together }) => together, false),
      },
    ],
    notes: notesFor(settings),
    ...tookPart,
  };
};

function notesFor(settings: Settings): readonly string[] {
  return [
    `${CONNECTIONS} connections × messages in flight on each; binary or text (ASCII) as stated; unfragmented, without compression.`,
    ourNote,
    bunNote,
    "`net-floor` is a bare `node:net` server that answers the opening with a prepared 101 and then sends back the same bytes, masks and all, without looking at them.",
    "Client: prepared frames over `node:net` in a process of its own; it spins while it loads; every byte that comes back is compared with what was sent.",
    "Each connection sends all its messages in one write, and the next when all are back: the server gets the same portions however fast it answers, which is the kinder way for one that answers message by message. `(window)`: what one read brought is followed at once by as many.",
    roundsNote(settings),
    `Limits: \`maxMessageBytes\` and the \`maxPayload\` of ws ${MAX_MESSAGE_BYTES / KiB / KiB} MiB, \`maxBufferedBytes\` ${MAX_BUFFERED_BYTES / KiB / KiB} MiB (ws has no such limit). Our heartbeat is off: the others have none.`,
  ];
}

function measureCell(cell: Cell, settings: Settings): Promise<Samples<Sample>> {
  const { inFlight, pacing = "batch" } = cell;
  return measurePeers("echo", settings, (port, { protocol }) => {
    const exchange = echoExchange({ ...cell, protocol }, inFlight, READ_BUFFER);
    return EchoLoad.open({ port, connections: CONNECTIONS, inFlight, pacing, exchange });
  });
}

function rowsOf(
  measured: readonly Measured[],
  value: (sample: Sample) => number,
  withGoals = true,
): readonly Row[] {
  return measured.map(({ cell, samples }) => ({
    cell: titleOf(cell),
    samples: mapSamples(samples, value),
    goals: withGoals ? goalsIn(cell) : undefined,
  }));
}

function goalsIn({ goals }: Cell): readonly Goal[] | undefined {
  return goals === undefined ? undefined : goalsOf(goals);
}

function titleOf({ payloadBytes, kind, inFlight, pacing }: Cell): string {
  return `${sizeOf(payloadBytes)} ${kind}, ${CONNECTIONS} × ${inFlight}${pacing === "window" ? " (window)" : ""}`;
}

function sizeOf(bytes: number): string {
  if (bytes >= KiB * KiB) return `${bytes / KiB / KiB} MiB`;
  return bytes >= KiB ? `${bytes / KiB} KiB` : `${bytes} B`;
}
