/** A client in a process group of its own: started by a shell, listened to where it complains, ended with all it started. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { visible } from "../report/visible.ts";
import type { ProcessGuard } from "./process-guard.ts";
import { within } from "./within.ts";

/** Octets kept of what it wrote last to its standard error. */
const COMPLAINT = 4_096;
/** Characters shown of it. */
const SHOWN = 300;
/** Milliseconds between SIGTERM and SIGKILL; fewer for what a client has left behind. */
const LAST_CHANCE = 500;
const LEFT_BEHIND = 50;
/** Milliseconds between two looks at a group whose first process has ended and left others behind. */
const LOOK = 25;
/** Milliseconds for what it wrote last to arrive, once it has ended. */
const DRAIN = 250;

export class ClientProcess {
  /** Resolves when no process of the group is left, and what they wrote has been read. Never rejects. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #guard: ProcessGuard;
  #complaint: Buffer = Buffer.alloc(0);
  #ending: string | undefined;
  #killed = false;

  /** @param command for `sh -c`; nothing is written to its standard input, and nothing read from its output */
  constructor(command: string, guard: ProcessGuard) {
    this.#guard = guard;
    this.#child = spawn("sh", ["-c", command], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    if (this.#child.pid !== undefined) guard.watch(this.#child.pid);
    this.#child.stderr?.on("data", (octets: Buffer) => {
      this.#complaint = Buffer.concat([this.#complaint, octets]).subarray(-COMPLAINT);
    });
    this.ended = this.#end();
  }

  /** How its first process ended, and what it complained of; `undefined` while it runs. */
  get ending(): string | undefined {
    if (this.#ending === undefined) return undefined;
    const line = lastLine(this.#complaint.toString());
    return line === undefined ? this.#ending : `${this.#ending}: ${line}`;
  }

  /**
   * Waits until the whole group has ended by itself, then ends what is left of it: SIGTERM, and soon SIGKILL.
   *
   * @param grace milliseconds to wait
   * @returns whether it ended by itself
   */
  async stop(grace: number): Promise<boolean> {
    if (await within(grace, this.ended)) return true;
    this.#signal("SIGTERM");
    if (!(await within(this.#ending === undefined ? LAST_CHANCE : LEFT_BEHIND, this.ended))) {
      this.#killed = true;
      this.#signal("SIGKILL");
    }
    await this.ended;
    return false;
  }

  async #end(): Promise<void> {
    const { pid, stderr } = this.#child;
    const closed = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    await new Promise<void>((resolve) => {
      this.#child.once("error", ({ message }) => {
        this.#ending ??= `could not be started: ${message}`;
        resolve();
      });
      this.#child.once("exit", (code, signal) => {
        this.#ending = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
        resolve();
      });
    });
    if (pid === undefined) return;
    // What was killed may stay in the table of processes for as long as nobody asks how it ended.
    while (!this.#killed && this.#signal(0)) await setTimeout(LOOK);
    this.#guard.release(pid);
    // A process that has left the group may hold its end of the pipe open.
    await within(DRAIN, closed);
    stderr?.destroy();
  }

  /** Whether there is anybody in the group to hear it. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    if (this.#child.pid === undefined) return false;
    try {
      return process.kill(-this.#child.pid, signal);
    } catch (error) {
      // EPERM: there is somebody, who has become another user.
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  }
}

/** The last line that names an error, or else the last: after the error Node writes its version, and Go a stack. */
function lastLine(text: string): string | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const line =
    lines.findLast((other) => /^(?!\s).*(?:error|exception|panic|fatal|not found)/i.test(other)) ??
    lines.at(-1);
  return line === undefined ? undefined : visible(line.trim().slice(0, SHOWN));
}
