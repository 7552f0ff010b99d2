/** A server under test, in a process of its own: the same Node as ours, without any loader. */
import { type ChildProcess, fork } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { PeerMessage, Usage } from "./peer.ts";

export interface ServerProcessOptions {
  /** Arguments of the server's script. */
  readonly args?: readonly string[] | undefined;
  /** Options of the runtime, such as `--expose-gc`. */
  readonly runtimeOptions?: readonly string[] | undefined;
  /** Another runtime that speaks Node's IPC; default the Node we run on. */
  readonly runtime?: string | undefined;
}

const START_TIMEOUT = 20_000;
const ANSWER_TIMEOUT = 20_000;

const running = new Set<ChildProcess>();
// A server stuck in a loop would not notice that we are gone.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class ServerProcess {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #name: string;

  private constructor(child: ChildProcess, name: string, port: number) {
    this.#child = child;
    this.#name = name;
    this.port = port;
  }

  /** Starts the script, which must call `announce`; resolves when it listens. */
  static async start(script: URL, options: ServerProcessOptions = {}): Promise<ServerProcess> {
    const path = fileURLToPath(script);
    const child = fork(path, options.args, {
      execArgv: [...(options.runtimeOptions ?? [])],
      execPath: options.runtime ?? process.execPath,
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    const name = basename(path);
    const started = await next(child, name, START_TIMEOUT);
    if (!("listening" in started)) throw new Error(`${name} did not say where it listens`);
    return new ServerProcess(child, name, started.listening);
  }

  /** What it has used so far. Ask while it is idle: a busy server answers late. */
  usage(): Promise<Usage> {
    return this.#ask("usage");
  }

  /** The same after it has collected its garbage; a Node must have been started with `--expose-gc`. */
  collect(): Promise<Usage> {
    return this.#ask("collect");
  }

  async #ask(what: "usage" | "collect"): Promise<Usage> {
    const answer = next(this.#child, this.#name, ANSWER_TIMEOUT);
    this.#child.send(what);
    const message = await answer;
    if ("failed" in message) throw new Error(`${this.#name}: ${message.failed}`);
    if (!("usage" in message)) throw new Error(`${this.#name} did not say what it has used`);
    return message.usage;
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }
}

/** The child's next message. */
function next(child: ChildProcess, name: string, timeout: number): Promise<PeerMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error(`${name} does not answer`))), timeout);
    const received = (message: unknown): void => settle(() => resolve(message as PeerMessage));
    const ended = (code: number | null, signal: string | null): void =>
      settle(() => reject(new Error(`${name} ended by itself (${signal ?? code})`)));
    const failed = (error: Error): void => settle(() => reject(error));
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      child.off("message", received).off("exit", ended).off("error", failed);
      outcome();
    };
    child.once("message", received).once("exit", ended).once("error", failed);
  });
}
