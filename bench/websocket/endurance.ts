/**
 * Endurance: does a server give back what it took? Its memory with a crowd of idle connections, then while a
 * multitude comes and goes beside them, and when all are gone.
 */
import type { Bench, Row } from "../harness/bench.ts";
import type { Samples } from "../harness/rounds.ts";
import { ourNote, type Peer, peers, startPeer, tookPart } from "./contenders.ts";
import { Crowd, type CrowdOptions, comeAndGo, crowdSize } from "./crowd.ts";
import { sampleOpening } from "./openings.ts";
import { naming } from "./rigs.ts";

/** How many connections idle, and how many come and go, so many at once. */
interface Numbers {
  readonly idle: number;
  readonly passing: number;
  readonly atOnce: number;
  /** They come in so many parts; after each the memory is looked at. */
  readonly parts: number;
}

const FULL: Numbers = { idle: 10_000, passing: 200_000, atOnce: 200, parts: 4 };
const QUICK: Numbers = { idle: 100, passing: 400, atOnce: 50, parts: 1 };
const MiB = 2 ** 20;

/** Ours, and one to measure them by. */
const names: readonly string[] = ["barewire", "barewire-portable", "ws"];
const GOAL = 1.1;

/** Resident memory in MiB, garbage collected. */
interface Memory {
  readonly empty: number;
  /** With the idle connections only. */
  readonly start: number;
  /** The same, after each part of those who come and go. */
  readonly looks: readonly number[];
  /** When the idle ones are gone too. */
  readonly end: number;
}

export const bench: Bench = async (settings, progress) => {
  const wanted = settings.quick ? QUICK : FULL;
  const { size, note } = crowdSize(wanted.idle + wanted.atOnce);
  const numbers = { ...wanted, idle: size - wanted.atOnce };
  const found: Record<string, Memory> = {};
  for (const peer of peers.filter(({ name }) => names.includes(name))) {
    progress(peer.name);
    found[peer.name] = await naming(peer.name, () => endure(peer, numbers));
  }
  return {
    title: "WebSocket endurance",
    tables: [
      { quantity: "Resident memory of the server, MiB", rows: memoryRows(found, numbers) },
      { quantity: "The same, as a multiple", rows: growthRows(found, numbers) },
    ],
    notes: notesFor(numbers, note),
    ...tookPart,
  };
};

function notesFor({ idle, passing, atOnce }: Numbers, note: string | undefined): readonly string[] {
  return [
    `${figure(idle)} connections are open and idle; their Pings are answered. Beside them ${figure(passing)} are opened and closed, ${figure(atOnce)} at once: half with a closing handshake, half with a reset. One run, one sample.`,
    "Before each look all garbage is collected and free memory given back. The server was warmed up by a tenth of each kind.",
    ...(note === undefined ? [] : [note]),
    ourNote,
  ];
}

async function endure(peer: Peer, { idle, passing, atOnce, parts }: Numbers): Promise<Memory> {
  const server = await startPeer(peer, "open");
  const crowd = (size: number): CrowdOptions => ({ port: server.port, opening: sampleOpening, size });
  const look = async (): Promise<number> => (await server.collect()).resident / MiB;
  const pass = async (count: number): Promise<void> => {
    for (let passed = 0; passed < count; passed += atOnce) await comeAndGo(crowd(atOnce));
  };
  try {
    const earlier = await Crowd.open(crowd(Math.ceil(idle / 10)));
    earlier.close();
    await pass(passing / 10);
    const empty = await look();
    const idlers = await Crowd.open(crowd(idle));
    const start = await look();
    const looks: number[] = [];
    while (looks.length < parts) {
      await pass(passing / parts);
      looks.push(await look());
    }
    idlers.check();
    idlers.close();
    return { empty, start, looks, end: await look() };
  } finally {
    await server.stop();
  }
}

function memoryRows(
  found: Readonly<Record<string, Memory>>,
  { idle, passing, parts }: Numbers,
): readonly Row[] {
  const row = (cell: string, value: (memory: Memory) => number): Row => ({
    cell,
    samples: each(found, value),
  });
  return [
    row("empty", ({ empty }) => empty),
    row(`${figure(idle)} idle`, ({ start }) => start),
    ...Array.from({ length: parts }, (_, part) => {
      const passed = (passing / parts) * (part + 1);
      return row(`… and ${figure(passed)} have come and gone`, ({ looks }) => looks[part]!);
    }),
    row("empty again", ({ end }) => end),
  ];
}

function growthRows(found: Readonly<Record<string, Memory>>, { idle, passing }: Numbers): readonly Row[] {
  const goals = names.filter((name) => name !== "ws").map((of) => ({ of, atMost: GOAL }));
  return [
    {
      cell: `${figure(idle)} idle, after ${figure(passing)} ÷ before`,
      samples: each(found, ({ start, looks }) => looks.at(-1)! / start),
      goals,
    },
    { cell: "empty, after all ÷ before", samples: each(found, ({ empty, end }) => end / empty), goals },
  ];
}

function each(found: Readonly<Record<string, Memory>>, value: (memory: Memory) => number): Samples {
  return Object.fromEntries(Object.entries(found).map(([name, memory]) => [name, [value(memory)]]));
}

function figure(count: number): string {
  return count.toLocaleString("en-US");
}
