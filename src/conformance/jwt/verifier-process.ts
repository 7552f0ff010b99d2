/** A verifier in a process of its own: started, asked, and ended with all that it started itself. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { ProcessGuard } from "../client/process-guard.ts";
import { visible } from "../report/visible.ts";
import { LineSplitter } from "./line-splitter.ts";
import {
  type Answer,
  type Hello,
  MalformedLine,
  type Question,
  readLine,
  writeQuestion,
} from "./protocol.ts";
import { VerifierFailed } from "./trial.ts";

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: VerifierFailed) => void;
  readonly timer: NodeJS.Timeout;
}

/** Characters kept of what it complained about last. */
const COMPLAINT = 2_000;
/** Characters shown of it. */
const SHOWN = 200;
/** Milliseconds for it to end by itself, once it is told that nothing more will be asked. */
const GRACE = 500;

export class VerifierProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #guard: ProcessGuard;
  readonly #pending = new Map<number, Pending>();
  readonly #closed = Promise.withResolvers<void>();
  #hello: Hello = { clock: false };
  #asked = 0;
  #complaint = "";
  #failure: string | undefined;

  /** @param command for `sh -c`; in a process group of its own, so that none of its children is left behind */
  constructor(command: string, guard: ProcessGuard) {
    this.#guard = guard;
    this.#child = spawn("sh", ["-c", command], { detached: true });
    if (this.#child.pid !== undefined) guard.watch(this.#child.pid);
    const { stdin, stdout, stderr } = this.#child;
    const lines = new LineSplitter((line) => this.#read(line));
    stdout.on("data", (chunk: Buffer) => {
      if (!lines.push(chunk)) this.#fail("it wrote a line without end");
    });
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT);
    });
    // Whoever has gone does not listen; that it has gone is told by its end.
    stdin.on("error", () => {});
    this.#child.on("error", (error) => this.#fail(`it could not be started: ${error.message}`));
    // What it started may hold its output open, and would keep us from seeing the end.
    this.#child.on("exit", () => this.#kill());
    this.#child.on("close", (code, signal) =>
      this.#end(code === null ? `by ${signal}` : `exit code ${code}`),
    );
  }

  /** What it said of itself so far. */
  get hello(): Hello {
    return this.#hello;
  }

  /** Whether it can no longer be asked. */
  get ended(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * @param patience milliseconds to wait for the answer
   * @throws {VerifierFailed} when there is none
   */
  ask(question: Question, patience: number): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    if (this.#failure !== undefined) {
      reject(new VerifierFailed(this.#failure, false));
      return promise;
    }
    const id = ++this.#asked;
    const timer = setTimeout(() => this.#fail(`no answer within ${Math.round(patience)} ms`), patience);
    this.#pending.set(id, { resolve, reject, timer });
    this.#child.stdin.write(`${writeQuestion(id, question)}\n`);
    return promise;
  }

  /** Ends it, with all that it started. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#letGo(), GRACE);
    await this.#closed.promise;
    clearTimeout(timer);
  }

  #read(line: string): void {
    if (this.#failure !== undefined) return;
    try {
      const read = readLine(line);
      if ("hello" in read) this.#hello = read.hello;
      else this.#settle(read.id, read.answer, line);
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      this.#fail(error.message);
    }
  }

  #settle(id: number, answer: Answer, line: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) {
      this.#fail(`it answered what it was not asked: ${JSON.stringify(line.slice(0, SHOWN))}`);
      return;
    }
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.resolve(answer);
  }

  #end(how: string): void {
    this.#fail(`it ended (${how})`);
    if (this.#child.pid !== undefined) this.#guard.release(this.#child.pid);
    this.#closed.resolve();
  }

  #fail(why: string): void {
    if (this.#failure !== undefined) return;
    const complaint = lastLine(this.#complaint);
    this.#failure = complaint === undefined ? why : `${why}: ${complaint}`;
    const alone = this.#pending.size === 1;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new VerifierFailed(this.#failure, alone));
    }
    this.#pending.clear();
    this.#kill();
  }

  /** Waits for its output no longer either: somebody who left the group may hold it. */
  #letGo(): void {
    this.#kill();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }

  #kill(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch (error) {
      // Nobody is left of the group.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** The last line that names an error, or else the last: after the error Node writes its version, and Go a stack. */
function lastLine(text: string): string | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const named = lines.findLast((line) => /^(?!\s).*(?:error|exception|panic|fatal|not found)/i.test(line));
  const line = named ?? lines.at(-1);
  return line === undefined ? undefined : visible(line.trim().slice(0, SHOWN));
}
