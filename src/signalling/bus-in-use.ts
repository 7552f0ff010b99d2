/**
 * The bus that carries the rooms of a process: the one that it was given, or one of its own while that reaches nobody.
 *
 *     shared ── lost ──▶ local ── found ──▶ shared
 *
 * Every room changes over with it (`Hub.reopen`). What still comes from the bus that is not in use is about rooms that
 * go on without it, and is not passed on.
 */
import { type Log, silentLog } from "../log.ts";
import type { Bus, BusSink } from "./bus.ts";
import { LocalBus } from "./local-bus.ts";

/** What the bus in use says. */
export interface BusInUseSink extends Omit<BusSink, "lost" | "found"> {
  /** Another bus is in use from here on: the one that all share, or not. */
  changed(shared: boolean): void;
}

/** See the head of this file. */
export class BusInUse {
  readonly #shared: Bus;
  readonly #local: LocalBus;
  readonly #sink: BusInUseSink;
  readonly #log: Log;
  #bus: Bus;

  /** @param shared its own, when it is a {@link LocalBus}: then the process is alone, and nothing ever changes */
  constructor(shared: Bus, sink: BusInUseSink, log: Log = silentLog) {
    this.#shared = shared;
    this.#local = new LocalBus({ process: shared.process, start: microseconds });
    this.#sink = sink;
    this.#log = log;
    this.#bus = shared;
    void this.#local.start(this.#sinkOf(this.#local));
    if (shared instanceof LocalBus) void shared.start(this.#sinkOf(shared));
  }

  get bus(): Bus {
    return this.#bus;
  }

  /** Whether rooms are shared with all other processes, as they should be. */
  get isShared(): boolean {
    return this.#bus === this.#shared;
  }

  /** Connects; fulfilled after the first attempt, whether others can be reached or not. */
  async start(): Promise<void> {
    if (this.#shared instanceof LocalBus) return;
    await this.#shared.start(this.#sinkOf(this.#shared));
    if (!this.#shared.shared && this.isShared) this.#change(this.#local);
  }

  close(): Promise<void> {
    return this.#shared.close();
  }

  #sinkOf(bus: Bus): BusSink {
    const sink = this.#sink;
    const isInUse = (): boolean => bus === this.#bus;
    return {
      opened: (room, log) => {
        if (isInUse()) sink.opened(room, log);
      },
      failed: (room, ref) => {
        if (isInUse()) sink.failed(room, ref);
      },
      appended: (room, record) => {
        if (isInUse()) sink.appended(room, record);
      },
      processGone: (process) => {
        if (isInUse()) sink.processGone(process);
      },
      lost: () => this.#change(this.#local),
      found: () => this.#change(this.#shared),
      announced: (topic, text) => sink.announced(topic, text),
      asked: (topic) => sink.asked(topic),
    };
  }

  #change(bus: Bus): void {
    if (bus === this.#bus) return;
    this.#bus = bus;
    // Each room is opened anew, and released, on the other.
    this.#local.releaseAll();
    if (this.isShared) this.#log.info("signalling.shared");
    else this.#log.warn("signalling.local", { message: "other processes cannot be reached" });
    this.#sink.changed(this.isShared);
  }
}

/** Since the epoch: no log of a room begins where an earlier one was. */
function microseconds(): number {
  return Date.now() * 1000;
}
