import type { MemberRecord, ProcessId } from "../entries.ts";
import type { Member, PeerId } from "../protocol.ts";
import { memberSeenBy } from "./seen-member.ts";

/** A member as its room keeps it: what is read-only to others changes here. */
export type RoomMember = { -readonly [Name in keyof MemberRecord]: MemberRecord[Name] };

/** Who is in a room, connected or not, in the order in which they came. */
export class Roster {
  readonly #members = new Map<PeerId, RoomMember>();

  constructor(members: readonly MemberRecord[] = []) {
    for (const member of members) this.add(member);
  }

  get size(): number {
    return this.#members.size;
  }

  get byId(): ReadonlyMap<PeerId, MemberRecord> {
    return this.#members;
  }

  get hasHost(): boolean {
    for (const { role } of this.#members.values()) if (role === "host") return true;
    return false;
  }

  /** The place of whoever comes next. */
  get nextOrder(): number {
    let last = 0;
    for (const { order } of this.#members.values()) last = Math.max(last, order);
    return last + 1;
  }

  /** Who came first of the members, not of the viewers, that are connected; of all members, when nobody is. */
  get first(): RoomMember | undefined {
    const members = [...this.#members.values()].filter(({ role }) => role === "member");
    return members.find(({ connected }) => connected) ?? members[0];
  }

  [Symbol.iterator](): Iterator<RoomMember> {
    return this.#members.values();
  }

  has(peer: PeerId): boolean {
    return this.#members.has(peer);
  }

  find(peer: PeerId | undefined): RoomMember | undefined {
    return peer === undefined ? undefined : this.#members.get(peer);
  }

  /** Hosts may; and the server's own API, which is nobody, may do all. */
  mayRule(by: PeerId | undefined): boolean {
    return by === undefined || this.#members.get(by)?.role === "host";
  }

  add(member: MemberRecord): void {
    this.#members.set(member.peer, { ...member });
  }

  delete(peer: PeerId): void {
    this.#members.delete(peer);
  }

  /** Adds what `process` knew while it was cut off. Who is only hearsay to it is not connected until others say so. */
  merge(members: readonly MemberRecord[], process: ProcessId): void {
    for (const theirs of members) {
      const ours = this.#members.get(theirs.peer);
      const isTheirs = theirs.process === process;
      if (ours === undefined) this.add({ ...theirs, connected: isTheirs && theirs.connected });
      else if (isTheirs && isNewer(theirs, ours)) {
        const incarnation = Math.max(ours.incarnation, theirs.incarnation) + Number(hasChanged(theirs, ours));
        Object.assign(ours, theirs, { incarnation, ack: Math.max(ours.ack, theirs.ack) });
      }
    }
  }

  /** The others, as `peer` sees them. */
  seenBy(peer: PeerId): readonly Member[] {
    const self = this.#members.get(peer)!;
    const others: Member[] = [];
    for (const member of this.#members.values()) if (member !== self) others.push(memberSeenBy(self, member));
    return others;
  }
}

/** Whether a process knows better where its member is. Who came back on two processes is where it did that more often. */
function isNewer(theirs: MemberRecord, ours: MemberRecord): boolean {
  if (theirs.process === ours.process) return true;
  return theirs.connected && (!ours.connected || theirs.incarnation > ours.incarnation);
}

/** Whether what was meant for the one is not meant for the other. */
function hasChanged(theirs: MemberRecord, ours: MemberRecord): boolean {
  return (
    theirs.incarnation !== ours.incarnation ||
    theirs.connected !== ours.connected ||
    theirs.process !== ours.process
  );
}

/** Whether this has been obeyed already; from now on it has. */
export function isRepeated(member: RoomMember, seq: number | undefined): boolean {
  if (seq === undefined) return false;
  if (seq <= member.ack) return true;
  member.ack = seq;
  return false;
}
