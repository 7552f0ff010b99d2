/** A Redis of our own for a benchmark: on a free port, in memory alone, ended with its benchmark. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

const PATIENCE = 5_000;

export interface Redis {
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** Undefined where there is no `redis-server`. */
export async function startRedis(): Promise<Redis | undefined> {
  const port = await freePort();
  const options = { bind: "127.0.0.1", port: `${port}`, save: "", appendonly: "no", dir: "/" };
  const child = spawn(
    "redis-server",
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
  );
  const kill = (): void => void child.kill("SIGKILL");
  process.on("exit", kill);
  const version = await saysItIsReady(child);
  if (version === undefined) return undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    version,
    stop: async () => {
      process.off("exit", kill);
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** @returns its version */
function saysItIsReady(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error("redis-server does not start")), PATIENCE);
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      outcome();
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      settle(() => (error.code === "ENOENT" ? resolve(undefined) : reject(error)));
    });
    child.once("exit", () => settle(() => reject(new Error("redis-server ended by itself"))));
    child.stdout!.on("data", (chunk: Buffer) => {
      said += chunk;
      if (!said.includes("Ready to accept connections")) return;
      const version = /Redis version=([\d.]+)/.exec(said)?.[1] ?? "of an unknown version";
      settle(() => resolve(version));
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
