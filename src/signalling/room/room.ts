/**
 * A room: who is in it and what may happen there, as a function of its log.
 *
 *     join ─▶ ┌───────────┐ ── drop, process-gone ──▶ ┌──────────────┐
 *             │ connected │                           │ reconnecting │
 *             └───────────┘ ◀──────── resume ──────── └──────────────┘
 *                   │                                        │
 *                   └─ leave, kick, end ──▶ gone ◀── expire ─┘
 *
 * Every process applies the same entries in the same order and nothing else, so every process has the same room.
 * What an entry asks for may have become impossible by the time it has its place in the log; then it is refused
 * here, by all processes alike, and has no effect.
 */
import type { Entry, LogRecord, MemberRecord, RoomState } from "../entries.ts";
import type { LeaveReason, Member, PeerId, RoomName, RoomNotice } from "../protocol.ts";
import { Conditions } from "./conditions.ts";
import { heard } from "./heard.ts";
import {
  type Delivery,
  delivered,
  deliveredOne,
  type Outcome,
  refused,
  toOthers,
  unheard,
} from "./outcome.ts";
import { sameHash } from "./resume-secret.ts";
import { difference, mostDifferences } from "./room-difference.ts";
import { isRepeated, type RoomMember, Roster } from "./roster.ts";
import { shownAs } from "./seen-member.ts";

type Of<Kind extends Entry["type"]> = Extract<Entry, { type: Kind }>;

/** See the head of this file. */
export class Room {
  readonly name: RoomName;
  #position: number;
  #seq: number;
  readonly #roster: Roster;
  readonly #conditions: Conditions;

  /** An empty room after `position`, or the one that `state` tells of. */
  constructor(name: RoomName, from: number | RoomState) {
    this.name = name;
    const state = typeof from === "number" ? undefined : from;
    this.#position = state?.position ?? (from as number);
    this.#seq = state?.seq ?? (from as number);
    this.#roster = new Roster(state?.members);
    this.#conditions = new Conditions(state);
  }

  /** That of the last entry that was applied. */
  get position(): number {
    return this.#position;
  }

  /** That of the last notice: each has its own, so that nobody who has heard half of an entry takes it for the whole. */
  get seq(): number {
    return this.#seq;
  }

  get locked(): boolean {
    return this.#conditions.locked;
  }

  /** Milliseconds that the room is kept while nobody is in it. */
  get keepEmpty(): number {
    return this.#conditions.keepEmpty;
  }

  get size(): number {
    return this.#roster.size;
  }

  /** In the order in which they came. */
  get members(): ReadonlyMap<PeerId, MemberRecord> {
    return this.#roster.byId;
  }

  /** The others, as `peer` sees them. */
  membersSeenBy(peer: PeerId): readonly Member[] {
    return this.#roster.seenBy(peer);
  }

