/** A server under test, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a server says in its first line, as JSON: where it listens. */
export interface Address {
  readonly url: string;
  readonly http2Url?: string;
  /** The process whose memory is watched. Default: the one that was started. */
  readonly pid?: number;
}

const START_TIMEOUT = 30_000;

const running = new Set<ChildProcess>();
// A server that is stuck in a loop would not notice that we are gone.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class PeerProcess {
  readonly address: Address;
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: Address) {
    this.#child = child;
    this.address = address;
    this.pid = address.pid ?? child.pid!;
  }

  /**
   * Starts it, and resolves when it listens.
   *
   * @throws {Error} when it ends instead, or says nothing in time
   */
  static async start(program: string, args: readonly string[]): Promise<PeerProcess> {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    const line = await firstLine(child, [program, ...args].join(" "));
    return new PeerProcess(child, JSON.parse(line) as Address);
  }

  /** Ends it; what does not end within 5 seconds is killed. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(timer);
  }
}

function firstLine(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${name} ${why}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail("does not say where it listens");
    }, START_TIMEOUT);
    child.once("error", ({ message }) => fail(message));
    child.once("exit", (code, signal) => fail(`ended by itself (${signal ?? code})`));
    child.once("exit", () => clearTimeout(timer));
    createInterface(child.stdout!).once("line", (line) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
}
