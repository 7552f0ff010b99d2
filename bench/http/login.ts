/** Logins: how near their throughput comes to that of scrypt alone, at the same cost and as many at once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCost } from "../../src/password/index.ts";
import { type AuthDuty, lowCost } from "../auth/our-auth.ts";
import type { Bench, Comparison, Row, Settings } from "../harness/bench.ts";
import { alternate, mapSamples, type Samples } from "../harness/rounds.ts";
import { type Stretch, stretch, warmUp } from "../harness/server-load.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { loginLoad, scryptLoad } from "./login-load.ts";

/** How many hashes our server computes at once by default. */
const AT_ONCE = 2;
/** Twice as many, so that one always waits when another is done. */
const CLIENTS = 4;
/** A login takes a third of a second: a sample of some sixteen takes longer than one of messages. */
const LONGER = 8;

const comparison: Comparison = { reference: "scrypt", ratio: "contender ÷ reference", subject: "barewire" };

export const bench: Bench = async (settings, progress) => {
  const cost = settings.quick ? lowCost : defaultCost;
  const cell = `ln=${cost.ln}, r=${cost.r}, p=${cost.p}, ${AT_ONCE} at once`;
  progress(cell);
  const samples = await measure(settings);
  const row = (value: (stretch: Stretch) => number): Row => ({ cell, samples: mapSamples(samples, value) });
  return {
    title: "Logins",
    tables: [
      {
        quantity: "Logins per second",
        comparison,
        rows: [
          {
            ...row(({ operations, elapsed }) => (operations / elapsed) * 1_000),
            goal: { atLeast: 0.95 },
          },
        ],
      },
      {
        quantity: "Server CPU, ms per login",
        comparison,
        rows: [row(({ cpu, operations }) => cpu / operations / 1_000)],
      },
    ],
    notes: [
      `\`barewire\`: \`POST /auth/token\` with Basic over HTTP, from ${CLIENTS} clients of which each logs in again once it is answered: the password is verified, a session written to SQLite, a pair of tokens signed. The rate limits count, and are out of reach. \`scrypt\`: a process that calls \`crypto.scrypt\` with the same parameters, ${AT_ONCE} at once, and does nothing else.`,
      `Alternating rounds, ${settings.rounds} of about ${((LONGER * settings.serverWindow) / 1_000).toFixed(1)} s, from idle to idle. The database is in the system's temporary folder; the clients share the machine with the server and take little of it.`,
    ],
    packages: [],
  };
};

async function measure(settings: Settings): Promise<Samples<Stretch>> {
  const data = await mkdtemp(join(tmpdir(), "barewire-bench-"));
  const servers: ServerProcess[] = [];
  try {
    const cost = settings.quick ? lowCost : undefined;
    const duty: AuthDuty = { accounts: CLIENTS, data, cost };
    const ours = await ServerProcess.start(new URL("./peers/barewire-auth.ts", import.meta.url), {
      args: [JSON.stringify(duty)],
    });
    servers.push(ours);
    const bare = await ServerProcess.start(new URL("./peers/scrypt.ts", import.meta.url), {
      args: [JSON.stringify(cost ?? defaultCost), String(AT_ONCE)],
    });
    servers.push(bare);
    const loads = [
      { name: "barewire", server: ours, load: loginLoad(ours.port, CLIENTS) },
      { name: "scrypt", server: bare, load: scryptLoad(bare.port, CLIENTS) },
    ];
    for (const { server, load } of loads) await warmUp(server, load, settings.serverWarmUp);
    const contenders = loads.map(({ name, server, load }) => ({
      name,
      measure: () => stretch(server, load, LONGER * settings.serverWindow),
    }));
    return await alternate(contenders, settings.rounds);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(data, { recursive: true, force: true });
  }
}