  toState(): RoomState {
    return {
      room: this.name,
      position: this.#position,
      seq: this.#seq,
      ...this.#conditions.toState(),
      members: Array.from(this.#roster, (member) => ({ ...member })),
    };
  }

  /** Applies the next record of the log. */
  apply({ position, process, entry }: Omit<LogRecord, "ref">): Outcome {
    this.#position = position;
    const outcome = this.#apply(entry, process);
    if (outcome.departures.length > 0 && this.#roster.size === 0 && this.keepEmpty === 0)
      this.#conditions.reset();
    return outcome;
  }

  #apply(entry: Entry, process: string): Outcome {
    switch (entry.type) {
      case "say":
        return this.#say(entry);
      case "join":
        return this.#join(entry);
      case "leave":
        return this.#leave(entry);
      case "drop":
        return this.#drop(entry);
      case "expire":
        return this.#expire(entry);
      case "resume":
        return this.#resume(entry, process);
      case "presence":
        return this.#present(entry);
      case "kick":
        return this.#kick(entry);
      case "lock":
        return this.#lock(entry);
      case "rights":
        return this.#change(entry);
      case "configure":
        return this.#configure(entry);
      case "end":
        return this.#end();
      case "process-gone":
        return this.#loseProcess(entry);
      case "merge":
        return this.#merge(entry, process);
    }
  }

  #say({ from, seq, to: named, saying, plain = false }: Of<"say">): Outcome {
    const sender = this.#roster.find(from);
    if (sender === undefined) return refused("not-in-room", "join a room first");
    if (isRepeated(sender, seq)) return unheard;
    const receiver = this.#roster.find(named);
    if (named !== undefined && (receiver === undefined || receiver === sender))
      return refused("unknown-peer", "there is no such peer in your room");
    // The room's own word for it, which is one for all that is kept; the one that was said may go.
    const to = receiver?.peer;
    const notice = heard(sender, saying, { seq: ++this.#seq, to });
    const except = to === undefined ? from : undefined;
    const chat = to === undefined && saying.type === "message";
    return deliveredOne({ to, except, chat, notice, plain });
  }

  #join({ member: newcomer, capacity, succession }: Of<"join">): Outcome {
    if (this.#roster.has(newcomer.peer)) return refused("already-in-room", "this peer is in the room");
    const conditions = this.#conditions;
    conditions.capacity ??= capacity;
    const refusal = conditions.against(newcomer, this.#roster.size);
    if (refusal !== undefined) return refusal;
    conditions.succession = succession;
    // A viewer is one because its grant says so: it does not become more by being there first.
    const inherits = succession && !this.#roster.hasHost && newcomer.role === "member";
    const role = inherits ? "host" : newcomer.role;
    const order = this.#roster.nextOrder;
    const member = { ...newcomer, role, connected: true, incarnation: 0, order, ack: 0 };
    this.#roster.add(member);
    // It came last of all: nobody here is polite towards it.
    const notice: RoomNotice = { type: "peer-joined", seq: ++this.#seq, ...shownAs(member, false) };
    return deliveredOne(toOthers(member.peer, notice));
  }

  #leave({ peer, reason }: Of<"leave">): Outcome {
    const member = this.#roster.find(peer);
    if (member === undefined) return refused("not-in-room", "you are in no room");
    return this.#remove([member], reason);
  }

  #drop({ peer, incarnation }: Of<"drop">): Outcome {
    const member = this.#roster.find(peer);
    if (member?.incarnation !== incarnation || !member.connected) return unheard;
    return deliveredOne(this.#lose(member));
  }

  #expire({ peer, incarnation }: Of<"expire">): Outcome {
    const member = this.#roster.find(peer);
    if (member?.incarnation !== incarnation || member.connected) return unheard;
    return this.#remove([member], "lost");
  }

  #resume({ peer, user, secretHash, rights }: Of<"resume">, process: string): Outcome {
    const member = this.#roster.find(peer);
    // One answer for all that is wrong: who tries learns nothing of who is here.
    if (member === undefined || member.user !== user || !sameHash(member.secretHash, secretHash))
      return refused("unknown-peer", "there is nothing to resume");
    const wasLost = !member.connected;
    member.process = process;
    member.connected = true;
    member.incarnation++;
    const deliveries: Delivery[] = [];
    if (wasLost) deliveries.push(toOthers(peer, { type: "peer-reconnected", seq: ++this.#seq, peer }));
    if (rights !== undefined) deliveries.push(...this.#change({ type: "rights", peer, rights }).deliveries);
    return delivered(deliveries);
  }

  #present({ peer, seq, presence }: Of<"presence">): Outcome {
    const member = this.#roster.find(peer);
    if (member === undefined) return refused("not-in-room", "join a room first");
    if (isRepeated(member, seq)) return unheard;
    member.presence = presence;
    return deliveredOne(toOthers(peer, { type: "presence", seq: ++this.#seq, peer, presence }));
  }

  #kick({ by, peer, ban }: Of<"kick">): Outcome {
    if (!this.#roster.mayRule(by)) return refused("forbidden", "only a host may do this");
    const member = this.#roster.find(peer);
    if (member === undefined || peer === by)
      return refused("unknown-peer", "there is no such peer in your room");
    if (!ban) return this.#remove([member], "kicked");
    if (!this.#conditions.ban(member.user)) return refused("forbidden", "no more users can be banned");
    // A user is in a room with as many peers as it has devices there.
    const peers = [...this.#roster].filter(({ user }) => user === member.user);
    return this.#remove(peers, "banned");
  }

  #lock({ by, locked }: Of<"lock">): Outcome {
    if (!this.#roster.mayRule(by)) return refused("forbidden", "only a host may do this");
    if (locked === this.locked) return unheard;
    this.#conditions.locked = locked;
    return deliveredOne(toOthers(by, { type: "locked", seq: ++this.#seq, locked, by }));
  }

  #change({ peer, rights: { role, publish, subscribe }, granted = true }: Of<"rights">): Outcome {
    const member = this.#roster.find(peer);
    if (member === undefined) return refused("unknown-peer", "there is no such peer in the room");
    const before = member.role;
    Object.assign(member, { role, publish, subscribe, granted });
    // Who is host because nobody else is stays so, whatever its own grant says: that was made before.
    if (before === "host" && role === "member" && this.#conditions.succession && !this.#roster.hasHost)
      member.role = before;
    const deliveries = member.role === before ? [] : [this.#announceRole(peer, role)];
    return delivered([...deliveries, ...this.#succeed()]);
  }

  #configure({ settings }: Of<"configure">): Outcome {
    const { locked } = settings;
    this.#conditions.configure(settings);
    return locked === undefined ? unheard : this.#lock({ type: "lock", locked });
  }

  #loseProcess({ process }: Of<"process-gone">): Outcome {
    const lost = [...this.#roster].filter((member) => member.process === process && member.connected);
    return delivered(lost.map((member) => this.#lose(member)));
  }

  /** Adds what a process knew while it was cut off. */
  #merge({ state }: Of<"merge">, process: string): Outcome {
    const before = this.toState();
    this.#conditions.merge(state);
    this.#roster.merge(state.members, process);
    for (const member of [...this.#roster])
      if (this.#conditions.isBanned(member)) this.#roster.delete(member.peer);
    this.#succeed();
    // Each process tells its members what is new to them: other notices, with the same numbers.
    const last = Math.max(before.seq, state.seq);
    this.#seq = last + mostDifferences(before, state);
    return difference(before, this.toState(), last);
  }

  #lose(member: RoomMember): Delivery {
    member.connected = false;
    member.incarnation++;
    const { peer } = member;
    return toOthers(peer, { type: "peer-reconnecting", seq: ++this.#seq, peer });
  }

  #remove(leavers: readonly MemberRecord[], reason: LeaveReason): Outcome {
    for (const { peer } of leavers) this.#roster.delete(peer);
    const deliveries = leavers.map(({ peer }) =>
      toOthers(peer, { type: "peer-left", seq: ++this.#seq, peer, reason }),
    );
    const departures = leavers.map((member) => ({ member, reason }));
    return delivered([...deliveries, ...this.#succeed()], departures);
  }

  /** Where somebody is always host and nobody is, somebody becomes it. */
  #succeed(): readonly Delivery[] {
    const heir = this.#conditions.succession && !this.#roster.hasHost ? this.#roster.first : undefined;
    if (heir === undefined) return [];
    heir.role = "host";
    return [this.#announceRole(heir.peer, "host")];
  }

  #announceRole(peer: PeerId, role: MemberRecord["role"]): Delivery {
    return toOthers(undefined, { type: "peer-role", seq: ++this.#seq, peer, role });
  }

  /** What was configured is over too: a room of this name that comes after is another. */
  #end(): Outcome {
    const outcome = this.#remove([...this.#roster], "closed");
    this.#conditions.keepEmpty = 0;
    this.#conditions.reset();
    return outcome;
  }
}
