import type { MemberRecord, RoomSettings, RoomState } from "../entries.ts";
import { type Outcome, refused } from "./outcome.ts";

/** How many users may be banned from a room. */
export const maxBanned = 1_000;

/** The part of a room's state that is not about its members. */
type ConditionsState = Pick<RoomState, "capacity" | "locked" | "keepEmpty" | "succession" | "banned">;

/** On which conditions a room may be entered, and how it is kept. */
export class Conditions {
  /** Undefined until somebody has entered or configured the room. */
  capacity: number | undefined;
  locked = false;
  /** Milliseconds that the room is kept while nobody is in it. */
  keepEmpty = 0;
  /** Somebody is always host. */
  succession = false;
  readonly #banned = new Set<string>();

  constructor(state?: ConditionsState) {
    if (state === undefined) return;
    const { capacity, locked, keepEmpty, succession, banned } = state;
    Object.assign(this, { capacity, locked, keepEmpty, succession });
    for (const user of banned) this.#banned.add(user);
  }

  toState(): ConditionsState {
    const { capacity, locked, keepEmpty, succession } = this;
    return { capacity, locked, keepEmpty, succession, banned: [...this.#banned] };
  }

  /** Why somebody may not enter, where `size` are in already; undefined when they may. */
  against({ user, role }: Pick<MemberRecord, "user" | "role">, size: number): Outcome | undefined {
    if (this.#banned.has(user)) return refused("banned", "you may not enter this room again");
    if (this.locked && role !== "host") return refused("room-locked", "the room is locked");
    return size >= this.capacity! ? refused("room-full", "the room is full") : undefined;
  }

  isBanned({ user }: Pick<MemberRecord, "user">): boolean {
    return this.#banned.has(user);
  }

  /** False when there are too many already. */
  ban(user: string): boolean {
    if (this.#banned.size >= maxBanned) return false;
    this.#banned.add(user);
    return true;
  }

  unban(user: string): void {
    this.#banned.delete(user);
  }

  configure({ capacity, keepEmpty }: RoomSettings): void {
    this.capacity = capacity ?? this.capacity;
    this.keepEmpty = keepEmpty ?? this.keepEmpty;
  }

  /** The stricter of what both have known. */
  merge(theirs: ConditionsState): void {
    this.capacity ??= theirs.capacity;
    this.locked ||= theirs.locked;
    this.keepEmpty = Math.max(this.keepEmpty, theirs.keepEmpty);
    this.succession ||= theirs.succession;
    for (const user of theirs.banned) this.ban(user);
  }

  /** What was said about a room in which nobody is any more is forgotten with it. */
  reset(): void {
    this.capacity = undefined;
    this.locked = false;
    this.succession = false;
    this.#banned.clear();
  }
}
