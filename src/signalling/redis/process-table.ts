/** Which processes there are, and which are gone: by what each heartbeat tells, and by who is spoken of in rooms. */
import type { LogRecord, ProcessId, RoomState } from "../entries.ts";

/**
 * At how many heartbeats in a row it is told that a process is gone: a room may be just being opened, or merged, when
 * it is told for the first time.
 */
const repetitions = 3;

/** The most processes that are known at once. */
export const maxProcesses = 1_024;

/** See the head of this file. Never says that this process itself is gone. */
export class ProcessTable {
  readonly #self: ProcessId;
  #alive: ReadonlySet<ProcessId> = new Set();
  #mentioned = new Set<ProcessId>();
  /** Who is gone, and how often that is still to be told. */
  readonly #gone = new Map<ProcessId, number>();

  constructor(self: ProcessId) {
    this.#self = self;
  }

  /** How many there are besides this one. */
  get others(): number {
    return this.#alive.size - (this.#alive.has(this.#self) ? 1 : 0);
  }

  /** Somebody in a room is, or was, on the process that proposed this. */
  mention({ process }: LogRecord): void {
    if (process !== this.#self && process !== "") this.#mentioned.add(process);
  }

  /** Those connected in a state are on processes that may be gone since. */
  mentionMembers({ members }: RoomState): void {
    for (const { process, connected } of members) {
      if (connected && process !== this.#self && process !== "") this.#mentioned.add(process);
    }
  }

  /** Who was spoken of since the last time. To be taken before it is asked who is alive: newcomers come first. */
  takeMentioned(): ReadonlySet<ProcessId> {
    const mentioned = this.#mentioned;
    this.#mentioned = new Set();
    return mentioned;
  }

  /** Takes who is alive, and returns who is not any more. */
  update(alive: readonly ProcessId[], mentioned: ReadonlySet<ProcessId>): readonly ProcessId[] {
    const now = new Set(alive);
    for (const process of [...this.#alive, ...mentioned]) this.#gone.set(process, repetitions);
    this.#alive = now;
    const gone: ProcessId[] = [];
    for (const [process, times] of this.#gone) {
      if (now.has(process) || process === this.#self || times === 0) this.#gone.delete(process);
      else {
        gone.push(process);
        this.#gone.set(process, times - 1);
      }
    }
    return gone;
  }

  /** The connection is lost: who is there is to be learned anew. */
  forget(): void {
    this.#alive = new Set();
    this.#mentioned = new Set();
    this.#gone.clear();
  }
}
