import type { OpenedLog } from "../bus.ts";
import type { RoomName } from "../protocol.ts";
import { Ring, type RingLimits, sizeOf } from "../room/ring.ts";
import { Room } from "../room/room.ts";

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
    for (const delivery of room.apply(record).deliveries) ring.push(delivery, sizeOf(delivery), now);
    ring.advance(room.seq);
    if (record.entry.type === "merge") ring.join(room.seq);
  }
  return { room, ring };
}
