/** Processes behind one bus, and clients that come, talk, are cut off and come back. All is checked, all the time. */
import { expect } from "vitest";
import type { LogRecord, RoomState } from "../../../src/signalling/entries.ts";
import type { RoomGrant } from "../../../src/signalling/grants.ts";
import type { HubOptions } from "../../../src/signalling/hub/hub-options.ts";
import { traitsOf } from "../../../src/signalling/parse-command.ts";
import type { Command, Notice } from "../../../src/signalling/protocol.ts";
import { secretHash } from "../../../src/signalling/room/resume-secret.ts";
import { Client, type Ending, inBrief, inWords, rosterOf, type Stay, type Wire } from "./client.ts";
import { FakeSharedBus, SharedLogs } from "./fake-shared-bus.ts";
import { type Clock, HubProcess, type Outward } from "./hub-process.ts";
import { RoomModel } from "./room-model.ts";

/** Small, so that rooms are full and rings run over; budgets so wide that they do not matter. */
const wide = { perSecond: 1e9, burst: 1e9 };
export const ringLength = 12;
const hub: HubOptions = {
  maxPeersPerRoom: 4,
  maxRooms: 2,
  ring: { notices: ringLength, size: 1e6 },
  peerRates: { messages: wide, size: wide, joins: wide, candidates: wide, refusals: wide },
  roomRates: { deliveries: wide, size: wide, joins: wide, userJoins: wide },
};

interface Member {
  readonly process: HubProcess<Wire>;
  readonly bus: FakeSharedBus;
}

export interface WorldOptions {
  readonly processes: number;
  /** Whether a model says what everybody must hear; not while processes are apart from each other. */
  readonly exact: boolean;
}

/** See the head of this file. */
export class World {
  readonly clock: Clock = { now: 1_000_000 };
  readonly logs: SharedLogs = new SharedLogs(() => this.clock.now * 1000);
  readonly clients: readonly Client[];
  readonly #exact: boolean;
  readonly #models = new Map<string, RoomModel>();
  readonly #places: Member[] = [];
  /** Resumes that were rightful, by the hash of the secret. */
  readonly #rightful = new Set<string>();
  readonly #texts = new Set<string>();
  /** Since when each is lost that is. */
  readonly #lostSince = new Map<Client, number>();
  readonly #dead: string[] = [];
  readonly #later: (() => void)[] = [];
  #names = 0;

  constructor({ processes, exact }: WorldOptions) {
    this.#exact = exact;
    for (let at = 0; at < processes; at++) this.#places.push(this.#boot());
    this.logs.onAppend = (room, record) => this.#appended(room, record);
    const ended = (stay: Stay, ending: Ending): void => this.#ended(stay, ending);
    this.clients = ["a", "b", "c", "d", "e", "f"].map((name, at) => new Client(name, `U${at % 4}`, ended));
  }

  place(at: number): Member {
    return this.#places[at % this.#places.length]!;
  }

  connect(client: Client, at: number, grant?: RoomGrant, grantEnds?: number): Wire {
    const { process, bus } = this.place(at);
    const wire = {
      client,
      process: bus.process,
      unanswered: new Map(),
      abandoned: false,
      open: true,
      leaving: undefined,
    };
    client.wire = wire;
    const id = `${client.name}${++this.#names}`;
    const identity = { user: client.user, name: client.name, grant };
    process.perform(
      process.hub.connect(wire, { identity, id, secret: `secret ${id}`, grantEnds }, this.clock.now),
    );
    return wire;
  }

  say(client: Client, command: Command): void {
    if (command.type === "leave") client.wire!.leaving = client.stay;
    this.#say(client.wire!, client.prepare(command));
  }

  /** Comes back to where it was, perhaps before the connection that it had is known to be lost. */
  resume(
    client: Client,
    at: number,
    { secret, grant }: { readonly secret?: string; readonly grant?: RoomGrant },
  ): void {
    const { joined, room } = client.stay!;
    const { ack } = client;
    client.inside = false;
    client.previous = client.wire;
    if (client.wire !== undefined) client.wire.abandoned = true;
    this.connect(client, at, grant);
    const resume = { peer: joined.self, secret: secret ?? joined.secret, ack };
    this.say(client, { type: "join", room, resume });
  }

  cut(client: Client, unheard: number): void {
    const wire = client.wire!;
    wire.open = false;
    client.cut(unheard);
    this.#lose(client);
    this.#disconnect(wire, true);
    this.#dropPrevious(client, true);
  }

  close(client: Client): void {
    const wire = client.wire!;
    wire.open = false;
    client.cut(0);
    client.forget();
    this.#disconnect(wire, false);
    this.#dropPrevious(client, false);
  }

