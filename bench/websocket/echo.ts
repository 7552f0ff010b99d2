/** Echo: what one message costs a server, from a few bytes to a mebibyte, alone and many in flight. */
import type { Bench, Row, Settings } from "../harness/bench.ts";
import { alternate, mapSamples, type Samples } from "../harness/rounds.ts";
import { stretch, warmUp } from "../harness/server-load.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { EchoLoad, type Pacing } from "./load.ts";
import { MAX_BUFFERED_BYTES, MAX_MESSAGE_BYTES } from "./peers/limits.ts";

/** A server under test. To add one, add its line and its script in `peers/`. */
interface Peer {
  readonly name: string;
  readonly protocol: "websocket" | "raw";
}

const peers: readonly Peer[] = [
  { name: "barewire", protocol: "websocket" },
  { name: "ws", protocol: "websocket" },
  { name: "net-floor", protocol: "raw" },
];

interface Cell {
  readonly payloadBytes: number;
  readonly kind: "text" | "binary";
  readonly inFlight: number;
  /** Default `batch`. */
  readonly pacing?: Pacing;
  readonly goal?: Row["goal"];
}

const CONNECTIONS = 64;
const KiB = 1024;

const cells: readonly Cell[] = [
  { payloadBytes: 16, kind: "binary", inFlight: 1 },
  { payloadBytes: 16, kind: "binary", inFlight: 32 },
  { payloadBytes: 125, kind: "binary", inFlight: 1 },
  { payloadBytes: 125, kind: "binary", inFlight: 32, goal: { atLeast: 5 } },
  { payloadBytes: 125, kind: "binary", inFlight: 32, pacing: "window" },
  { payloadBytes: 125, kind: "text", inFlight: 32 },
  { payloadBytes: 1 * KiB, kind: "binary", inFlight: 1 },
  { payloadBytes: 1 * KiB, kind: "binary", inFlight: 32 },
  { payloadBytes: 1 * KiB, kind: "text", inFlight: 32 },
  { payloadBytes: 16 * KiB, kind: "binary", inFlight: 1 },
  { payloadBytes: 16 * KiB, kind: "binary", inFlight: 32 },
  { payloadBytes: 64 * KiB, kind: "binary", inFlight: 1 },
  { payloadBytes: 64 * KiB, kind: "binary", inFlight: 32 },
  { payloadBytes: 1024 * KiB, kind: "binary", inFlight: 1 },
  // Not 32: that would be 2 GiB on the way.
  { payloadBytes: 1024 * KiB, kind: "binary", inFlight: 4 },
];

/** What one round found about one server. */
interface Sample {
  /** Microseconds of the server's CPU for one message. */
  readonly cpu: number;
  /** Percent of the clock for which the server was busy. */
  readonly busy: number;
  /** How many echoes came with one read of the client. */
  readonly together: number;
}

interface Measured {
  readonly cell: Cell;
  readonly samples: Samples<Sample>;
}

export const bench: Bench = async (settings, progress) => {
  const measured: Measured[] = [];
  // To see whether it works: each size and kind once, of the big ones few at a time.
  const isQuick = ({ payloadBytes, inFlight }: Cell): boolean =>
    (inFlight === 1) === payloadBytes >= 64 * KiB;
  const chosen = settings.quick ? cells.filter(isQuick) : cells;
  for (const cell of chosen) {
    progress(titleOf(cell));
    measured.push({ cell, samples: await measureCell(cell, settings) });
  }
  return {
    title: "WebSocket echo",
    tables: [
      {
        quantity: "Server CPU, µs per echoed message",
        comparison: { reference: "ws", ratio: "reference ÷ contender", subject: "barewire" },
        rows: rowsOf(measured, ({ cpu }) => cpu),
      },
      {
        quantity: "The load: percent of the clock for which the server was busy",
        rows: rowsOf(measured, ({ busy }) => busy),
      },
      {
        quantity: "The load: echoes that came with one read of the client",
        rows: rowsOf(measured, ({ together }) => together),
      },
    ],
    notes: notesFor(settings),
    packages: ["ws"],
  };
};

