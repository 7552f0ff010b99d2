/** A real Redis (Debian's package `redis-server`) on a port of its own at the loopback interface, with nothing on disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createClient } from "redis";

/** A Redis that can be treated as badly as the world does. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends it as `kill -9` does; fulfilled once the process is gone. */
  kill(): Promise<void>;
  /** Starts it on the same port, empty. */
  restart(): Promise<void>;
  /** Stops it without ending it: connections stay, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Sends one command on a connection of its own. */
  command(...args: string[]): Promise<unknown>;
  /** Ends it and everything that belongs to it. */
  stop(): Promise<void>;
}

/** Starts `redis-server`; `options` as on its command line. */
export async function startRedis(...options: string[]): Promise<RedisServer> {
  const port = await freePort();
  let child = await launch(port, options);
  const kill = async (): Promise<void> => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGKILL");
    await gone;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      child = await launch(port, options);
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    command: async (...args) => {
      const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: false } });
      client.on("error", () => {});
      await client.connect();
      try {
        return await client.sendCommand(args);
      } finally {
        client.destroy();
      }
    },
    stop: kill,
  };
}

async function launch(port: number, options: readonly string[]): Promise<ChildProcess> {
  const fixed = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", [...fixed, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  // Also when a test is given up in the middle; and no longer than it lives, or a file of tests has a row of listeners.
  const end = (): boolean => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`redis-server ended with ${code}:\n${output}`)));
  });
  failed.catch(() => {});
  const controller = new AbortController();
  try {
    await Promise.race([listening(port, controller.signal), failed]);
  } finally {
    controller.abort();
  }
  return child;
}

/** Connects until that succeeds. */
async function listening(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
