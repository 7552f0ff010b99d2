/** Members of a room as one of them sees the others. */
import type { MemberRecord } from "../entries.ts";
import type { Member, Rights } from "../protocol.ts";
import { type Delivery, toOthers } from "./outcome.ts";

/** `other` as `self` sees it. */
export function memberSeenBy(self: MemberRecord, other: MemberRecord): Member {
  return shownAs(other, cameLater(self, other));
}

/** A member as somebody sees it who is polite towards it, or not. */
export function shownAs(
  { peer, user, name, role, publish, subscribe, presence, connected }: MemberRecord,
  polite: boolean,
): Member {
  const common = { peer, user, name, role, publish, subscribe, polite };
  const present = presence === undefined ? common : { ...common, presence };
  return connected ? present : { ...present, reconnecting: true };
}

/** What all hear, itself too, when a member may do something else than before. */
export function tellRights(seq: number, before: Rights, member: MemberRecord): Delivery {
  const { peer, role, publish, subscribe } = member;
  const told = toOthers(undefined, { type: "peer-role", seq, peer, role, publish, subscribe });
  return before.subscribe === subscribe ? told : { ...told, turns: peer };
}

/**
 * Of two members the one that came later is polite. Any order would do, as long as all processes have the same: two
 * that came at the same place, while their processes were cut off from each other, go by their ids.
 */
function cameLater(one: MemberRecord, other: MemberRecord): boolean {
  return one.order === other.order ? one.peer > other.peer : one.order > other.order;
}
