/** Two server processes over one Redis: what it adds that the one who listens is on the other. */
import type { Bench, Row, Settings } from "../harness/bench.ts";
import { alternate, mapSamples } from "../harness/rounds.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { percentile } from "../harness/statistics.ts";
import { roundsNote } from "../websocket/rigs.ts";
import { commandsTo } from "./contents.ts";
import { expectedOf, Lane, NUMBER } from "./lane.ts";
import { LaneLoad } from "./lane-load.ts";
import { enter, Member } from "./member.ts";
import { startRedis } from "./redis.ts";

const PAIRS = 16;
const OCTETS = 1024;
const TITLE = "Signalling: two processes over Redis";

/** Members of rooms of two, and the servers they are on. */
interface Rig {
  readonly servers: readonly ServerProcess[];
  readonly load: LaneLoad;
  readonly lane: Lane;
}

interface Sample {
  /** Microseconds of all servers' CPU for a message, under load. */
  readonly cpu: number;
  /** Milliseconds of a message while there is no other. */
  readonly p50: number;
  readonly p99: number;
}

export const bench: Bench = async (settings, progress) => {
  const redis = await startRedis();
  if (redis === undefined) {
    const note = "**Not measured:** there is no `redis-server` here.";
    return { title: TITLE, tables: [], notes: [note], packages: [] };
  }
  const rigs: (Rig & { readonly name: string })[] = [];
  try {
    progress("opening");
    const url = redis.url;
    rigs.push({ name: "one process", ...(await open([[]])) });
    rigs.push({ name: "one process, Redis", ...(await open([[url]])) });
    rigs.push({ name: "two processes, Redis", ...(await open([[url], [url]])) });
    for (const { name, load } of rigs) {
      progress(`warming up ${name}`);
      await load.run(settings.serverWarmUp);
    }
    progress("measuring");
    const samples = await alternate(
      rigs.map((rig) => ({ name: rig.name, measure: () => measure(rig, settings) })),
      settings.rounds,
    );
    const row = (cell: string, value: (sample: Sample) => number): Row => ({
      cell,
      samples: mapSamples(samples, value),
    });
    const comparison = {
      ...{ reference: "one process", subject: "two processes, Redis" },
      ratio: "contender ÷ reference",
    } as const;
    return {
      title: TITLE,
      tables: [
        {
          quantity: "From one member to another, ms, one message at a time",
          comparison,
          rows: [row("p50", ({ p50 }) => p50), row("p99", ({ p99 }) => p99)],
        },
        {
          quantity: "CPU of all servers without that of Redis, µs per message",
          comparison,
          rows: [row(`message, ${PAIRS} × 1`, ({ cpu }) => cpu)],
        },
      ],
      notes: notesFor(settings),
      packages: ["redis"],
      runtimes: [`Redis ${redis.version}`],
    };
  } finally {
    for (const { load, servers } of rigs) {
      load.close();
      await Promise.all(servers.map((server) => server.stop()));
    }
    await redis.stop();
  }
};

function notesFor(settings: Settings): readonly string[] {
  return [
    `${PAIRS} rooms of two, chat messages of ${OCTETS.toLocaleString("en-US")} octets of JSON from one to the other. \`one process\`: LocalBus. \`one process, Redis\`: \`openRedisBus\`, both on one process. \`two processes, Redis\`: who speaks is on one process, who listens on another.`,
    "Redis is the machine's own `redis-server`, on the same machine, and writes nothing to the disk. No goals: stated.",
    "The times are those of a client that waits for each message before it says the next; two cores have to do for the client, two servers and Redis.",
    `Every message must be heard once, in order and octet by octet. ${roundsNote(settings)}`,
  ];
}

/** @param urls of the bus, of each server */
async function open(urls: readonly (readonly string[])[]): Promise<Rig> {
  const script = new URL("./peers/barewire.ts", import.meta.url);
  const servers = await Promise.all(
    urls.map((args) => ServerProcess.start(script, { args: ["unbounded", ...args] })),
  );
  const members = await Member.open(2 * PAIRS, (index) => ({ port: servers[index % servers.length]!.port }));
  const lanes: Lane[] = [];
  for (let at = 0; at < members.length; at += 2) {
    const [speaker, listener] = [members[at]!, members[at + 1]!];
    const room = `room-${at}-of-${servers[0]!.port}`;
    const { self: from, user, name } = await enter(speaker, room);
    const { self: to } = await enter(listener, room);
    await speaker.hear("peer-joined");
    const says = commandsTo("message", to, OCTETS);
    const expected = says.map(({ text }) =>
      expectedOf(JSON.stringify({ type: "message", seq: NUMBER, from, user, name, text, to })),
    );
    lanes.push(new Lane({ speaker, listeners: [listener], says, expected, deep: 1 }));
  }
  return { servers, load: new LaneLoad({ lanes, members, deep: 1 }), lane: lanes[0]! };
}

async function measure({ servers, load, lane }: Rig, settings: Settings): Promise<Sample> {
  const before = await cpuOf(servers);
  const { operations } = await load.run(settings.serverWindow);
  const cpu = ((await cpuOf(servers)) - before) / operations;
  const times = await load.times(lane, settings.serverWindow);
  return { cpu, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

async function cpuOf(servers: readonly ServerProcess[]): Promise<number> {
  let sum = 0;
  for (const server of servers) sum += (await server.usage()).cpu;
  return sum;
}
