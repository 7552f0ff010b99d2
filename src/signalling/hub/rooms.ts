/**
 * The rooms that this process has open: their logs come in, and what follows goes to the members who are here.
 *
 * How a log is opened, given up, and merged when the bus comes and goes, is all here. It is the same for a process
 * that is alone: its bus then answers in the same turn.
 */

import type { OpenedLog } from "../bus.ts";
import type { Entry, EntryRefusal, LogRecord, ProcessId, RoomState } from "../entries.ts";
import type { LeaveReason, PeerId, RoomName } from "../protocol.ts";
import type { Outcome } from "../room/outcome.ts";
import { RoomBudgets } from "./budgets.ts";
import type { Effects } from "./effects.ts";
import type { HubSettings } from "./hub-options.ts";
import { Merging } from "./merging.ts";
import { mustBeSaid, type Proposal } from "./proposals.ts";
import { disagreements, dropsOf, isConnectedTo } from "./reconciliation.ts";
import { replay } from "./replay.ts";
import { type Local, Replica } from "./replica.ts";
import { tell } from "./telling.ts";
import { Upkeep } from "./upkeep.ts";

/** Who is told what becomes of proposals and of the members who are here. */
export interface RoomsSink<Peer extends Local<unknown>> {
  /** A proposal has its place in the log, or never will. What others are told follows. */
  settled(replica: Replica<Peer>, proposal: Proposal<Peer>, refusal: EntryRefusal | undefined): void;
  /** A member who is here is out of its room. */
  departed(replica: Replica<Peer>, peer: Peer, reason: LeaveReason): void;
  /** A member who was here is on another connection now. */
  resumedElsewhere(peer: Peer): void;
}

/** See the head of this file. */
export class Rooms<Connection, Peer extends Local<Connection>> {
  readonly #settings: HubSettings;
  readonly #sink: RoomsSink<Peer>;
  readonly #effects: Effects<Connection>;
  readonly #replicas = new Map<RoomName, Replica<Peer>>();
  readonly #upkeep: Upkeep<Peer>;
  #shared = true;
  #lastRef = 0;

