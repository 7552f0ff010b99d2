/** The bus of a process that is alone: what is appended comes back in the same turn, and nothing is kept. */
import type { Bus, BusSink } from "./bus.ts";
import type { Entry, ProcessId } from "./entries.ts";
import type { RoomName } from "./protocol.ts";

export interface LocalBusOptions {
  /** How this process is called in entries. Default `local`. */
  readonly process?: ProcessId | undefined;
  /**
   * Where the positions of a new log begin: a number greater than any before, such as microseconds since the epoch.
   * Default: one more than the last of all.
   */
  readonly start?: (() => number) | undefined;
}

/** See the head of this file. */
export class LocalBus implements Bus {
  readonly process: ProcessId;
  readonly shared = true;
  readonly #start: () => number;
  /** The position of the next record of each room that is open. */
  readonly #next = new Map<RoomName, number>();
  #sink: BusSink | undefined;
  #last = 0;

  constructor({ process = "local", start = () => 0 }: LocalBusOptions = {}) {
    this.process = process;
    this.#start = start;
  }

  start(sink: BusSink): Promise<void> {
    this.#sink = sink;
    return Promise.resolve();
  }

  open(room: RoomName): void {
    const next = Math.max(this.#last + 1, this.#start());
    this.#next.set(room, next);
    this.#sink?.opened(room, { state: undefined, records: [], next });
  }

  release(room: RoomName): void {
    this.#next.delete(room);
  }

  /** Wants no more of any room. */
  releaseAll(): void {
    this.#next.clear();
  }

  append(room: RoomName, ref: number, entry: Entry): void {
    const position = this.#next.get(room);
    if (position === undefined) {
      this.#sink?.failed(room, ref);
      return;
    }
    this.#next.set(room, position + 1);
    this.#last = Math.max(this.#last, position);
    this.#sink?.appended(room, { position, process: this.process, ref, entry });
  }

  /** There is nobody who would open it. */
  store(): void {}

  /** There is nobody else. */
  announce(): void {}

  ask(topic: string): Promise<readonly string[]> {
    return Promise.resolve(this.#sink === undefined ? [] : [this.#sink.asked(topic)]);
  }

  close(): Promise<void> {
    this.#sink = undefined;
    this.#next.clear();
    return Promise.resolve();
  }
}
