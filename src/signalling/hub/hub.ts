/**
 * The hub: every rule about peers, without a socket, a clock or a random number.
 *
 * Whatever happens goes in as a call and comes out as a list of effects, to be performed in order:
 *
 *                    ┌─────────┐ ── join ──▶ ┌─────────┐
 *     connect ─────▶ │ lobby   │             │ in room │ ── disconnect ──▶ lost: comes back, or has left
 *                    └─────────┘ ◀── leave ─ └─────────┘
 *
 * A peer is in one room or in none. A refused command changes nothing, and is answered to its sender alone. A peer
 * that the hub closes is forgotten at once: what still comes in from it has no effect.
 *
 * What happens in a room is not decided here but in the room's log: the hub proposes an entry (effect `append`), and
 * acts on what comes of it when the entry comes back by {@link Hub.appended}. `rooms.ts` looks after the logs,
 * `entrance.ts` after who comes in and goes out, `speech.ts` after what is said in between.
 */
import type { OpenedLog } from "../bus.ts";
import type { Entry, EntryRefusal, LogRecord, ProcessId, RoomState } from "../entries.ts";
import type { TextTraits } from "../parse-command.ts";
import { type Command, closeCodes, type Refusal, type RoomName, refuse } from "../protocol.ts";
import { Connections } from "./connections.ts";
import { type Counting, type HubCounts, startCounting } from "./counts.ts";
import { type Effect, Effects } from "./effects.ts";
import { Entrance } from "./entrance.ts";
import { type HubOptions, hubSettings } from "./hub-options.ts";
import { type Arrival, maxWaiting, type Peer } from "./peer.ts";
import type { Proposal } from "./proposals.ts";
import type { Replica } from "./replica.ts";
import { Rooms } from "./rooms.ts";
import { ServiceNotices } from "./service-notices.ts";
import { Speech } from "./speech.ts";

/** The machine behind a signalling server. `now` is always milliseconds on a clock that only goes forward. */
export class Hub<Connection> {
  readonly #counting: Counting = startCounting();
  readonly #connections: Connections<Connection>;
  readonly #rooms: Rooms<Connection, Peer<Connection>>;
  readonly #entrance: Entrance<Connection>;
  readonly #speech: Speech<Connection>;
  readonly #effects: Effects<Connection> = new Effects();
  /** Of the call that is being handled. */
  #now = 0;
  readonly #service = new ServiceNotices();

