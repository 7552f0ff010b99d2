/** A hub on a virtual clock whose connections are words: peer `a` is of user `A` and has the connection `a`. */
import { expect } from "vitest";
import type { RoomGrant } from "../../../src/signalling/grants.ts";
import type { HubOptions } from "../../../src/signalling/hub/hub-options.ts";
import { parseCommand, traitsOf } from "../../../src/signalling/parse-command.ts";
import type { Command, Notice } from "../../../src/signalling/protocol.ts";
import type { FakeSharedBus } from "./fake-shared-bus.ts";
import { type Clock, HubProcess, type Outward } from "./hub-process.ts";

/** Effects as tests read them: `["a", { type: … }]`, and for a broadcast the names of all. */
export type Heard = readonly [to: string | readonly string[], notice: Notice] | Outward<string>;

export interface Guest {
  readonly user?: string;
  readonly grant?: RoomGrant;
  readonly grantEnds?: number;
}

/** See the head of this file. Each method returns what was to be heard because of it. */
export class Stage {
  readonly clock: Clock = { now: 1_000_000 };
  readonly #process: HubProcess<string>;
  readonly #bus: FakeSharedBus | undefined;
  #heard: Heard[] = [];

  /** @param bus when given, nothing goes over it by itself */
  constructor(hub: HubOptions = {}, bus?: FakeSharedBus, clock?: Clock) {
    if (clock !== undefined) this.clock = clock;
    this.#bus = bus;
    this.#process = new HubProcess({
      ...{ hub, clock: this.clock, bus },
      perform: (effect) => this.#heard.push("notice" in effect ? [effect.to, effect.notice] : effect),
    });
  }

  get hub(): HubProcess<string>["hub"] {
    return this.#process.hub;
  }

  get now(): number {
    return this.clock.now;
  }

  connect(
    name: string,
    { user = name.charAt(0).toUpperCase(), grant, grantEnds }: Guest = {},
  ): readonly Heard[] {
    const identity = { user, name: `${user}!`, grant };
    const arrival = { identity, id: name, secret: `secret of ${name}`, grantEnds };
    return this.do(() => this.hub.connect(name, arrival, this.now));
  }

  say(name: string, command: Command): readonly Heard[] {
    return this.do(() => this.hub.receive(name, command, traitsOf(JSON.stringify(command)), this.now));
  }

  sayText(name: string, text: string): readonly Heard[] {
    return this.do(() => this.hub.receive(name, parseCommand(text), traitsOf(text), this.now));
  }

  drop(name: string): readonly Heard[] {
    return this.do(() => this.hub.disconnect(name, { resumable: true, now: this.now }));
  }

  close(name: string): readonly Heard[] {
    return this.do(() => this.hub.disconnect(name, { resumable: false, now: this.now }));
  }

  later(milliseconds: number): readonly Heard[] {
    this.clock.now += milliseconds;
    return this.do(() => (this.hub.nextTimeout <= this.now ? this.hub.handleTimeout(this.now) : []));
  }

  /** Connects each and puts it into the room. */
  join(room: string, ...names: readonly string[]): void {
    for (const name of names) {
      this.connect(name);
      expect(this.say(name, { type: "join", room })[0]).toMatchObject([name, { type: "joined" }]);
    }
  }

  do(act: () => Parameters<HubProcess<string>["perform"]>[0]): readonly Heard[] {
    this.#process.perform(act());
    return this.heard();
  }

  /** What has been heard since the last time. */
  heard(): readonly Heard[] {
    const heard = this.#heard;
    this.#heard = [];
    return heard;
  }

  /** Lets all that is asked arrive, and all that is told. */
  settle(): readonly Heard[] {
    while (this.#bus?.askNext() || this.#bus?.hearNext());
    return this.heard();
  }
}