  pass(milliseconds: number): void {
    // No bus takes so long, nor does it take so long to see that a process is dead.
    if (milliseconds > 10_000) {
      this.#carry();
      for (const { stay } of this.clients) if (stay !== undefined) stay.sure = stay.heard.length;
    }
    this.clock.now += milliseconds;
    for (const { process } of this.#places)
      if (process.hub.nextTimeout <= this.clock.now)
        process.perform(process.hub.handleTimeout(this.clock.now));
    if (milliseconds > 10_000) this.#carry();
  }

  kill(at: number, unheard: number): void {
    const { bus } = this.place(at);
    this.#places[this.#places.indexOf(this.place(at))] = this.#boot();
    this.logs.kill(bus);
    for (const client of this.clients) {
      if (client.wire?.process !== bus.process) continue;
      client.wire.open = false;
      client.cut(unheard);
      this.#lose(client);
      this.#dropPrevious(client, true);
    }
    for (const { previous } of this.clients) if (previous?.process === bus.process) previous.open = false;
    this.#dead.push(bus.process);
  }

  /** Everybody hears of the dead, and all that is under way arrives. */
  settle(): void {
    for (const { bus } of this.#places) {
      bus.failures = 0;
      if (!bus.shared) bus.find();
    }
    this.#carry();
    // What has failed is tried again after a second.
    this.pass(1_001);
    this.#carry();
    this.#checkQuiet();
  }

  /** What holds at any time. */
  check(): void {
    this.#catchUp();
    if (!this.#exact) return;
    for (const { stay } of this.clients) {
      if (stay !== undefined) this.#mustHear(stay, false);
    }
  }

  /** What clients do because of what they have heard, when all have heard it. */
  #catchUp(): void {
    for (const act of this.#later.splice(0)) act();
  }

  /** All that is under way arrives, and who is dead is told, more than once: a room may be just being opened. */
  #carry(): void {
    this.#carryOnce();
    for (const process of this.#dead) this.logs.tellGone(process);
    this.#carryOnce();
  }

  #carryOnce(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const { bus } of this.#places) while (bus.askNext() || bus.hearNext()) busy = true;
      this.#catchUp();
    }
  }

  /** What holds when nothing is under way. */
  #checkQuiet(): void {
    const states = this.#places.map(({ process }) => process.hub.states());
    const rooms = new Map<string, RoomState>();
    for (const state of states.flat()) {
      const other = rooms.get(state.room);
      if (other !== undefined) expect(state, "all processes know the same").toEqual(other);
      rooms.set(state.room, state);
    }
    const inside = this.clients.filter(({ inside }) => inside);
    const connected = [...rooms.values()].flatMap(({ members }) =>
      members.filter((member) => member.connected),
    );
    const placed = connected.map(({ peer, process }) => `${peer} on ${process}`).sort();
    expect(placed, "who is connected is inside once").toEqual(
      inside.map(({ stay, wire }) => `${stay!.joined.self} on ${wire!.process}`).sort(),
    );
    for (const { wire } of this.clients) expect(wire?.unanswered.size ?? 0, "all is answered").toBe(0);
    for (const { stay } of inside) {
      const roster = rosterOf(stay!);
      const { members } = rooms.get(stay!.room)!;
      const inWords = members.map((member) => [
        member.peer,
        `${inBrief(member)}${member.connected ? "" : " lost"}`,
      ]);
      expect(roster, `what ${stay!.joined.self} knows`).toEqual(Object.fromEntries(inWords));
      if (this.#exact) this.#mustHear(stay!, true);
    }
    if (this.#exact) this.#compare(rooms);
  }

  /** All go, time passes, and nothing is left. */
  end(): void {
    this.settle();
    for (const client of this.clients) if (client.wire !== undefined) this.close(client);
    for (let times = 0; times < 8; times++) {
      this.settle();
      this.pass(40_000);
    }
    this.settle();
    for (const { process } of this.#places) {
      const { peerCount, roomCount, nextTimeout } = process.hub;
      expect({ peerCount, roomCount, nextTimeout }).toEqual({
        ...{ peerCount: 0, roomCount: 0, nextTimeout: Number.POSITIVE_INFINITY },
      });
    }
  }

  #say(wire: Wire, command: Command): void {
    const member = this.#of(wire);
    if (member === undefined) return;
    wire.unanswered.set(command.id as number, command);
    const traits = { ...traitsOf(JSON.stringify(command)), size: 100 };
    member.process.perform(member.process.hub.receive(wire, command, traits, this.clock.now));
  }

  #lose(client: Client): void {
    if (!this.#lostSince.has(client)) this.#lostSince.set(client, this.clock.now);
  }

