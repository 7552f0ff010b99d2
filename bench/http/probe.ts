/**
 * Asks `GET /auth/me` at a steady rate, answered or not, and says how long each answer took: an open loop, so that
 * a server that is slow is not asked less for it. In a process of its own, so that it waits for nobody but the
 * server.
 *
 * This file is both sides: {@link probe} starts it again as a child.
 */
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { KeptConnection, requestOf } from "./kept-connection.ts";

/** What is asked, and how often. */
export interface Probe {
  readonly port: number;
  readonly token: string;
  /** Questions per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** Milliseconds from when each question was due to when its answer was there. */
export type Latencies = readonly number[];

type ChildMessage = { readonly latencies: Latencies } | { readonly failed: string };

/** Probes from another process. Rejects when an answer was not 200. */
export function probe(what: Probe): Promise<Latencies> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(what)], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the probe ended by itself (${code})`)));
    child.once("message", (message: ChildMessage) => {
      if ("latencies" in message) resolve(message.latencies);
      else reject(new Error(message.failed));
    });
  });
}

/** The same from this process. */
export async function probeFromHere({ port, token, rate, duration }: Probe): Promise<Latencies> {
  const request = requestOf("GET /auth/me", { authorization: `Bearer ${token}` });
  const idle: KeptConnection[] = [];
  const asked: Promise<number>[] = [];
  const ask = async (due: number): Promise<number> => {
    // A timer may be early by a part of a millisecond.
    const from = Math.min(due, performance.now());
    const connection = idle.pop() ?? new KeptConnection(port);
    const { status } = await connection.ask(request);
    if (status !== 200) throw new Error(`GET /auth/me was answered with ${status}`);
    idle.push(connection);
    return performance.now() - from;
  };
  const started = performance.now();
  for (let question = 0; question < (rate * duration) / 1_000; question++) {
    const due = started + (question * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await setTimeout(Math.ceil(early)); // a fraction would be cut off
    asked.push(ask(due));
    asked.at(-1)!.catch(() => {}); // told at the end
  }
  const latencies = await Promise.all(asked);
  for (const connection of idle) connection.close();
  return latencies;
}

async function serveParent(what: Probe): Promise<void> {
  process.on("disconnect", () => process.exit(1));
  process.on("SIGINT", () => {}); // Ctrl-C reaches all of us; the parent ends us by its own end
  let message: ChildMessage;
  try {
    message = { latencies: await probeFromHere(what) };
  } catch (error) {
    message = { failed: (error as Error).message };
  }
  (process as unknown as ChildProcess).send(message, () => process.exit(0));
}

const [, script, what] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href && process.send !== undefined) {
  void serveParent(JSON.parse(what!) as Probe);
}
