/** Whether the time that a failed login takes says if the user exists. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCost, type ScryptCost } from "../../src/password/index.ts";
import type { Bench, Row } from "../harness/bench.ts";
import { ServerProcess } from "../harness/server-process.ts";
import { type AttemptTimes, timeAttempts } from "./attempts.ts";
import { type AuthDuty, lowCost } from "./our-auth.ts";
import { mannWhitney, medianDifference } from "./two-samples.ts";

interface Cell {
  readonly store: "memory" | "SQLite";
  readonly cost: ScryptCost;
  /** Before anything is counted. */
  readonly warmUp: number;
  readonly pairs: number;
}

const cells: readonly Cell[] = [
  { store: "memory", cost: lowCost, warmUp: 3_000, pairs: 10_000 },
  { store: "SQLite", cost: lowCost, warmUp: 3_000, pairs: 10_000 },
  { store: "SQLite", cost: defaultCost, warmUp: 2, pairs: 40 },
];
const quickCells: readonly Cell[] = [{ store: "SQLite", cost: lowCost, warmUp: 10, pairs: 50 }];
const ACCOUNTS = 1_000;

interface Measured {
  readonly name: string;
  readonly times: AttemptTimes;
}

export const bench: Bench = async (settings, progress) => {
  const measured: Measured[] = [];
  for (const cell of settings.quick ? quickCells : cells) {
    const { store, cost, pairs } = cell;
    const name = `${store}, ln=${cost.ln}, ${pairs.toLocaleString("en-US")} pairs`;
    progress(name);
    measured.push({ name, times: await measure(cell) });
  }
  return {
    title: "What the time of a failed login tells",
    tables: [
      {
        quantity: "A failed login, µs",
        rows: measured.map(({ name, times }) => ({
          cell: name,
          samples: {
            "unknown user": times.unknownUser.map(microseconds),
            "wrong password": times.wrongPassword.map(microseconds),
          },
        })),
      },
      { quantity: "The two compared, one figure each", rows: measured.map(compare) },
    ],
    notes: [
      `\`POST /auth/token\` over HTTP, one attempt after the other on one connection: in each pair a user that there is with a wrong password, and one that there is not, which first by chance. ${ACCOUNTS.toLocaleString("en-US")} accounts, tried in turn; names and passwords have the same lengths; every answer is the same 401. The rate limits, which would end this after a few attempts, count and are out of reach.`,
      "`difference, µs`: the median for unknown users less that for wrong passwords, and the bounds between which it lies with 95 % confidence (bootstrap over the pairs, 1,000 draws).",
      "`superiority`: how often an attempt with an unknown user takes longer than one with a wrong password, 0.5 if the time tells nothing. `p`: how likely a difference as great as this is where there is none (Mann and Whitney, two-sided): by chance alone the goal is missed once in a hundred runs.",
      `At ln=${lowCost.ln} the hash takes so little that all that is beside it can be seen: it is the sharper look. What differs between the stores is reading a row that is there. At ln=${defaultCost.ln}, the default, that is hidden below the hash.`,
    ],
    packages: [],
  };
};

/** Two-sided, at 1 %. */
const LEAST_P = 0.01;

function compare({ name, times: { unknownUser, wrongPassword } }: Measured): Row {
  const { difference, low, high } = medianDifference(unknownUser, wrongPassword, Math.random);
  const { superiority, p } = mannWhitney(unknownUser, wrongPassword);
  return {
    cell: name,
    samples: {
      "difference, µs": [microseconds(difference)],
      "at least": [microseconds(low)],
      "at most": [microseconds(high)],
      superiority: [superiority],
      p: [p],
    },
    goals: [{ of: "p", atLeast: LEAST_P }],
  };
}

function microseconds(milliseconds: number): number {
  return milliseconds * 1_000;
}

async function measure({ store, cost, warmUp, pairs }: Cell): Promise<AttemptTimes> {
  const data = await mkdtemp(join(tmpdir(), "barewire-bench-"));
  let server: ServerProcess | undefined;
  try {
    const duty: AuthDuty = { accounts: ACCOUNTS, data: store === "SQLite" ? data : undefined, cost };
    server = await ServerProcess.start(new URL("../http/peers/barewire-auth.ts", import.meta.url), {
      args: [JSON.stringify(duty)],
    });
    const target = { port: server.port, accounts: ACCOUNTS };
    await timeAttempts({ ...target, pairs: warmUp });
    return await timeAttempts({ ...target, pairs });
  } finally {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  }
}