  /** @throws {RangeError} when an option is not a positive number */
  constructor(options: HubOptions = {}) {
    const settings = hubSettings(options);
    const counting = this.#counting;
    const effects = this.#effects;
    const rooms = new Rooms<Connection, Peer<Connection>>(settings, this.#roomsSink(), effects);
    this.#rooms = rooms;
    this.#connections = new Connections({
      ...{ settings, counting, effects },
      forgotten: (peer, resumable) => this.#entrance.disconnected(peer, resumable, this.#now),
    });
    this.#speech = new Speech({ settings, rooms, effects });
    this.#entrance = new Entrance({
      ...{ settings, rooms, counting, effects },
      refuse: (peer, refusal) => this.#connections.refuse(peer, refusal, this.#now),
      settled: (peer) => this.#goOn(peer),
    });
  }

  get peerCount(): number {
    return this.#connections.size;
  }

  /** Rooms that this process has open. */
  get roomCount(): number {
    return this.#rooms.size;
  }

  get counts(): HubCounts {
    return this.#counting;
  }

  /** When {@link handleTimeout} is due; Infinity: never. */
  get nextTimeout(): number {
    return Math.min(this.#connections.nextTimeout, this.#rooms.nextTimeout, this.#entrance.nextTimeout);
  }

  /** As this process knows them; or of one room, if it is open. */
  states(only?: RoomName): readonly RoomState[] {
    return this.#rooms.states(only);
  }

  /** Somebody has connected. @throws {RangeError} when this connection is known already */
  connect(connection: Connection, arrival: Arrival, now: number): readonly Effect<Connection>[] {
    if (this.#find(connection, now) !== undefined) throw new RangeError("this connection is known already");
    const peer = this.#connections.add(connection, arrival, now);
    if (peer === undefined) return this.#effects.take();
    const { user, name } = peer.identity;
    this.#connections.send(peer, { type: "welcome", version: 1, self: peer.self, user, name });
    const { atFirst } = this.#service;
    if (atFirst !== undefined) this.#connections.send(peer, atFirst);
    return this.#effects.take();
  }

  /**
   * A peer has sent a text message, which `parseCommand` has read.
   *
   * @param text what is known of it
   */
  receive(
    connection: Connection,
    command: Command | Refusal,
    text: TextTraits,
    now: number,
  ): readonly Effect<Connection>[] {
    const peer = this.#find(connection, now);
    if (peer === undefined) return [];
    // The command has been parsed before its sender's budget is asked: only so is its id known, and parsing
    // is bounded by the size of a message.
    const retryAfter = peer.budgets.take(command.type, text.size, now);
    if (retryAfter > 0) {
      const refusal = refuse("rate-limited", "too many messages", command.id);
      this.#connections.refuse(peer, { ...refusal, retryAfter }, now);
    } else if (command.type === "refusal") this.#connections.refuse(peer, command, now);
    else {
      this.#counting.commands[command.type]++;
      this.#hear(peer, command, text);
    }
    if (peer.phase === "lobby") this.#connections.stay(peer, now);
    return this.#effects.take();
  }

  /** A peer has sent a binary message. RFC 6455 §7.4.1: 1003 is for a type of data that cannot be accepted. */
  receiveBinary(connection: Connection, now: number): readonly Effect<Connection>[] {
    const peer = this.#find(connection, now);
    if (peer !== undefined)
      this.#connections.close(peer, closeCodes.unsupportedData, "this protocol is text");
    return this.#effects.take();
  }

  /** A connection has ended. @param resumable false when its peer has closed it itself, and so may not come back */
  disconnect(
    connection: Connection,
    { resumable, now }: { readonly resumable: boolean; readonly now: number },
  ): readonly Effect<Connection>[] {
    const peer = this.#find(connection, now);
    if (peer !== undefined) this.#connections.forget(peer, resumable);
    return this.#effects.take();
  }

  /** A peer has shown a newer login of the same user. Its rights in the room change at once. */
  renew(
    connection: Connection,
    { identity, grantEnds = Number.POSITIVE_INFINITY }: Pick<Arrival, "identity" | "grantEnds">,
    now: number,
  ): readonly Effect<Connection>[] {
    const peer = this.#find(connection, now);
    if (peer === undefined) return [];
    this.#connections.regrant(peer, grantEnds);
    this.#entrance.renew(peer, identity, now);
    return this.#effects.take();
  }

  /**
   * The server's own API does something to a room, which is opened for it. What comes of it is the effect `settled`
   * with the same `request`.
   */
  administer(
    room: RoomName,
    { entry, request }: { readonly entry: Entry; readonly request: number },
    now: number,
  ): readonly Effect<Connection>[] {
    this.#now = now;
    const replica = this.#rooms.open(room, now);
    if (replica === undefined || !this.#rooms.propose(replica, { entry, request })) {
      const refusal = {
        code: "too-many-rooms",
        message: "there is no place for another room",
      } as const;
      this.#effects.add({ type: "settled", request, refusal });
    }
    return this.#effects.take();
  }

  /** From the bus: the log of a room. */
  opened(room: RoomName, log: OpenedLog, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.opened(room, log, now);
    return this.#effects.take();
  }

  /** From the bus: the next record of a room. */
  appended(room: RoomName, record: LogRecord, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.appended(room, record, now);
    if (record.entry.type === "merge") this.#tellAboutService();
    return this.#effects.take();
  }

  /** From the bus: an entry could not be appended; without `ref`, the room not opened. */
  failed(room: RoomName, ref: number | undefined, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.failed(room, ref, now);
    return this.#effects.take();
  }

  /** Other processes cannot be reached any more, or can again: from here on there is another bus. */
  reopen(shared: boolean, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.reopen(shared);
    this.#tellAboutService();
    return this.#effects.take();
  }

  /** A process has died: who was connected there is lost. */
  processGone(process: ProcessId, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.processGone(process, now);
    return this.#effects.take();
  }

  handleTimeout(now: number): readonly Effect<Connection>[] {
    this.#now = now;
    for (const peer of this.#connections.handleTimeout(now))
      if (peer.phase === "inside") this.#entrance.leave(peer, "expired", now);
    this.#entrance.handleTimeout(now);
    this.#rooms.handleTimeout(now);
    return this.#effects.take();
  }

  #find(connection: Connection, now: number): Peer<Connection> | undefined {
    this.#now = now;
    return this.#connections.find(connection);
  }

  #hear(peer: Peer<Connection>, command: Command, text: TextTraits): void {
    let refusal: Refusal | undefined;
    if (peer.phase !== "moving" || command.type === "ping") refusal = this.#obey(peer, command, text);
    else if (peer.waiting.length < maxWaiting) peer.waiting.push({ command, text });
    else refusal = refuse("rate-limited", "wait until you are in the room", command.id);
    if (refusal !== undefined) this.#connections.refuse(peer, refusal, this.#now);
  }

  #obey(peer: Peer<Connection>, command: Command, text: TextTraits): Refusal | undefined {
    const { id } = command;
    if (command.type === "ping") return this.#speech.pong(peer, command);
    if (command.type === "join") {
      if (peer.replica !== undefined) return refuse("already-in-room", "leave the room you are in first", id);
      this.#connections.enter(peer);
      return this.#entrance.join(peer, command, this.#now);
    }
    if (peer.replica === undefined) return refuse("not-in-room", "join a room first", id);
    if (command.type !== "leave") return this.#speech.hear(peer, command, text, this.#now);
    this.#entrance.leave(peer, "left", this.#now, id);
    return undefined;
  }

  #roomsSink(): ConstructorParameters<typeof Rooms<Connection, Peer<Connection>>>[1] {
    return {
      settled: (replica, proposal, refusal) => this.#settle(replica, proposal, refusal),
      departed: (replica, peer, reason) => this.#entrance.departed(peer, replica, reason),
      resumedElsewhere: (peer) => {
        peer.phase = "lobby";
        peer.replica = undefined;
        const { resumedElsewhere: code } = closeCodes;
        this.#connections.close(peer, code, "resumed on another connection");
      },
    };
  }

  /** What was proposed has its place in the log, or never will. */
  #settle(
    replica: Replica<Peer<Connection>>,
    proposal: Proposal<Peer<Connection>>,
    refusal: EntryRefusal | undefined,
  ): void {
    const { peer, id, request, entry } = proposal;
    if (peer === undefined) {
      if (request !== undefined) this.#effects.add({ type: "settled", request, refusal });
    } else if (entry.type === "join" || entry.type === "resume" || entry.type === "leave") {
      this.#entrance.settled(replica, proposal, { refusal, now: this.#now });
    } else if (refusal !== undefined) {
      this.#connections.refuse(peer, { type: "refusal", id, ...refusal }, this.#now);
    } else if (id !== undefined && !peer.gone) this.#connections.send(peer, { type: "ok", id });
  }

  /** A peer is in the lobby or inside, and what it said meanwhile is obeyed. */
  #goOn(peer: Peer<Connection>): void {
    while (peer.phase !== "moving" && !peer.gone) {
      const next = peer.waiting.shift();
      if (next === undefined) break;
      this.#hear(peer, next.command, next.text);
    }
    if (peer.phase === "lobby") this.#connections.stay(peer, this.#now);
  }

  #tellAboutService(): void {
    const notice = this.#service.change(this.#rooms);
    if (notice !== undefined) this.#connections.sendToAll(notice);
  }
}