  /** A connection that was given up for another is of no more use. */
  #dropPrevious({ previous }: Client, resumable: boolean): void {
    if (!previous?.open) return;
    previous.open = false;
    this.#disconnect(previous, resumable);
  }

  #disconnect(wire: Wire, resumable: boolean): void {
    const process = this.#of(wire)?.process;
    process?.perform(process.hub.disconnect(wire, { resumable, now: this.clock.now }));
  }

  #of(wire: Wire): Member | undefined {
    return this.#places.find(({ bus }) => bus.process === wire.process);
  }

  #boot(): Member {
    const bus = new FakeSharedBus(this.logs, `p${++this.#names}`);
    const process = new HubProcess<Wire>({
      hub,
      clock: this.clock,
      bus,
      perform: (effect) => this.#perform(effect),
    });
    return { bus, process };
  }

  #perform(effect: Outward<Wire>): void {
    if (effect.type === "send") this.#hear(effect.to, effect.notice);
    else if (effect.type === "broadcast") for (const wire of effect.to) this.#hear(wire, effect.notice);
    else if (effect.type === "close") {
      const { connection: wire } = effect;
      expect(wire.open, "closed once").toBe(true);
      wire.open = false;
      if (wire.client.wire !== wire) return;
      wire.client.cut(0);
      wire.client.forget();
    }
  }

  #hear(wire: Wire, notice: Notice): void {
    const asked = "id" in notice ? wire.unanswered.get(notice.id as number) : undefined;
    const { client } = wire;
    const { stay } = client;
    if (notice.type === "joined" && notice.resumed === false && !wire.abandoned && asked?.type === "join")
      this.#checkRejoin(client, notice, asked.resume!);
    if (this.#exact && notice.type === "ok" && asked?.type === "message")
      expect(this.#texts, "what is answered is in the log").toContain(asked.text);
    client.hear(wire, notice);
    if (client.inside) this.#lostSince.delete(client);
    if (wire === client.wire && asked?.type === "join")
      this.#later.push(() => this.#dropPrevious(client, notice.type === "resumed"));
    // What may not have arrived is said again.
    if (notice.type === "resumed" && !wire.abandoned)
      for (const command of client.stay!.said.values()) this.#say(wire, command);
    if (notice.type === "pong" && stay !== undefined && client.inside) stay.sure = stay.heard.length;
  }

  /** Nobody has to start anew who came in time, and had not missed too much. */
  #checkRejoin(
    client: Client,
    { room, seq }: Stay["joined"],
    { secret, ack }: { readonly secret: string; readonly ack: number },
  ): void {
    // An `expire` that could not be said lets somebody back in so late that what it has missed is forgotten for its age.
    const late = this.clock.now - (this.#lostSince.get(client) ?? this.clock.now) > 30_000;
    if (this.#exact && this.#rightful.delete(secretHash(secret)) && !late)
      expect(seq - ack, `what was missed in ${room}`).toBeGreaterThan(ringLength);
  }

  #appended(room: string, { entry, process }: LogRecord): void {
    if (entry.type === "say" && entry.saying.type === "message") this.#texts.add(entry.saying.text);
    if (!this.#exact) return;
    const obeyed = this.#modelOf(room).apply(entry, process);
    if (entry.type !== "resume") return;
    if (obeyed) this.#rightful.add(entry.secretHash);
    else this.#rightful.delete(entry.secretHash);
  }

  #modelOf(room: string): RoomModel {
    const model = this.#models.get(room) ?? new RoomModel();
    this.#models.set(room, model);
    return model;
  }

  #mustHear({ room, joined, heard }: Stay, all: boolean): void {
    const { members, left } = this.#modelOf(room);
    const { mustHear } = members.get(joined.self) ?? left.get(joined.self)!;
    expect(heard.map(inWords), `what ${joined.self} hears`).toEqual(
      all ? mustHear : mustHear.slice(0, heard.length),
    );
  }

  #ended(stay: Stay, ending: Ending): void {
    const texts = stay.heard.flatMap((notice) => (notice.type === "message" ? [notice.text] : []));
    expect(new Set(texts).size, "nothing is heard twice").toBe(texts.length);
    if (this.#exact) this.#mustHear(stay, ending === "left" || ending === "put out");
  }

  #compare(rooms: ReadonlyMap<string, RoomState>): void {
    for (const [room, { members, locked, banned }] of rooms) {
      const model = this.#modelOf(room);
      const ours = members.map(({ peer, role, connected, process }) => ({ peer, role, connected, process }));
      const theirs = Array.from(model.members, ([peer, { role, connected, process }]) => ({
        ...{ peer, role, connected, process },
      }));
      expect({ members: ours, locked, banned }).toEqual({
        ...{ members: theirs, locked: model.locked, banned: [...model.banned] },
      });
    }
  }
}
