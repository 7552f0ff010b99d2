/** Servers under test, each with the client that loads it, measured in alternating rounds. */
import type { Settings } from "../harness/bench.ts";
import { alternate, type Samples } from "../harness/rounds.ts";
import { stretch, warmUp } from "../harness/server-load.ts";
import type { ServerProcess } from "../harness/server-process.ts";
import { type Peer, peers, startPeer } from "./contenders.ts";
import type { Run } from "./load-run.ts";
import type { Duty } from "./peers/duty.ts";

/** What loads one server. */
export interface Client {
  /** Loads it for `duration` milliseconds, until the last answer has come. */
  run(duration: number): Promise<Run>;
  close(): void;
}

/** What one round found about one server. */
export interface Sample {
  /** Microseconds of the server's CPU for one operation. */
  readonly cpu: number;
  /** Percent of the clock for which the server was busy. */
  readonly busy: number;
  /** How many answers came with one read of the client. */
  readonly together: number;
}

interface Rig {
  readonly name: string;
  readonly server: ServerProcess;
  readonly client: Client;
}

/** A server under test and who loads it. */
export interface Entrant {
  readonly name: string;
  start(): Promise<ServerProcess>;
  open(port: number): Client | Promise<Client>;
}

/** {@link measureEntrants} with a server of each peer. */
export function measurePeers(
  duty: Duty,
  settings: Settings,
  open: (port: number, peer: Peer) => Client | Promise<Client>,
  among: readonly Peer[] = peers,
): Promise<Samples<Sample>> {
  const entrants = among.map((peer) => ({
    name: peer.name,
    start: () => startPeer(peer, duty),
    open: (port: number) => open(port, peer),
  }));
  return measureEntrants(entrants, settings);
}

/** Starts each server, opens its client, warms it up, and measures all of them in turn. */
export async function measureEntrants(
  entrants: readonly Entrant[],
  settings: Settings,
): Promise<Samples<Sample>> {
  const rigs: readonly Rig[] = await Promise.all(
    entrants.map(async ({ name, start, open }) => {
      const server = await start();
      const client = await naming(name, async () => open(server.port));
      return { name, server, client };
    }),
  );
  try {
    for (const { name, server, client } of rigs) {
      const load = async (duration: number): Promise<number> => (await client.run(duration)).operations;
      await naming(name, () => warmUp(server, load, settings.serverWarmUp));
    }
    const contenders = rigs.map((rig) => ({
      name: rig.name,
      measure: () => naming(rig.name, () => measureRig(rig, settings.serverWindow)),
    }));
    return await alternate(contenders, settings.rounds);
  } finally {
    await Promise.all(rigs.map(tearDown));
  }
}

async function measureRig({ server, client }: Rig, duration: number): Promise<Sample> {
  let reads = 0;
  const { cpu, operations, elapsed } = await stretch(
    server,
    async () => {
      const run = await client.run(duration);
      reads = run.reads;
      return run.operations;
    },
    duration,
  );
  return { cpu: cpu / operations, busy: cpu / elapsed / 10, together: operations / reads };
}

async function tearDown({ server, client }: Rig): Promise<void> {
  client.close();
  await server.stop();
}

/** A failure says whose it is. */
export async function naming<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** For the notes: how everything here is measured. */
export function roundsNote({ serverWarmUp, serverWindow, rounds }: Settings): string {
  return `Each row has fresh servers, each warmed up with ${serverWarmUp / 1_000} s of its own CPU time (at most twice that by the clock); then ${rounds} alternating rounds of ${serverWindow} ms, from idle to idle. CPU is user and system time of all threads of the server.`;
}
