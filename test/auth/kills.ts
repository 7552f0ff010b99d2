/**
 * Kills programs that write to an SQLite store, at random points, and compares what they left behind with what
 * they were told: an acknowledged change is there, one that was under way is there whole or not at all.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chance, random, upTo } from "../websocket/random.ts";
import type { Line, Orders } from "./acting.ts";
import { type Testimony, Witness } from "./witness.ts";

const program: string = fileURLToPath(new URL("store-program.ts", import.meta.url));

export interface KillOptions {
  /** The folder in which databases are made. */
  readonly under: string;
  readonly seed: number;
  readonly kills: number;
  /** See {@link Orders}. */
  readonly writeBehind?: boolean;
}

/** What became of it. `violations` says what was lost or half done, and in which round. */
export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly underWay: number;
  readonly violations: readonly string[];
}

/** Kills so many programs, one or two on a database at a time, until that many died or a promise was broken. */
export async function killPrograms({
  under,
  seed,
  kills,
  writeBehind = false,
}: KillOptions): Promise<KillReport> {
  const folder = await mkdtemp(join(under, "barewire-kill-"));
  const path = join(folder, "barewire.db");
  const next = random(seed);
  const witness = new Witness(path);
  let died = 0;
  try {
    for (let round = 0; died < kills && witness.violations.length === 0; round++) {
      const prefixes = upTo(next, 2) === 0 ? [`a${round}-`, `b${round}-`] : [`a${round}-`];
      const alone = prefixes.length === 1;
      const testimonies = await Promise.all(
        prefixes.map((prefix) => {
          const orders = { path, prefix, alone, writeBehind, seed: seed * 1000 + round, most: 10_000 };
          return runUntil(orders, 1 + upTo(next, 60), chance(next, 0.6));
        }),
      );
      died += prefixes.length;
      await witness.hear(`seed ${seed}, round ${round}`, testimonies);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const { acknowledged, underWay, violations } = witness;
  return { kills: died, acknowledged, underWay, violations };
}

/** What is about to be done in several statements. */
const severalStatements = /"begin":\["(?:openSession|endSessions|changePassword)".*\n$/;

/**
 * Runs the program and kills it when it has said so many lines, `midway` as soon as it is about to do something
 * in several statements.
 */
async function runUntil(orders: Orders, lines: number, midway: boolean): Promise<Testimony> {
  let count = 0;
  return run(orders, (text, child) => {
    count += text.split("\n").length - 1;
    if (count >= lines && (!midway || severalStatements.test(text))) child.kill("SIGKILL");
  });
}

/** Runs the program and kills it so many milliseconds after it began to open the database. */
export async function killWhileOpening(path: string, milliseconds: number): Promise<Testimony> {
  const orders = { path, seed: 0, prefix: "", alone: true, most: 0, writeBehind: false };
  let timer: NodeJS.Timeout | undefined;
  const testimony = await run(orders, (_, child) => {
    timer ??= setTimeout(() => child.kill("SIGKILL"), milliseconds);
  });
  clearTimeout(timer);
  return testimony;
}

async function run(orders: Orders, hear: (text: string, child: ChildProcess) => void): Promise<Testimony> {
  const child = spawn(process.execPath, [program, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "pipe"],
    // To compile what it imports takes the program longer than all it does.
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(orders.path), "compiled") },
  });
  let said = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    hear(text, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  // After "close" all is here that it wrote before it died.
  await new Promise((resolve) => child.on("close", resolve));
  return { prefix: orders.prefix, lines: parseLines(said), complaints };
}

/** What follows the last line feed was not said to its end. */
export function parseLines(said: string): readonly Line[] {
  return said
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}
