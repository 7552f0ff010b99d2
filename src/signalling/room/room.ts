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
import { timingSafeEqual } from "node:crypto";
import type { Entry, LogRecord, MemberRecord, RoomState } from "../entries.ts";
import type { LeaveReason, Member, PeerId, RoomName, RoomNotice } from "../protocol.ts";
import { type Delivery, delivered, type Outcome, refused, toOne, toOthers, unheard } from "./outcome.ts";
import { difference } from "./room-difference.ts";
import { memberSeenBy, shownAs } from "./seen-member.ts";

/** How many users may be banned from a room. */
export const maxBanned = 1_000;

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };
type Of<Kind extends Entry["type"]> = Extract<Entry, { type: Kind }>;

/** See the head of this file. */
export class Room {
  readonly name: RoomName;
  #position: number;
  #capacity: number | undefined;
  #locked = false;
  #keepEmpty = 0;
  #succession = false;
  /** In the order in which they came. */
  readonly #members = new Map<PeerId, Mutable<MemberRecord>>();
  readonly #banned = new Set<string>();

  /** An empty room after `position`, or the one that `state` tells of. */
  constructor(name: RoomName, from: number | RoomState) {
    this.name = name;
    if (typeof from === "number") {
      this.#position = from;
      return;
    }
    this.#position = from.position;
    this.#capacity = from.capacity;
    this.#locked = from.locked;
    this.#keepEmpty = from.keepEmpty;
    this.#succession = from.succession;
    for (const member of from.members) this.#members.set(member.peer, { ...member });
    for (const user of from.banned) this.#banned.add(user);
  }

