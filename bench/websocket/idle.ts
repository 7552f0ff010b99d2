/** Idle connections: how much memory a server holds for each. */
import type { Bench, Goal } from "../harness/bench.ts";
import {
  bunNote,
  comparison,
  goalsOf,
  ourNote,
  type Peer,
  peers,
  startPeer,
  tookPart,
} from "./contenders.ts";
import { Crowd, crowdSize } from "./crowd.ts";
import { sampleOpening } from "./openings.ts";
import { naming } from "./rigs.ts";

const CONNECTIONS = 10_000;
const QUICK_CONNECTIONS = 200;
const ROUNDS = 3;

/** Bytes; and the same beside the 6,200 of ws that they were set for. */
const goals: readonly Goal[] = [
  { of: "barewire", atMost: 4_000 },
  { of: "barewire-portable", atMost: 4_800 },
  ...goalsOf({ direct: 1.55, portable: 1.29 }),
];

export const bench: Bench = async (settings, progress) => {
  const wanted = settings.quick ? QUICK_CONNECTIONS : CONNECTIONS;
  const { size, note } = crowdSize(wanted);
  const samples: Record<string, readonly number[]> = {};
  for (const peer of peers) {
    progress(peer.name);
    samples[peer.name] = await naming(peer.name, () => measurePeer(peer, size, settings.quick ? 1 : ROUNDS));
  }
  return {
    title: "WebSocket connections that are idle",
    tables: [
      {
        quantity: "Resident memory of the server, bytes per connection",
        comparison,
        rows: [{ cell: `${size.toLocaleString("en-US")} connections`, samples, goals }],
      },
    ],
    notes: [
      `What the resident memory grows by when ${size.toLocaleString("en-US")} clients have connected and said nothing, divided by their number. Before and after, all garbage is collected and free memory given back (V8: \`flavor: "last-resort"\`): what is in use counts, not what the openings left behind. The kernel's memory is not in it. ${ROUNDS} rounds, each with a fresh server, warmed up by a tenth as many connections that came and went.`,
      ...(note === undefined ? [] : [note]),
      ourNote,
      bunNote,
      "Every server has the handlers of an echo server, and its heartbeat where it has one. `net-floor` is a bare `node:net` server that has answered a prepared 101.",
    ],
    ...tookPart,
  };
};

async function measurePeer(peer: Peer, size: number, rounds: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await measureOnce(peer, size));
  return samples;
}

async function measureOnce(peer: Peer, size: number): Promise<number> {
  const server = await startPeer(peer, "open");
  try {
    const crowd = { port: server.port, opening: sampleOpening };
    const earlier = await Crowd.open({ ...crowd, size: Math.ceil(size / 10) });
    earlier.close();
    const before = await server.collect();
    const idle = await Crowd.open({ ...crowd, size });
    const after = await server.collect();
    idle.check();
    idle.close();
    return (after.resident - before.resident) / size;
  } finally {
    await server.stop();
  }
}
