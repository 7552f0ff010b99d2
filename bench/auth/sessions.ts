/** Sessions: what opening, refreshing and ending one costs with either store, and what it costs to ask whose a token is. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Comparison, Row, Settings, Table } from "../harness/bench.ts";
import { compareCalls } from "../harness/calls.ts";
import { alternate, mapSamples, type Samples } from "../harness/rounds.ts";
import { authenticateCalls } from "./authenticate-calls.ts";
import { DurableWrites } from "./durable-writes.ts";
import { type LifeTimes, SessionLives } from "./session-lives.ts";

/** How many sessions one sample opens, refreshes and ends. */
const SESSIONS = 400;
const QUICK_SESSIONS = 10;
/** How many tokens are asked about in turn; the last are more than are remembered. */
const rings: readonly number[] = [1, 1_000, 10_000];
const QUICK_RING = 10;
const REVOKED = 100_000;
const QUICK_REVOKED = 100;

/**
 * Were they looked through, it would be thousands of times. A look into a large map still costs more than one into an
 * empty one: what it reads is in no cache of the processor.
 */
const MOST = 2;

const DISK = "fdatasync";
const steps: Readonly<Record<string, (times: LifeTimes) => number>> = {
  "open: after a login": ({ open }) => open,
  refresh: ({ refresh }) => refresh,
  "end: a logout": ({ end }) => end,
};

export const bench: Bench = async (settings, progress) => {
  const size = settings.quick ? QUICK_SESSIONS : SESSIONS;
  progress("stores");
  const lives = await measureLives(size, settings);
  const ofStores = { memory: lives.memory!, sqlite: lives.sqlite! };
  return {
    title: "Sessions",
    tables: [
      {
        quantity: "By the clock, µs each",
        comparison: { reference: DISK, ratio: "contender ÷ reference", subject: "sqlite" },
        rows: Object.entries(steps).map(([cell, value]) => ({ cell, samples: mapSamples(lives, value) })),
      },
      {
        quantity: "Per second",
        rows: [{ cell: "refreshes", samples: mapSamples(ofStores, ({ refresh }) => 1_000_000 / refresh) }],
      },
      await askWhose(settings, progress),
    ],
    notes: [
      `${size} sessions of as many accounts, each opened, refreshed and ended, one after the other in one process, without HTTP; ${settings.rounds} alternating rounds. Signing the access token is in it, the hash of the password is not. The clock is a virtual one that goes on by a minute between two refreshes of a session, as the grace for two tabs would otherwise have it remember more than it does.`,
      `\`sqlite\`: each step is one transaction that is on the disk when it resolves (WAL, \`synchronous = FULL\`), in the system's temporary folder. \`${DISK}\`: 4 KiB appended to a file there and brought to the disk by \`fdatasync\`, the least that anything durable costs.`,
      `Asking whose a token is, is \`Sessions.authenticate\`: signature, claims, and two looks into what was revoked; with no revocations held, and with ${REVOKED.toLocaleString("en-US")}, of sessions and tokens by halves. Each call makes a new string of the token's bytes, as one has that comes from a socket. ${rings.at(-1)!.toLocaleString("en-US")} tokens in turn are more than are remembered, so each of them is verified anew.`,
    ],
    packages: [],
  };
};

async function measureLives(size: number, settings: Settings): Promise<Samples<LifeTimes>> {
  const data = await mkdtemp(join(tmpdir(), "barewire-bench-"));
  const memory = await SessionLives.open(size);
  const sqlite = await SessionLives.open(size, data);
  const writes = new DurableWrites(join(data, "writes"));
  try {
    await memory.measure(); // it is warm then, and the files have been made
    await sqlite.measure();
    return await alternate<LifeTimes>(
      [
        { name: "memory", measure: () => memory.measure() },
        { name: "sqlite", measure: () => sqlite.measure() },
        {
          name: DISK,
          measure: () => {
            const each = writes.measure(size);
            return { open: each, refresh: each, end: each };
          },
        },
      ],
      settings.rounds,
    );
  } finally {
    writes.close();
    await sqlite.close();
    await rm(data, { recursive: true, force: true });
  }
}

async function askWhose(settings: Settings, progress: (what: string) => void): Promise<Table> {
  const revoked = settings.quick ? QUICK_REVOKED : REVOKED;
  const many = `${revoked.toLocaleString("en-US")} revoked`;
  const comparison: Comparison = {
    reference: "none revoked",
    ratio: "contender ÷ reference",
    subject: many,
  };
  const rows: Row[] = [];
  for (const ring of settings.quick ? [QUICK_RING] : rings) {
    const cell = ring === 1 ? "one token" : `${ring.toLocaleString("en-US")} tokens in turn`;
    progress(`whose: ${cell}`);
    const calls = await authenticateCalls({ ring, revoked: { "none revoked": 0, [many]: revoked } });
    const samples = mapSamples(await compareCalls(calls, settings), (microseconds) => microseconds * 1_000);
    rows.push({ cell, samples, goal: { atMost: MOST } });
  }
  return { quantity: "Asking whose a token is: CPU, ns per token", comparison, rows };
}
