/** Runs the executable in a process of its own, from the sources. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Where it listens: from its first log line. */
  readonly url: string;
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function start(args: readonly string[], environment: Record<string, string>): [Child, Promise<Finished>] {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  return [child, finished];
}

/** Runs a command to its end. */
export function barewire(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  return start(args, environment)[1];
}

/** Runs `barewire serve` until it listens. */
export async function barewireServe(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Running> {
  const [child, finished] = start(["serve", ...args], environment);
  const url = await Promise.race([listeningUrl(child), finished.then(fail)]);
  return { url, pid: child.pid!, signal: (signal) => child.kill(signal), finished };
}

function listeningUrl(child: Child): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk: string) => {
      text += chunk;
      const url = /"event":"server\.listening","url":"([^"]+)"/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

function fail({ code, stderr }: Finished): never {
  throw new Error(`barewire serve ended with ${code}: ${stderr}`);
}
