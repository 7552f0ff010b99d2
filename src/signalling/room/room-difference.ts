import type { MemberRecord, RoomState } from "../entries.ts";
import { hasRights } from "../grants.ts";
import type { LeaveReason } from "../protocol.ts";
import { type Delivery, delivered, type Outcome, toOne, toOthers } from "./outcome.ts";
import { memberSeenBy, tellRights } from "./seen-member.ts";

/**
 * What those in a room have to be told who knew it as `before`, now that it is `after`.
 *
 * @param last the number after which those of the notices begin: nobody has heard a greater one
 */
export function difference(before: RoomState, after: RoomState, last: number): Outcome {
  let seq = last;
  const next = (): number => ++seq;
  const deliveries: Delivery[] = [];
  const known = new Map(before.members.map((member) => [member.peer, member]));
  const here = new Set(after.members.map(({ peer }) => peer));
  const gone = before.members.filter(({ peer }) => !here.has(peer));
  const departures = gone.map((member) => ({ member, reason: whyGone(member, after) }));
  for (const { member, reason } of departures) {
    const { peer } = member;
    deliveries.push(toOthers(peer, { type: "peer-left", seq: next(), peer, reason }));
  }
  for (const member of after.members) {
    const old = known.get(member.peer);
    if (old !== undefined) deliveries.push(...changes(old, member, next));
    else {
      // Whether the listener is polite differs from one to the next; each hears only its own.
      next();
      for (const listener of before.members)
        deliveries.push(
          toOne(listener.peer, { type: "peer-joined", seq, ...memberSeenBy(listener, member) }),
        );
    }
  }
  if (before.locked !== after.locked)
    deliveries.push(toOthers(undefined, { type: "locked", seq: next(), locked: after.locked }));
  return delivered(deliveries, departures);
}

function whyGone({ user }: MemberRecord, { banned }: RoomState): LeaveReason {
  return banned.includes(user) ? "banned" : "lost";
}

/** The most that was said in one log and is heard late by those who knew another. */
export const mostLate = 512;

/**
 * More numbers than {@link difference} uses, wherever two states become one: for those who knew either, and are told
 * of each member at most that it has gone or come, or three things that have changed. The last {@link mostLate} are free.
 */
export function mostDifferences(one: RoomState, other: RoomState): number {
  return 6 * (one.members.length + other.members.length) + 1 + mostLate;
}

function changes(old: MemberRecord, member: MemberRecord, next: () => number): readonly Delivery[] {
  const { peer, presence, connected } = member;
  const deliveries: Delivery[] = [];
  if (old.connected !== connected) {
    const type = connected ? "peer-reconnected" : "peer-reconnecting";
    deliveries.push(toOthers(peer, { type, seq: next(), peer }));
  }
  if (!hasRights(old, member)) deliveries.push(tellRights(next(), old, member));
  if (presence !== undefined && JSON.stringify(old.presence) !== JSON.stringify(presence))
    deliveries.push(toOthers(peer, { type: "presence", seq: next(), peer, presence }));
  return deliveries;
}
