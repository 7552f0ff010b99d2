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
 * `entrance.ts` after who comes in and goes out.
 */

import type { OpenedLog } from "../bus.ts";
import type { Entry, EntryRefusal, LogRecord, ProcessId, RoomState } from "../entries.ts";
import { type Command, closeCodes, type Notice, type Refusal, type RoomName, refuse } from "../protocol.ts";
import { PeerBudgets } from "./budgets.ts";
import { type Counting, type HubCounts, startCounting } from "./counts.ts";
import { Delays } from "./delays.ts";
import type { Effect } from "./effects.ts";
import { Entrance } from "./entrance.ts";
import { GrantEnds } from "./grant-ends.ts";
import { type HubOptions, type HubSettings, hubSettings } from "./hub-options.ts";
import { type Arrival, maxWaiting, type Peer } from "./peer.ts";
import { refusalCosts } from "./refusal-costs.ts";
import type { Proposal } from "./replica.ts";
import { Rooms } from "./rooms.ts";
import { lacksRight, type SayCommand, sayingOf } from "./saying-rules.ts";

/** The machine behind a signalling server. `now` is always milliseconds on a clock that only goes forward. */
export class Hub<Connection> {
  readonly #settings: HubSettings;
  readonly #counting: Counting = startCounting();
  readonly #peers = new Map<Connection, Peer<Connection>>();
  readonly #rooms: Rooms<Connection, Peer<Connection>>;
  readonly #entrance: Entrance<Connection>;
  /** Who is in no room and silent. */
  readonly #idle = new Delays<Peer<Connection>>();
  readonly #grants = new GrantEnds<Peer<Connection>>();
  #effects: Effect<Connection>[] = [];
  /** Of the call that is being handled. */
  #now = 0;
  /** Whether peers have been told that others cannot be reached. */
  #alone = false;

