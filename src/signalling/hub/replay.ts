import type { OpenedLog } from "../bus.ts";
import type { RoomName } from "../protocol.ts";
import { Ring, type RingLimits } from "../room/ring.ts";
import { Room } from "../room/room.ts";
import { textToTell } from "./notice-text.ts";

/** A room as its log tells it, and what was said in it of late, for those who come back here from elsewhere. */
export function replay(
  name: RoomName,
  { state, records, next }: OpenedLog,
  { limits, now }: { readonly limits: RingLimits; readonly now: number },
): { readonly room: Room; readonly ring: Ring } {
  const start = state?.position ?? (records[0]?.position ?? next) - 1;
  const room = new Room(name, state ?? start);
  const ring = new Ring(limits, room.seq);
  for (const record of records) {
    const known = record.entry.type === "merge" ? new Set(room.members.keys()) : undefined;
    const { deliveries, departures } = room.apply(record);
    for (const { member } of departures) ring.forgetMember(member.peer);
    for (const delivery of deliveries) ring.push(delivery, textToTell(delivery), now);
    ring.advance(room.seq);
    if (known !== undefined) ring.join(room.seq, known, room.members.keys());
  }
  return { room, ring };
}