  constructor(settings: HubSettings, sink: RoomsSink<Peer>, effects: Effects<Connection>) {
    this.#settings = settings;
    this.#sink = sink;
    this.#effects = effects;
    this.#upkeep = new Upkeep(settings, {
      find: (name) => this.#replicas.get(name),
      reaches: (process) => this.#shared || process === settings.process,
      insist: (replica, proposal, now) => this.insist(replica, proposal, now),
      reopen: (room) => effects.add({ type: "open", room }),
      release: (replica, now) => this.release(replica, now),
    });
  }

  get size(): number {
    return this.#replicas.size;
  }

  /** Whether other processes can be reached. */
  get shared(): boolean {
    return this.#shared;
  }

  /** Whether what was known apart is still being merged. */
  get merging(): boolean {
    for (const { phase } of this.#replicas.values()) if (phase === "merging") return true;
    return false;
  }

  get nextTimeout(): number {
    return this.#upkeep.nextTimeout;
  }

  states(only?: RoomName): readonly RoomState[] {
    const replicas = only === undefined ? [...this.#replicas.values()] : [this.#replicas.get(only)];
    return replicas.flatMap((replica) => replica?.room?.toState() ?? []);
  }

  /** The room, opened if it is not; undefined when there are too many. */
  open(name: RoomName, now: number): Replica<Peer> | undefined {
    const known = this.#replicas.get(name);
    if (known !== undefined) return known;
    const settings = this.#settings;
    if (this.#replicas.size >= settings.maxRooms) return undefined;
    const replica = new Replica<Peer>(name, new RoomBudgets(settings.roomRates, now), settings.process);
    this.#replicas.set(name, replica);
    this.#effects.add({ type: "open", room: name });
    return replica;
  }

  /** Proposes an entry; false when too many wait already. */
  propose(replica: Replica<Peer>, proposal: Proposal<Peer>): boolean {
    if (replica.full) return false;
    if (replica.phase === "open") replica.proposed.add(this.#append(replica, proposal.entry), proposal);
    else replica.waiting.push(proposal);
    return true;
  }

  /** Proposes what nobody waits for, now or later. */
  state(replica: Replica<Peer>, entry: Entry, now: number): void {
    this.insist(replica, { entry }, now);
  }

  /** Proposes what must have its place in the log, now or later. */
  insist(replica: Replica<Peer>, proposal: Proposal<Peer>, now: number): void {
    if (!this.propose(replica, proposal)) this.#upkeep.retry(replica, proposal, now);
  }

  opened(name: RoomName, log: OpenedLog, now: number): void {
    const replica = this.#replicas.get(name);
    if (replica === undefined || replica.phase === "open") return;
    replica.beginLog(log.records);
    if (replica.room === undefined) {
      const { room, ring } = replay(name, log, { limits: this.#settings.ring, now });
      replica.room = room;
      replica.ring = ring;
      this.#begin(replica, now);
    } else this.#merge(replica, log);
  }

  appended(name: RoomName, record: LogRecord, now: number): void {
    const replica = this.#replicas.get(name);
    if (replica === undefined) return;
    const { merging } = replica;
    if (merging !== undefined) {
      merging.apply(record);
      if (record.process === this.#settings.process && record.ref === merging.ref)
        this.#takeMerged(replica, merging, now);
    } else if (replica.phase === "open") this.#apply(replica, record, now);
  }

  /** @param ref of the entry that could not be appended; undefined: the log as a whole is lost */
  failed(name: RoomName, ref: number | undefined, now: number): void {
    const replica = this.#replicas.get(name);
    if (replica === undefined) return;
    if (ref !== undefined && ref !== replica.merging?.ref) {
      const proposal = replica.proposed.take(ref);
      if (proposal !== undefined) this.#fail(replica, proposal, now);
    } else if (replica.room !== undefined) {
      replica.part(this.#shared);
      this.#upkeep.reopen(replica, now);
    } else {
      this.#replicas.delete(name);
      for (const proposal of replica.waiting.splice(0)) this.#sink.settled(replica, proposal, unavailable);
    }
  }

  /** The bus has changed: other processes cannot be reached, or can again. Every room goes on in another log. */
  reopen(shared: boolean): void {
    this.#shared = shared;
    for (const replica of this.#replicas.values()) {
      replica.cutOff = !shared;
      replica.part(!shared);
      this.#effects.add({ type: "open", room: replica.name });
    }
  }

  processGone(process: ProcessId, now: number): void {
    for (const replica of this.#replicas.values())
      if (replica.phase === "open" && isConnectedTo(replica.room!, process))
        this.state(replica, { type: "process-gone", process }, now);
  }

  handleTimeout(now: number): void {
    this.#upkeep.handleTimeout(now);
  }

  /** Gives a room up that nobody here is in, or waits for. */
  release(replica: Replica<Peer>, now: number): void {
    // It may have been given up already, and another of its name be open.
    if (this.#replicas.get(replica.name) !== replica || !replica.unused(this.#settings.process, now)) return;
    this.#replicas.delete(replica.name);
    this.#effects.add({ type: "release", room: replica.name });
  }

  /** The number by which it is known again. */
  #append({ name: room }: Replica<Peer>, entry: Entry): number {
    const ref = ++this.#lastRef;
    this.#effects.add({ type: "append", room, ref, entry });
    return ref;
  }

  #apply(replica: Replica<Peer>, record: LogRecord, now: number): void {
    const { entry, process, ref } = record;
    if (entry.type === "resume") replica.awaitReturn(entry.peer);
    const known = entry.type === "merge" ? new Set(replica.room!.members.keys()) : undefined;
    const outcome = replica.room!.apply(record);
    const proposal = process === this.#settings.process ? replica.proposed.take(ref) : undefined;
    if (entry.type === "resume" && outcome.refusal === undefined) {
      const before = replica.peers.get(entry.peer);
      const isSame = before === proposal?.peer || (proposal !== undefined && proposal.peer === undefined);
      if (before !== undefined && !isSame) this.#replace(replica, entry.peer, before);
    }
    if (proposal !== undefined) this.#sink.settled(replica, proposal, outcome.refusal);
    this.#pass(replica, outcome, now);
    replica.ring!.advance(replica.room!.seq);
    if (known !== undefined) replica.ring!.join(replica.room!.seq, known, replica.room!.members.keys());
    if (entry.type !== "say") this.#follow(replica, record, now);
    else if (replica.peers.size === 0) this.release(replica, now);
    if (replica.isLandmark(record) && process === this.#settings.process)
      this.#effects.add({ type: "store", state: replica.room!.toState() });
  }

  /** Tells the members who are here, and keeps it for those who are lost. */
  #pass(replica: Replica<Peer>, { deliveries, departures }: Outcome, now: number): void {
    for (const { member, reason } of departures) {
      replica.ring!.forgetMember(member.peer);
      const peer = replica.peers.get(member.peer);
      if (peer === undefined) continue;
      replica.peers.delete(member.peer);
      this.#sink.departed(replica, peer, reason);
    }
    tell(replica, deliveries, this.#effects, now);
    this.#upkeep.trim(replica, now);
  }

  /** What else an entry has for consequences, beside what members are told. */
  #follow(replica: Replica<Peer>, { entry, process }: LogRecord, now: number): void {
    const room = replica.room!;
    switch (entry.type) {
      case "drop":
        this.#upkeep.awaitLost(replica, now, entry.peer);
        break;
      case "merge":
      case "process-gone":
        this.#reconcile(replica, now);
        break;
      case "resume":
        replica.refreshRights();
        // Whoever came back may be gone again.
        for (const drop of dropsOf(replica, entry.peer, this.#settings.process))
          this.state(replica, drop, now);
        break;
      case "rights":
        replica.refreshRights();
        break;
      case "configure":
        if (process === this.#settings.process) this.#upkeep.hold(replica, now);
        break;
    }
    if (room.size === 0 && replica.heldUntil > 0) this.#upkeep.hold(replica, now);
    this.release(replica, now);
  }

  #replace(replica: Replica<Peer>, id: PeerId, peer: Peer): void {
    replica.peers.delete(id);
    this.#sink.resumedElsewhere(peer);
  }

  /** Those who are here know a room that is not the one of this log: both are to become one. */
  #merge(replica: Replica<Peer>, log: OpenedLog): void {
    const { process, ring: limits } = this.#settings;
    const { heardTo, unsure } = replica;
    // Before the merge, which says of it that it was obeyed: as it was here.
    if (this.#shared) for (const entry of unsure) this.#append(replica, entry);
    const ref = this.#append(replica, { type: "merge", state: replica.room!.toState() });
    replica.merging = new Merging(log, { known: replica.room!, heardTo, process, limits, ref });
  }

  /** What this process knew is in the log now: from here on the log is what its members know. */
  #takeMerged(replica: Replica<Peer>, merging: Merging, now: number): void {
    const { room } = merging;
    const known = new Set(replica.room!.members.keys());
    const outcome = merging.outcome();
    replica.take(room, this.#shared);
    this.#pass(replica, outcome, now);
    replica.ring!.advance(room.seq);
    // Alone, nobody can tell what those have heard who come from other processes.
    const joint = this.#shared ? room.seq : Number.POSITIVE_INFINITY;
    replica.ring!.join(joint, known, room.members.keys());
    replica.refreshRights();
    this.#begin(replica, now);
  }

  /** The log is here. What waits for it goes on. */
  #begin(replica: Replica<Peer>, now: number): void {
    replica.phase = "open";
    this.#reconcile(replica, now);
    for (const proposal of replica.waiting.splice(0)) this.propose(replica, proposal);
    this.release(replica, now);
  }

  #reconcile(replica: Replica<Peer>, now: number): void {
    const { entries, elsewhere } = disagreements(replica, this.#settings.process);
    for (const peer of elsewhere) this.#replace(replica, peer, replica.peers.get(peer)!);
    for (const entry of entries) this.state(replica, entry, now);
    this.#upkeep.awaitLost(replica, now);
  }

  #fail(replica: Replica<Peer>, proposal: Proposal<Peer>, now: number): void {
    if (mustBeSaid(proposal)) this.#upkeep.retry(replica, proposal, now);
    else this.#sink.settled(replica, proposal, unavailable);
  }
}

const unavailable: EntryRefusal = { code: "unavailable", message: "the room cannot be reached; try again" };
