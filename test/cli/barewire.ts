/** Runs the executable in a process of its own: from the sources, or as `npm start` does, from the build. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Where it listens: from its first line. */
  readonly url: string;
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
}

/** What a command finds besides its arguments. */
export interface Surroundings {
  /** What stands on its standard input; nothing by default. */
  readonly input?: string | Uint8Array | undefined;
  /** Variables of the environment, besides our own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function start(
  main: string,
  args: readonly string[],
  { input = "", environment = {} }: Surroundings = {},
): [Child, Promise<Finished>] {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  // A command that has heard enough closes its input early.
  child.stdin.on("error", () => {}).end(input);
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
export function barewire(args: readonly string[], surroundings?: Surroundings): Promise<Finished> {
  return start(SOURCE, args, surroundings)[1];
}

/** Runs `barewire serve` from the sources until it listens. */
export function barewireServe(args: readonly string[], surroundings?: Surroundings): Promise<Running> {
  return running(start(SOURCE, ["serve", ...args], surroundings), LISTENING);
}

/** Runs `barewire serve` from the build, as `npm start` does, until it listens. */
export function builtServe(args: readonly string[]): Promise<Running> {
  return running(start(BUILT, ["serve", ...args]), LISTENING);
}

/** Runs `barewire echo` from the sources until it listens. */
export function barewireEcho(args: readonly string[]): Promise<Running> {
  return running(start(SOURCE, ["echo", ...args]), /^echo +(\S+)\n|^\{"url":"([^"]+)"/);
}

const LISTENING = /"event":"server\.listening","url":"([^"]+)"/;

/** @param listening finds the address in what a command prints */
async function running([child, finished]: [Child, Promise<Finished>], listening: RegExp): Promise<Running> {
  const url = await Promise.race([printedUrl(child, listening), finished.then(fail)]);
  return { url, pid: child.pid!, signal: (signal) => child.kill(signal), finished };
}

function printedUrl(child: Child, listening: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk: string) => {
      text += chunk;
      const url = listening.exec(text)?.slice(1).find(Boolean);
      if (url !== undefined) resolve(url);
    });
  });
}

function fail({ code, stderr }: Finished): never {
  throw new Error(`barewire ended with ${code}: ${stderr}`);
}
