import type { MemberRecord, RoomState } from "../entries.ts";
import { type Delivery, delivered, type Outcome, toOne, toOthers } from "./outcome.ts";
import { memberSeenBy } from "./seen-member.ts";

/** What those in a room have to be told who knew it as `before`, now that it is `after`. */
export function difference(before: RoomState, after: RoomState): Outcome {
  const seq = after.position;
  const deliveries: Delivery[] = [];
  const known = new Map(before.members.map((member) => [member.peer, member]));
  const here = new Set(after.members.map(({ peer }) => peer));
  const gone = before.members.filter(({ peer }) => !here.has(peer));
  for (const { peer } of gone)
    deliveries.push(toOthers(peer, { type: "peer-left", seq, peer, reason: "lost" }));
  for (const member of after.members) {
    const old = known.get(member.peer);
    if (old !== undefined) deliveries.push(...changes(old, member, seq));
    else {
      // Whether the listener is polite differs from one to the next.
      for (const listener of before.members)
        deliveries.push(
          toOne(listener.peer, { type: "peer-joined", seq, ...memberSeenBy(listener, member) }),
        );
    }
  }
  if (before.locked !== after.locked)
    deliveries.push(toOthers(undefined, { type: "locked", seq, locked: after.locked }));
  return delivered(
    deliveries,
    gone.map((member) => ({ member, reason: "lost" as const })),
  );
}

function changes(old: MemberRecord, member: MemberRecord, seq: number): readonly Delivery[] {
  const { peer, role, presence, connected } = member;
  const deliveries: Delivery[] = [];
  if (old.connected !== connected) {
    const type = connected ? "peer-reconnected" : "peer-reconnecting";
    deliveries.push(toOthers(peer, { type, seq, peer }));
  }
  if (old.role !== role) deliveries.push(toOthers(undefined, { type: "peer-role", seq, peer, role }));
  if (presence !== undefined && JSON.stringify(old.presence) !== JSON.stringify(presence))
    deliveries.push(toOthers(peer, { type: "presence", seq, peer, presence }));
  return deliveries;
}