function notesFor({ serverWarmUp, serverWindow, rounds }: Settings): readonly string[] {
  return [
    `${CONNECTIONS} connections × messages in flight on each; binary or text (ASCII) as stated; unfragmented, without compression.`,
    "`net-floor` is a bare `node:net` server that sends back the same bytes, masks and all, without looking at them.",
    "Client: prepared frames over `node:net` in a process of its own; it spins while it loads; every byte that comes back is compared with what was sent.",
    "Each connection sends all its messages in one write, and the next when all are back: the server gets the same portions however fast it answers, which is the kinder way for one that answers message by message. `(window)`: what one read brought is followed at once by as many.",
    `Each cell has fresh servers, each warmed up with ${serverWarmUp / 1_000} s of its own CPU time (at most twice that by the clock); then ${rounds} alternating rounds of ${serverWindow} ms, from idle to idle. CPU is user and system time of all threads of the server.`,
    `Limits: \`maxMessageBytes\` and the \`maxPayload\` of ws ${MAX_MESSAGE_BYTES / KiB / KiB} MiB, \`maxBufferedBytes\` ${MAX_BUFFERED_BYTES / KiB / KiB} MiB (ws has no such limit); ws without its native add-ons.`,
  ];
}

async function measureCell(cell: Cell, settings: Settings): Promise<Samples<Sample>> {
  const rigs = await setUpAll(cell);
  try {
    for (const { server, load } of rigs) {
      await warmUp(server, async (duration) => (await load.run(duration)).echoes, settings.serverWarmUp);
    }
    const contenders = rigs.map((rig) => ({
      name: rig.name,
      measure: () => measureRig(rig, settings.serverWindow),
    }));
    return await alternate(contenders, settings.rounds);
  } finally {
    await Promise.all(rigs.map(tearDown));
  }
}

/** A server with the client that loads it. */
interface Rig {
  readonly name: string;
  readonly server: ServerProcess;
  readonly load: EchoLoad;
}

async function setUpAll(cell: Cell): Promise<readonly Rig[]> {
  return Promise.all(
    peers.map(async ({ name, protocol }) => {
      const server = await ServerProcess.start(new URL(`./peers/${name}.ts`, import.meta.url));
      const load = await EchoLoad.open({
        pacing: "batch",
        ...cell,
        protocol,
        port: server.port,
        connections: CONNECTIONS,
      });
      return { name, server, load };
    }),
  );
}

async function measureRig({ server, load }: Rig, duration: number): Promise<Sample> {
  let reads = 0;
  const { cpu, operations, elapsed } = await stretch(
    server,
    async () => {
      const run = await load.run(duration);
      reads = run.reads;
      return run.echoes;
    },
    duration,
  );
  return { cpu: cpu / operations, busy: cpu / elapsed / 10, together: operations / reads };
}

async function tearDown({ server, load }: Rig): Promise<void> {
  load.close();
  await server.stop();
}

function rowsOf(measured: readonly Measured[], value: (sample: Sample) => number): readonly Row[] {
  return measured.map(({ cell, samples }) => ({
    cell: titleOf(cell),
    samples: mapSamples(samples, value),
    goal: cell.goal,
  }));
}

function titleOf({ payloadBytes, kind, inFlight, pacing }: Cell): string {
  return `${sizeOf(payloadBytes)} ${kind}, ${CONNECTIONS} × ${inFlight}${pacing === "window" ? " (window)" : ""}`;
}

function sizeOf(bytes: number): string {
  if (bytes >= KiB * KiB) return `${bytes / KiB / KiB} MiB`;
  return bytes >= KiB ? `${bytes / KiB} KiB` : `${bytes} B`;
}
