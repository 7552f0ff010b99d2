/** A hub and what performs its effects, on a virtual clock: as `server.ts` does it, without sockets. */
import { expect } from "vitest";
import type { Bus, BusSink } from "../../../src/signalling/bus.ts";
import type { Effect } from "../../../src/signalling/hub/effects.ts";
import { Hub } from "../../../src/signalling/hub/hub.ts";
import type { HubOptions } from "../../../src/signalling/hub/hub-options.ts";
import { LocalBus } from "../../../src/signalling/local-bus.ts";
import type { Notice } from "../../../src/signalling/protocol.ts";

/** Milliseconds that a test lets pass. */
export interface Clock {
  now: number;
}

/** Effects that are not for the bus, with notices as they are read. */
export type Outward<Connection> =
  | { readonly type: "send"; readonly to: Connection; readonly notice: Notice }
  | { readonly type: "broadcast"; readonly to: readonly Connection[]; readonly notice: Notice }
  | Extract<Effect<Connection>, { type: "close" | "settled" }>;

export interface HubProcessOptions<Connection> {
  readonly hub?: HubOptions | undefined;
  readonly clock: Clock;
  /** Without it, the process is alone. */
  readonly bus?: Bus | undefined;
  readonly perform: (effect: Outward<Connection>) => void;
}

/** See the head of this file. */
export class HubProcess<Connection> {
  readonly hub: Hub<Connection>;
  readonly #clock: Clock;
  readonly #perform: (effect: Outward<Connection>) => void;
  readonly #local: LocalBus;
  #bus: Bus;
  #effects: Effect<Connection>[] = [];
  #performing = false;

  constructor({ hub, clock, bus, perform }: HubProcessOptions<Connection>) {
    const process = bus?.process ?? "local";
    this.hub = new Hub<Connection>({ ...hub, process });
    this.#clock = clock;
    this.#perform = perform;
    this.#local = new LocalBus({ process, start: () => (bus === undefined ? 0 : clock.now * 1000) });
    this.#bus = bus ?? this.#local;
    for (const each of new Set([this.#local, this.#bus])) void each.start(this.#sinkOf(each, bus));
  }

  /** Performs what a call of the hub asks for, and what follows from that. */
  perform(effects: readonly Effect<Connection>[]): void {
    this.#effects.push(...effects);
    if (this.#performing) return;
    this.#performing = true;
    for (const effect of this.#effects) this.#performOne(effect);
    this.#effects = [];
    this.#performing = false;
  }

  #performOne(effect: Effect<Connection>): void {
    switch (effect.type) {
      case "open":
        this.#bus.open(effect.room);
        return;
      case "release":
        this.#bus.release(effect.room);
        return;
      case "append":
        this.#bus.append(effect.room, effect.ref, effect.entry);
        return;
      case "store":
        this.#bus.store(effect.state);
        return;
      case "send":
        this.#perform({ type: "send", to: effect.to, notice: read(effect.text) });
        return;
      case "broadcast":
        this.#perform({ type: "broadcast", to: effect.to, notice: read(effect.text) });
        return;
      case "close":
      case "settled":
        this.#perform(effect);
    }
  }

  #sinkOf(of: Bus, shared: Bus | undefined): BusSink {
    const inUse = (effects: () => readonly Effect<Connection>[]): void => {
      if (of === this.#bus) this.perform(effects());
    };
    const change = (to: Bus): void => {
      this.#bus = to;
      this.perform(this.hub.reopen(to === shared, this.#clock.now));
    };
    return {
      opened: (room, log) => inUse(() => this.hub.opened(room, log, this.#clock.now)),
      failed: (room, ref) => inUse(() => this.hub.failed(room, ref, this.#clock.now)),
      appended: (room, record) => inUse(() => this.hub.appended(room, record, this.#clock.now)),
      processGone: (process) => inUse(() => this.hub.processGone(process, this.#clock.now)),
      lost: () => change(this.#local),
      found: () => change(shared!),
      announced: () => {},
      asked: () => "",
    };
  }
}

/** A notice, of which the text is what JSON.stringify makes of it, to the character. */
function read(text: string): Notice {
  const notice: Notice = JSON.parse(text);
  expect(JSON.stringify(notice)).toBe(text);
  return notice;
}
