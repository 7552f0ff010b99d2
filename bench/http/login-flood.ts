/** What a flood of logins does to everybody else: how long `GET /auth/me` takes meanwhile, and what it costs in memory. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type AuthDuty, lowCost, usernameOf } from "../auth/our-auth.ts";
import type { Bench, Goal, Row, Settings } from "../harness/bench.ts";
import { alternate, type Samples } from "../harness/rounds.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { percentile } from "../harness/statistics.ts";
import { Flood } from "./flood.ts";
import { KeptConnection } from "./kept-connection.ts";
import { logIn } from "./login-load.ts";
import { type Latencies, probe } from "./probe.ts";

/** More than are computed and may wait: some are always refused. */
const CLIENTS = 100;
const RATE = 200;
/** So long that a hundredth of the questions are more than a handful. */
const LONGER = 14;
const ROUNDS = 3;
const MIB = 2 ** 20;

/** What was seen while the probe asked. */
interface Seen {
  readonly latencies: Latencies;
  readonly seconds: number;
  readonly loggedIn: number;
  readonly refused: number;
  /** The most resident memory of the server, in bytes. */
  readonly resident: number;
}

interface Situation {
  readonly name: string;
  /** Of the clients that log in meanwhile, if any do. */
  readonly patient?: boolean;
  /** The most that the 99th percentile should be, in milliseconds. */
  readonly goal?: number;
}

const situations: readonly Situation[] = [
  { name: "nobody logs in", goal: 20 },
  { name: `${CLIENTS} clients, patient`, patient: true, goal: 20 },
  { name: `${CLIENTS} clients, impatient`, patient: false },
];

export const bench: Bench = async (settings, progress) => {
  progress(`${CLIENTS} clients log in`);
  const samples = await measure(settings);
  const rows = (figures: Readonly<Record<string, (seen: Seen) => number>>): readonly Row[] =>
    situations.map(({ name: cell }) => {
      const columns = Object.entries(figures).map(([name, value]) => [name, samples[cell]!.map(value)]);
      return { cell, samples: Object.fromEntries(columns) };
    });
  return {
    title: "A flood of logins",
    tables: [
      {
        quantity: "`GET /auth/me` meanwhile, ms from when it was due to its answer",
        rows: rows({
          p50: ({ latencies }) => percentile(latencies, 0.5),
          p99: ({ latencies }) => percentile(latencies, 0.99),
          greatest: ({ latencies }) => percentile(latencies, 1),
        }).map((row, i) => ({ ...row, goals: goalsOf(situations[i]!) })),
      },
      {
        quantity: "The flood, per second; resident memory of the server, MiB",
        rows: rows({
          "200": ({ loggedIn, seconds }) => loggedIn / seconds,
          "503": ({ refused, seconds }) => refused / seconds,
          "resident, at most": ({ resident }) => resident / MIB,
        }),
      },
    ],
    notes: [
      `${CLIENTS} clients log in, each again as soon as it is answered; two hashes are computed at once, 64 wait, and the others get 503. \`patient\`: who got it waits as long as \`Retry-After\` says. \`impatient\`: who got it asks again at once. The rate limits, which come before the hash, are out of reach, and so is the number of logins of one address that may wait: as if each client had an address of its own. Default cost, SQLite.`,
      `The probe is a process of its own: ${RATE} questions a second, sent when they are due, answered or not, and counted from when they were due; so what the probe waits for a core is in it. The server, two hashes, the flood and the probe share the machine's cores; where there are two, the impatient, whose thousands of 503 a second are a load of their own, leave none of them to the probe, and no goal is set for that.`,
      `${ROUNDS} alternating rounds of ${((LONGER * settings.serverWindow) / 1_000).toFixed(1)} s, one server for all.`,
    ],
    packages: [],
  };
};

function goalsOf({ goal }: Situation): readonly Goal[] {
  return goal === undefined ? [] : [{ of: "p99", atMost: goal }];
}

async function measure(settings: Settings): Promise<Samples<Seen>> {
  const data = await mkdtemp(join(tmpdir(), "barewire-bench-"));
  let server: ServerProcess | undefined;
  try {
    const duty: AuthDuty = { accounts: CLIENTS, data, cost: settings.quick ? lowCost : undefined };
    server = await ServerProcess.start(new URL("./peers/barewire-auth.ts", import.meta.url), {
      args: [JSON.stringify(duty)],
    });
    const { port } = server;
    const connection = new KeptConnection(port);
    const { access_token: token } = await logIn(connection, usernameOf(0));
    connection.close();
    const duration = LONGER * settings.serverWindow;
    const target = { port, token, rate: RATE, duration };
    await probe(target); // it is warm then
    const contenders = situations.map(({ name, patient }) => ({
      name,
      measure: () => observe(server!, target, patient),
    }));
    return await alternate(contenders, settings.quick ? 1 : ROUNDS);
  } finally {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/** Probes while the flood runs, which begins a moment before, until its first logins are answered. */
async function observe(
  server: ServerProcess,
  target: Parameters<typeof probe>[0],
  patient: boolean | undefined,
): Promise<Seen> {
  const flood =
    patient === undefined ? undefined : new Flood({ port: server.port, clients: CLIENTS, patient });
  await flood?.begun();
  const counts = flood?.counts ?? { loggedIn: 0, refused: 0 };
  const before = { ...counts };
  const started = performance.now();
  let resident = 0;
  let over = false;
  const watched = (async () => {
    while (!over) {
      resident = Math.max(resident, (await server.usage()).resident);
      await setTimeout(100);
    }
  })();
  watched.catch(() => {}); // told at the end
  try {
    const latencies = await probe(target);
    const seconds = (performance.now() - started) / 1_000;
    const loggedIn = counts.loggedIn - before.loggedIn;
    return { latencies, seconds, loggedIn, refused: counts.refused - before.refused, resident };
  } finally {
    over = true;
    await Promise.all([flood?.stop(), watched]);
  }
}
