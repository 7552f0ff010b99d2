/** A storm of joins: many peers enter small rooms at once and negotiate; and what memory each of them holds then. */
import type { Bench } from "../harness/bench.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { percentile } from "../harness/statistics.ts";
import { crowdSize } from "../websocket/crowd.ts";
import { Member } from "./member.ts";
import { acknowledge, storm } from "./storm.ts";

const PEERS = 5_000;
const QUICK_PEERS = 40;
const ROOM_SIZE = 4;
const ROUNDS = 3;
const KiB = 1024;

/** What one round found. */
interface Sample {
  /** Seconds of the server's CPU for the whole storm, and microseconds of it for each notice passed on. */
  readonly cpu: number;
  readonly each: number;
  readonly p50: number;
  readonly p99: number;
  readonly held: Held;
}

/** Bytes for each connection: resident, and of V8's heap. */
interface Held {
  readonly lobby: Memory;
  readonly stormed: Memory;
  readonly acknowledged: Memory;
}

interface Memory {
  readonly resident: number;
  readonly heap: number;
}

export const bench: Bench = async (settings, progress) => {
  const { size, note } = crowdSize(settings.quick ? QUICK_PEERS : PEERS);
  const peers = size - (size % ROOM_SIZE);
  const bare: Memory[] = [];
  const samples: Sample[] = [];
  for (let round = 0; round < (settings.quick ? 1 : ROUNDS); round++) {
    progress(`round ${round + 1}`);
    bare.push(await measureBare(peers));
    samples.push(await measureStorm(peers));
  }
  const cell = `${peers.toLocaleString("en-US")} peers into ${(peers / ROOM_SIZE).toLocaleString("en-US")} rooms of ${ROOM_SIZE}`;
  const more = (state: keyof Held, figure: keyof Memory): readonly number[] =>
    samples.map(({ held }, round) => held[state][figure] - bare[round]![figure]);
  const memoryOf = (figure: keyof Memory) => ({
    "in the lobby": more("lobby", figure),
    "after the storm": more("stormed", figure),
    "after their acks": more("acknowledged", figure),
  });
  const goals = ["after the storm", "after their acks"].map((of) => ({ of, atMost: 8 * KiB }));
  return {
    title: "Signalling: a storm of joins",
    tables: [
      {
        quantity: "Server CPU from the first join to the last candidate",
        rows: [
          {
            cell,
            samples: {
              "in all, s": samples.map(({ cpu }) => cpu),
              "per notice passed on, µs": samples.map(({ each }) => each),
            },
          },
        ],
      },
      {
        quantity: "From a peer's join to the last end of candidates that it hears, ms",
        rows: [{ cell, samples: { p50: samples.map(({ p50 }) => p50), p99: samples.map(({ p99 }) => p99) } }],
      },
      {
        quantity: "Memory of the server over that of a bare socket, bytes per peer",
        rows: [
          { cell: "resident", samples: memoryOf("resident"), goals },
          { cell: "V8's heap", samples: memoryOf("heap") },
        ],
      },
    ],
    notes: [
      `All peers are connected and have heard \`welcome\`; then all join at once. Who enters sends an offer to each who is there (${KiB.toLocaleString("en-US")} octets of JSON, about), which is answered; both send three candidates and end-of-candidates. Budgets and limits as by default.`,
      `${ROUNDS} rounds, each with a fresh server that nothing has warmed up. The client's CPU is in the times, not in the server's CPU.`,
      "A bare socket is one of our WebSocketServer alone, of as many. `in the lobby`: given to a SignallingServer, in no room. `after the storm`: in a room, with all that was said kept for those who come back. `after their acks`: everybody has told by `ping` that it has heard everything. Garbage is collected before, and free memory given back.",
      ...(note === undefined ? [] : [note]),
    ],
    packages: [],
  };
};

async function measureBare(peers: number): Promise<Memory> {
  return withServer("websocket", "open", async (server) => {
    // What a server needs for its first connections is no connection's.
    closeAll(await openAll(server, Math.ceil(peers / 10)));
    const before = await memoryOf(server);
    const members = await openAll(server, peers);
    const held = perPeer(await memoryOf(server), before, peers);
    closeAll(members);
    return held;
  });
}

async function measureStorm(peers: number): Promise<Sample> {
  return withServer("barewire", "default", async (server) => {
    // What a server needs for its first connections is no connection's.
    closeAll(await openAll(server, Math.ceil(peers / 10)));
    const before = await memoryOf(server);
    const members = await openAll(server, peers);
    const lobby = perPeer(await memoryOf(server), before, peers);
    const idle = await server.usage();
    const { latencies, relayed } = await storm({ members, roomSize: ROOM_SIZE });
    const cpu = (await server.usage()).cpu - idle.cpu;
    const stormed = perPeer(await memoryOf(server), before, peers);
    await acknowledge(members);
    const acknowledged = perPeer(await memoryOf(server), before, peers);
    closeAll(members);
    return {
      ...{ cpu: cpu / 1e6, each: cpu / relayed },
      ...{ p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
      held: { lobby, stormed, acknowledged },
    };
  });
}

async function withServer<Result>(
  script: string,
  duty: string,
  measure: (server: ServerProcess) => Promise<Result>,
): Promise<Result> {
  const server = await ServerProcess.start(new URL(`./peers/${script}.ts`, import.meta.url), {
    args: [duty],
    runtimeOptions: ["--expose-gc"],
  });
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

function openAll({ port }: ServerProcess, peers: number): Promise<readonly Member[]> {
  return Member.open(peers, () => ({ port }));
}

function closeAll(members: readonly Member[]): void {
  for (const member of members) member.close();
}

async function memoryOf(server: ServerProcess): Promise<Memory> {
  const { resident, heap = 0 } = await server.collect();
  return { resident, heap };
}

function perPeer(after: Memory, before: Memory, peers: number): Memory {
  return { resident: (after.resident - before.resident) / peers, heap: (after.heap - before.heap) / peers };
}
