/**
 * A room: who is in it and what may happen there, as a function of its log. Who comes and goes is in `attendance.ts`,
 * who may do what in `standing.ts`.
 *
 * Every process applies the same entries in the same order and nothing else, so every process has the same room.
 * What an entry asks for may have become impossible by the time it has its place in the log; then it is refused
 * here, by all processes alike, and has no effect.
 */
import type { Entry, LogRecord, MemberRecord, RoomState } from "../entries.ts";
import type { Member, PeerId, RoomName } from "../protocol.ts";
import { Attendance } from "./attendance.ts";
import { Conditions } from "./conditions.ts";
import { heard } from "./heard.ts";
import { deliveredOne, type Outcome, refused, toOthers, unheard } from "./outcome.ts";
import { difference, mostDifferences } from "./room-difference.ts";
import { isRepeated, Roster } from "./roster.ts";
import { Standing } from "./standing.ts";

type Of<Kind extends Entry["type"]> = Extract<Entry, { type: Kind }>;

/** See the head of this file. */
export class Room {
  readonly name: RoomName;
  #position: number;
  #seq: number;
  readonly #roster: Roster;
  readonly #conditions: Conditions;
  readonly #standing: Standing;
  readonly #attendance: Attendance;

  /** An empty room after `position`, or the one that `state` tells of. */
  constructor(name: RoomName, from: number | RoomState) {
    this.name = name;
    const state = typeof from === "number" ? undefined : from;
    this.#position = state?.position ?? (from as number);
    this.#seq = state?.seq ?? (from as number);
    this.#roster = new Roster(state?.members);
    this.#conditions = new Conditions(state);
    const interior = { roster: this.#roster, conditions: this.#conditions, nextSeq: () => ++this.#seq };
    this.#standing = new Standing(interior);
    this.#attendance = new Attendance(interior, this.#standing);
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
        return this.#attendance.join(entry);
      case "leave":
        return this.#attendance.leave(entry);
      case "drop":
        return this.#attendance.drop(entry);
      case "expire":
        return this.#attendance.expire(entry);
      case "resume":
        return this.#attendance.resume(entry, process);
      case "presence":
        return this.#present(entry);
      case "kick":
        return this.#kick(entry);
      case "unban":
        return this.#unban(entry);
      case "lock":
        return this.#lock(entry);
      case "rights":
        return this.#standing.change(entry);
      case "configure":
        return this.#configure(entry);
      case "end":
        return this.#end();
      case "process-gone":
        return this.#attendance.loseProcess(entry);
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
    if (!ban) return this.#attendance.remove([member], "kicked");
    if (!this.#conditions.ban(member.user)) return refused("forbidden", "no more users can be banned");
    // A user is in a room with as many peers as it has devices there.
    const peers = [...this.#roster].filter(({ user }) => user === member.user);
    return this.#attendance.remove(peers, "banned");
  }

  /** Nobody is told: who was banned is not in the room, and hears of it by trying. */
  #unban({ by, user }: Of<"unban">): Outcome {
    if (!this.#roster.mayRule(by)) return refused("forbidden", "only a host may do this");
    this.#conditions.unban(user);
    return unheard;
  }

  #lock({ by, locked }: Of<"lock">): Outcome {
    if (!this.#roster.mayRule(by)) return refused("forbidden", "only a host may do this");
    if (locked === this.locked) return unheard;
    this.#conditions.locked = locked;
    return deliveredOne(toOthers(by, { type: "locked", seq: ++this.#seq, locked, by }));
  }

  #configure({ settings }: Of<"configure">): Outcome {
    const { locked } = settings;
    this.#conditions.configure(settings);
    return locked === undefined ? unheard : this.#lock({ type: "lock", locked });
  }

  /** Adds what a process knew while it was cut off. */
  #merge({ state }: Of<"merge">, process: string): Outcome {
    const before = this.toState();
    this.#conditions.merge(state);
    this.#roster.merge(state.members, process);
    for (const member of [...this.#roster])
      if (this.#conditions.isBanned(member)) this.#roster.delete(member.peer);
    this.#standing.succeed();
    // Each process tells its members what is new to them: other notices, with the same numbers.
    const last = Math.max(before.seq, state.seq);
    this.#seq = last + mostDifferences(before, state);
    return difference(before, this.toState(), last);
  }

  /** What was configured is over too: a room of this name that comes after is another. */
  #end(): Outcome {
    const outcome = this.#attendance.remove([...this.#roster], "closed");
    this.#conditions.keepEmpty = 0;
    this.#conditions.reset();
    return outcome;
  }
}