  /** That of the last entry that was applied. */
  get position(): number {
    return this.#position;
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Undefined until somebody has entered or configured it. */
  get capacity(): number | undefined {
    return this.#capacity;
  }

  /** Milliseconds that the room is kept while nobody is in it. */
  get keepEmpty(): number {
    return this.#keepEmpty;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Those who are in the room, connected or not, in the order in which they came. */
  get members(): ReadonlyMap<PeerId, MemberRecord> {
    return this.#members;
  }

  /** The others, as `peer` sees them. */
  membersSeenBy(peer: PeerId): readonly Member[] {
    const self = this.#members.get(peer)!;
    const others: Member[] = [];
    for (const member of this.#members.values()) {
      if (member !== self) others.push(memberSeenBy(self, member));
    }
    return others;
  }

  toState(): RoomState {
    return {
      room: this.name,
      position: this.#position,
      capacity: this.#capacity,
      locked: this.#locked,
      keepEmpty: this.#keepEmpty,
      succession: this.#succession,
      members: [...this.#members.values()].map((member) => ({ ...member })),
      banned: [...this.#banned],
    };
  }

  /** Applies the next record of the log. */
  apply({ position, process, entry }: Omit<LogRecord, "ref">): Outcome {
    this.#position = position;
    const outcome = this.#apply(entry, process);
    if (outcome.departures.length > 0 && this.#members.size === 0 && this.#keepEmpty === 0) this.#reset();
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
        return this.#remove([...this.#members.values()], "closed");
      case "process-gone":
        return this.#loseProcess(entry);
      case "merge":
        return this.#merge(entry, process);
    }
  }

  #say({ from, seq, to, saying }: Of<"say">): Outcome {
    const sender = this.#members.get(from);
    if (sender === undefined) return refused("not-in-room", "join a room first");
    if (isRepeated(sender, seq)) return unheard;
    if (to !== undefined && (to === from || !this.#members.has(to)))
      return refused("unknown-peer", "there is no such peer in your room");
    const notice = this.#said(sender, saying, to);
    if (to !== undefined) return deliver(toOne(to, notice));
    return deliver({ to, except: from, chat: saying.type === "message", notice });
  }

  #said(
    { peer: from, user, name }: MemberRecord,
    saying: Of<"say">["saying"],
    to: PeerId | undefined,
  ): RoomNotice {
    const seq = this.#position;
    switch (saying.type) {
      case "description":
        return { type: "description", seq, from, description: saying.description };
      case "candidate":
        return { type: "candidate", seq, from, candidate: saying.candidate };
      case "end-of-candidates":
        return { type: "end-of-candidates", seq, from };
      case "message":
        // JSON leaves `to` out when it is undefined.
        return { type: "message", seq, from, user, name, text: saying.text, to };
    }
  }

  #join({ member: newcomer, capacity, succession }: Of<"join">): Outcome {
    if (this.#members.has(newcomer.peer)) return refused("already-in-room", "this peer is in the room");
    if (this.#banned.has(newcomer.user)) return refused("banned", "you may not enter this room again");
    if (this.#locked && newcomer.role !== "host") return refused("room-locked", "the room is locked");
    this.#capacity ??= capacity;
    if (this.#members.size >= this.#capacity) return refused("room-full", "the room is full");
    this.#succession = succession;
    const role = succession && !this.#hasHost() ? "host" : newcomer.role;
    let last = 0;
    for (const { order } of this.#members.values()) last = Math.max(last, order);
    const member = { ...newcomer, role, connected: true, incarnation: 0, order: last + 1, ack: 0 };
    this.#members.set(member.peer, member);
    // It came last of all: nobody here is polite towards it.
    const notice: RoomNotice = { type: "peer-joined", seq: this.#position, ...shownAs(member, false) };
    return deliver(toOthers(member.peer, notice));
  }

  #leave({ peer, reason }: Of<"leave">): Outcome {
    const member = this.#members.get(peer);
    return member === undefined
      ? refused("not-in-room", "you are in no room")
      : this.#remove([member], reason);
  }

  #drop({ peer, incarnation }: Of<"drop">): Outcome {
    const member = this.#members.get(peer);
    if (member === undefined || !member.connected || member.incarnation !== incarnation) return unheard;
    return deliver(this.#lose(member));
  }

  #expire({ peer, incarnation }: Of<"expire">): Outcome {
    const member = this.#members.get(peer);
    if (member === undefined || member.connected || member.incarnation !== incarnation) return unheard;
    return this.#remove([member], "lost");
  }

  #resume({ peer, user, secretHash, rights }: Of<"resume">, process: string): Outcome {
    const member = this.#members.get(peer);
    // One answer for all that is wrong: who tries learns nothing of who is here.
    if (member === undefined || member.user !== user || !sameHash(member.secretHash, secretHash))
      return refused("unknown-peer", "there is nothing to resume");
    const wasLost = !member.connected;
    member.process = process;
    member.connected = true;
    member.incarnation++;
    const deliveries: Delivery[] = [];
    if (wasLost) deliveries.push(toOthers(peer, { type: "peer-reconnected", seq: this.#position, peer }));
    if (rights !== undefined) deliveries.push(...this.#change({ type: "rights", peer, rights }).deliveries);
    return delivered(deliveries);
  }

  #present({ peer, seq, presence }: Of<"presence">): Outcome {
    const member = this.#members.get(peer);
    if (member === undefined) return refused("not-in-room", "join a room first");
    if (isRepeated(member, seq)) return unheard;
    member.presence = presence;
    return deliver(toOthers(peer, { type: "presence", seq: this.#position, peer, presence }));
  }

  #kick({ by, peer, ban }: Of<"kick">): Outcome {
    if (!this.#mayRule(by)) return refused("forbidden", "only a host may do this");
    const member = this.#members.get(peer);
    if (member === undefined || peer === by)
      return refused("unknown-peer", "there is no such peer in your room");
    if (!ban) return this.#remove([member], "kicked");
    if (this.#banned.size >= maxBanned) return refused("forbidden", "no more users can be banned");
    this.#banned.add(member.user);
    // A user is in a room with as many peers as it has devices there.
    const peers = [...this.#members.values()].filter(({ user }) => user === member.user);
    return this.#remove(peers, "banned");
  }

  #lock({ by, locked }: Of<"lock">): Outcome {
    if (!this.#mayRule(by)) return refused("forbidden", "only a host may do this");
    if (locked === this.#locked) return unheard;
    this.#locked = locked;
    return deliver(toOthers(by, { type: "locked", seq: this.#position, locked, by }));
  }

  #change({ peer, rights: { role, publish, subscribe } }: Of<"rights">): Outcome {
    const member = this.#members.get(peer);
    if (member === undefined) return refused("unknown-peer", "there is no such peer in the room");
    const before = member.role;
    Object.assign(member, { role, publish, subscribe });
    return role === before ? unheard : deliver(this.#announceRole(peer, role));
  }

  #configure({ settings: { capacity, locked, keepEmpty } }: Of<"configure">): Outcome {
    this.#capacity = capacity ?? this.#capacity;
    this.#keepEmpty = keepEmpty ?? this.#keepEmpty;
    return locked === undefined ? unheard : this.#lock({ type: "lock", locked });
  }

  #loseProcess({ process }: Of<"process-gone">): Outcome {
    const deliveries: Delivery[] = [];
    for (const member of this.#members.values()) {
      if (member.process === process && member.connected) deliveries.push(this.#lose(member));
    }
    return delivered(deliveries);
  }

  /** Adds what a process knew while it was cut off. Who is only hearsay to it is not connected until they say so. */
  #merge({ state }: Of<"merge">, process: string): Outcome {
    const before = this.toState();
    this.#capacity ??= state.capacity;
    this.#locked ||= state.locked;
    this.#keepEmpty = Math.max(this.#keepEmpty, state.keepEmpty);
    this.#succession ||= state.succession;
    for (const user of state.banned) if (this.#banned.size < maxBanned) this.#banned.add(user);
    for (const theirs of state.members) {
      if (this.#banned.has(theirs.user)) continue;
      const isTheirs = theirs.process === process;
      const ours = this.#members.get(theirs.peer);
      if (ours === undefined) {
        this.#members.set(theirs.peer, { ...theirs, connected: isTheirs && theirs.connected });
      } else if (isTheirs) {
        const incarnation = Math.max(ours.incarnation, theirs.incarnation) + 1;
        Object.assign(ours, theirs, { incarnation, ack: Math.max(ours.ack, theirs.ack) });
      }
    }
    return difference(before, this.toState());
  }

  #lose(member: Mutable<MemberRecord>): Delivery {
    member.connected = false;
    member.incarnation++;
    const { peer } = member;
    return toOthers(peer, { type: "peer-reconnecting", seq: this.#position, peer });
  }

  #remove(leavers: readonly MemberRecord[], reason: LeaveReason): Outcome {
    for (const { peer } of leavers) this.#members.delete(peer);
    const seq = this.#position;
    const deliveries = leavers.map(({ peer }) => toOthers(peer, { type: "peer-left", seq, peer, reason }));
    if (this.#succession && this.#members.size > 0 && !this.#hasHost()) {
      const heir = this.#heir();
      heir.role = "host";
      deliveries.push(this.#announceRole(heir.peer, "host"));
    }
    return delivered(
      deliveries,
      leavers.map((member) => ({ member, reason })),
    );
  }

  /** Who came first of those that are connected; of all, when nobody is. */
  #heir(): Mutable<MemberRecord> {
    const members = [...this.#members.values()];
    return members.find(({ connected }) => connected) ?? members[0]!;
  }

  #announceRole(peer: PeerId, role: MemberRecord["role"]): Delivery {
    return toOthers(undefined, { type: "peer-role", seq: this.#position, peer, role });
  }

  #hasHost(): boolean {
    for (const { role } of this.#members.values()) if (role === "host") return true;
    return false;
  }

  /** The server's own API may do all. */
  #mayRule(by: PeerId | undefined): boolean {
    return by === undefined || this.#members.get(by)?.role === "host";
  }

  /** What was said about a room in which nobody is any more is forgotten with it. */
  #reset(): void {
    this.#capacity = undefined;
    this.#locked = false;
    this.#succession = false;
    this.#banned.clear();
  }
}

function deliver(delivery: Delivery): Outcome {
  return delivered([delivery]);
}

/** Whether this has been obeyed already; from now on it has. */
function isRepeated(member: Mutable<MemberRecord>, seq: number | undefined): boolean {
  if (seq === undefined) return false;
  if (seq <= member.ack) return true;
  member.ack = seq;
  return false;
}

/** Of hashes, so that their time tells nothing of use; in constant time all the same, as every secret is compared. */
function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