  /** @throws {RangeError} when an option is not a positive number */
  constructor(options: HubOptions = {}) {
    const settings = hubSettings(options);
    const emit = (effect: Effect<Connection>): void => {
      this.#effects.push(effect);
    };
    const rooms = new Rooms<Connection, Peer<Connection>>(
      settings,
      {
        settled: (replica, proposal, refusal) => {
          const { type } = proposal.entry;
          if (proposal.peer === undefined) this.#answerRequest(proposal, refusal);
          else if (type === "join" || type === "resume" || type === "leave")
            this.#entrance.settled(replica, proposal, { refusal, now: this.#now });
          else this.#settle(proposal.peer, proposal, refusal);
        },
        departed: (replica, peer, reason) => this.#entrance.departed(peer, replica, reason),
        resumedElsewhere: (peer) => this.#replace(peer),
      },
      emit,
    );
    this.#settings = settings;
    this.#rooms = rooms;
    this.#entrance = new Entrance({
      ...{ settings, rooms, emit },
      counting: this.#counting,
      refuse: (peer, refusal) => this.#refuse(peer, refusal),
      settled: (peer) => this.#goOn(peer),
    });
  }

  get peerCount(): number {
    return this.#peers.size;
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
    const { next: idle } = this.#idle;
    return Math.min(idle, this.#rooms.nextTimeout, this.#entrance.nextTimeout, this.#grants.next);
  }

  /** The rooms as this process knows them. */
  states(): readonly RoomState[] {
    return Array.from(this.#rooms, ({ room }) => room?.toState()).filter((state) => state !== undefined);
  }

  /**
   * Somebody has connected and is who `identity` says.
   *
   * @throws {RangeError} when this connection is known already
   */
  connect(connection: Connection, arrival: Arrival, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    if (this.#peers.has(connection)) throw new RangeError("this connection is known already");
    const { id, secret, identity, grantEnds = Number.POSITIVE_INFINITY } = arrival;
    if (this.#peers.size >= this.#settings.maxPeers) {
      const { tryAgainLater: code } = closeCodes;
      return [{ type: "close", connection, code, reason: "the server is full" }];
    }
    const peer: Peer<Connection> = {
      ...{ connection, self: id, id, secret, identity, grantEnds },
      budgets: new PeerBudgets(this.#settings.peerRates, now),
      phase: "lobby",
      ...{ replica: undefined, entering: undefined, waiting: [], ack: 0 },
      ...{ publish: false, subscribe: false, gone: false },
    };
    this.#peers.set(connection, peer);
    this.#grants.set(peer, grantEnds);
    this.#stay(peer);
    const { user, name } = identity;
    this.#send(peer, { type: "welcome", version: 1, self: id, user, name });
    if (this.#alone) this.#send(peer, { type: "service", rooms: "local" });
    return this.#flush();
  }

  /**
   * A peer has sent a text message, which `parseCommand` has read.
   *
   * @param size of the text, in UTF-16 code units
   */
  receive(
    connection: Connection,
    command: Command | Refusal,
    { size, now }: { readonly size: number; readonly now: number },
  ): readonly Effect<Connection>[] {
    this.#now = now;
    const peer = this.#peers.get(connection);
    if (peer === undefined) return [];
    // The command has been parsed before its sender's budget is asked: only so is its id known, and parsing
    // is bounded by the size of a message.
    const wait = peer.budgets.take(command.type, size, now);
    if (wait > 0)
      this.#refuse(peer, { ...refuse("rate-limited", "too many messages", command.id), retryAfter: wait });
    else if (command.type === "refusal") this.#refuse(peer, command);
    else {
      this.#counting.commands[command.type]++;
      this.#hear(peer, command, size);
    }
    if (peer.phase === "lobby" && !peer.gone) this.#stay(peer);
    return this.#flush();
  }

  /** A peer has sent a binary message. RFC 6455 §7.4.1: 1003 is for a type of data that cannot be accepted. */
  receiveBinary(connection: Connection, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    const peer = this.#peers.get(connection);
    if (peer !== undefined) this.#close(peer, closeCodes.unsupportedData, "this protocol is text");
    return this.#flush();
  }

  /**
   * A connection has ended, whoever ended it.
   *
   * @param resumable whether its peer may come back: not when it has closed the connection itself
   */
  disconnect(
    connection: Connection,
    { resumable, now }: { readonly resumable: boolean; readonly now: number },
  ): readonly Effect<Connection>[] {
    this.#now = now;
    const peer = this.#peers.get(connection);
    if (peer !== undefined) this.#forget(peer, resumable);
    return this.#flush();
  }

  /** A peer has shown a newer login of the same user. Its rights in the room change at once. */
  renew(
    connection: Connection,
    { identity, grantEnds = Number.POSITIVE_INFINITY }: Pick<Arrival, "identity" | "grantEnds">,
    now: number,
  ): readonly Effect<Connection>[] {
    this.#now = now;
    const peer = this.#peers.get(connection);
    if (peer === undefined) return [];
    peer.identity = { ...identity, user: peer.identity.user, name: peer.identity.name };
    peer.grantEnds = grantEnds;
    this.#grants.set(peer, grantEnds);
    const { replica } = peer;
    const { grant } = identity;
    if (peer.phase !== "inside" || replica === undefined || grant === undefined) return this.#flush();
    const { role, publish, subscribe } = grant;
    if (grant.room !== replica.name) this.#entrance.leave(peer, "expired");
    else
      this.#rooms.state(
        replica,
        { type: "rights", peer: peer.id, rights: { role, publish, subscribe } },
        now,
      );
    return this.#flush();
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
        message: "the server has no place for another room",
      } as const;
      this.#effects.push({ type: "settled", request, refusal });
    }
    return this.#flush();
  }

  /** From the bus: the log of a room. */
  opened(room: RoomName, log: OpenedLog, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.opened(room, log, now);
    return this.#flush();
  }

  /** From the bus: the next record of a room. */
  appended(room: RoomName, record: LogRecord, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.appended(room, record, now);
    if (this.#alone) this.#tellWhenShared();
    return this.#flush();
  }

  /** From the bus: an entry could not be appended; without `ref`, the room not opened. */
  failed(room: RoomName, ref: number | undefined, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.failed(room, ref, now);
    return this.#flush();
  }

  /** Other processes cannot be reached any more, or can again: from here on there is another bus. */
  reopen(shared: boolean, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.reopen(shared);
    if (!shared && !this.#alone) {
      this.#alone = true;
      this.#sendToAll({ type: "service", rooms: "local" });
    }
    this.#tellWhenShared();
    return this.#flush();
  }

  /** A process has died: who was connected there is lost. */
  processGone(process: ProcessId, now: number): readonly Effect<Connection>[] {
    this.#now = now;
    this.#rooms.processGone(process, now);
    return this.#flush();
  }

  handleTimeout(now: number): readonly Effect<Connection>[] {
    this.#now = now;
    for (const peer of this.#idle.take(now)) this.#close(peer, closeCodes.idle, "idle");
    for (const peer of this.#grants.take(now))
      if (peer.phase === "inside") this.#entrance.leave(peer, "expired");
    this.#entrance.handleTimeout(now);
    this.#rooms.handleTimeout(now);
    return this.#flush();
  }

  #hear(peer: Peer<Connection>, command: Command, size: number): void {
    if (peer.phase !== "moving" || command.type === "ping") this.#obey(peer, command, size);
    else if (peer.waiting.length < maxWaiting) peer.waiting.push({ command, size });
    else this.#refuse(peer, refuse("rate-limited", "wait until you are in the room", command.id));
  }

  #obey(peer: Peer<Connection>, command: Command, size: number): void {
    const refusal = this.#tryTo(peer, command, size);
    if (refusal !== undefined) this.#refuse(peer, refusal);
  }

  #tryTo(peer: Peer<Connection>, command: Command, size: number): Refusal | undefined {
    const { id } = command;
    if (command.type === "ping") return this.#pong(peer, command);
    const { replica } = peer;
    if (command.type === "join") {
      if (replica !== undefined) return refuse("already-in-room", "leave the room you are in first", id);
      this.#idle.delete(peer);
      return this.#entrance.join(peer, command, this.#now);
    }
    if (replica === undefined) return refuse("not-in-room", "join a room first", id);
    switch (command.type) {
      case "leave":
        this.#entrance.leave(peer, "left", id);
        return undefined;
      case "kick": {
        const { peer: kicked, ban = false } = command;
        return this.#propose({ entry: { type: "kick", by: peer.id, peer: kicked, ban }, peer, id });
      }
      case "lock":
        return this.#propose({ entry: { type: "lock", by: peer.id, locked: command.locked }, peer, id });
      case "presence": {
        const { seq, presence } = command;
        const refusal = this.#spend(peer, undefined, { size, id });
        return (
          refusal ?? this.#propose({ entry: { type: "presence", peer: peer.id, seq, presence }, peer, id })
        );
      }
      case "description":
      case "candidate":
      case "end-of-candidates":
      case "message":
        return this.#say(peer, command, size);
    }
  }

  #say(peer: Peer<Connection>, command: SayCommand, size: number): Refusal | undefined {
    const { id, to, seq } = command;
    const replica = peer.replica!;
    const lack = lacksRight(command, peer);
    if (lack !== undefined) return refuse("forbidden", lack, id);
    const saying = sayingOf(command, this.#settings.privateAddresses);
    if (saying === undefined) {
      if (id !== undefined) this.#send(peer, { type: "ok", id });
      return undefined;
    }
    if (to !== undefined && !this.#rooms.shared) {
      const process = replica.room?.members.get(to)?.process;
      if (process !== undefined && process !== this.#settings.process)
        return refuse("unreachable", "this peer's server cannot be reached now", id);
    }
    const refusal = this.#spend(peer, to, { size, id });
    return refusal ?? this.#propose({ entry: { type: "say", from: peer.id, seq, to, saying }, peer, id });
  }

  /** Takes what it costs the room to tell somebody, or all. */
  #spend(
    { replica }: Peer<Connection>,
    to: string | undefined,
    { size, id }: { readonly size: number; readonly id: Command["id"] },
  ): Refusal | undefined {
    const receivers = to === undefined ? Math.max(1, (replica!.room?.size ?? 1) - 1) : 1;
    const wait = replica!.budgets.take(receivers, size, this.#now);
    if (wait === 0) return undefined;
    const refusal = refuse("rate-limited", "the room is too busy", id);
    return Number.isFinite(wait) ? { ...refusal, retryAfter: wait } : refusal;
  }

  #propose(proposal: Proposal<Peer<Connection>>): Refusal | undefined {
    if (this.#rooms.propose(proposal.peer!.replica!, proposal)) return undefined;
    return refuse("unavailable", "too much waits for this room", proposal.id);
  }

  #pong(peer: Peer<Connection>, { id, ack }: Extract<Command, { type: "ping" }>): undefined {
    const { replica } = peer;
    const member = peer.phase === "inside" ? replica?.room?.members.get(peer.id) : undefined;
    if (member !== undefined && ack !== undefined && ack > peer.ack) {
      peer.ack = Math.min(ack, replica!.room!.position);
      replica!.ring!.trim({ heard: replica!.heardByAll });
    }
    this.#send(peer, { type: "pong", id, ack: member?.ack ?? 0 });
  }

  /** What a member said has its place in the log. */
  #settle(
    peer: Peer<Connection>,
    { id }: Proposal<Peer<Connection>>,
    refusal: EntryRefusal | undefined,
  ): void {
    if (peer.gone) return;
    if (refusal !== undefined) this.#refuse(peer, refuse(refusal.code, refusal.message, id));
    else if (id !== undefined) this.#send(peer, { type: "ok", id });
  }

  #answerRequest({ request }: Proposal<Peer<Connection>>, refusal: EntryRefusal | undefined): void {
    if (request !== undefined) this.#effects.push({ type: "settled", request, refusal });
  }

  /** A peer is in the lobby or inside, and what it said meanwhile is obeyed. */
  #goOn(peer: Peer<Connection>): void {
    if (peer.phase === "lobby") this.#stay(peer);
    while (peer.phase !== "moving" && !peer.gone) {
      const next = peer.waiting.shift();
      if (next === undefined) return;
      this.#obey(peer, next.command, next.size);
    }
  }

  #stay(peer: Peer<Connection>): void {
    this.#idle.add(peer, this.#now + this.#settings.idleTimeout);
  }

  #refuse(peer: Peer<Connection>, { code, message, id, retryAfter }: Refusal): void {
    if (peer.gone) return;
    this.#counting.refusals[code]++;
    this.#send(peer, { type: "error", id, code, message, retryAfter });
    if (peer.budgets.takeRefusal(refusalCosts[code], this.#now)) return;
    this.#counting.closedForRefusals++;
    this.#close(peer, closeCodes.policyViolation, "too many refused messages");
  }

  #replace(peer: Peer<Connection>): void {
    peer.phase = "lobby";
    peer.replica = undefined;
    this.#close(peer, closeCodes.resumedElsewhere, "resumed on another connection");
  }

  #close(peer: Peer<Connection>, code: number, reason: string): void {
    this.#effects.push({ type: "close", connection: peer.connection, code, reason });
    this.#forget(peer, false);
  }

  #forget(peer: Peer<Connection>, resumable: boolean): void {
    this.#peers.delete(peer.connection);
    this.#idle.delete(peer);
    this.#grants.delete(peer);
    peer.waiting.length = 0;
    this.#entrance.disconnected(peer, resumable, this.#now);
  }

  #tellWhenShared(): void {
    if (!this.#alone || !this.#rooms.shared || this.#rooms.merging) return;
    this.#alone = false;
    this.#sendToAll({ type: "service", rooms: "shared" });
  }

  #sendToAll(notice: Notice): void {
    const to = [...this.#peers.keys()];
    if (to.length > 0) this.#effects.push({ type: "broadcast", to, notice });
  }

  #send(peer: Peer<Connection>, notice: Notice): void {
    this.#effects.push({ type: "send", to: peer.connection, notice });
  }

  #flush(): readonly Effect<Connection>[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
