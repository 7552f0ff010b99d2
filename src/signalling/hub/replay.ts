import type { OpenedLog } from "../bus.ts";
import type { RoomName } from "../protocol.ts";
import { Ring, type RingLimits } from "../room/ring.ts";
import { Room } from "../room/room.ts";
import { textToTell } from "./notice-text.ts";

/** How a log is replayed. */
export interface ReplayOptions {
  readonly limits: RingLimits;
  readonly now: number;
}

/** A room as its log has it before the records that are to be replayed. */
export function roomBefore(name: RoomName, { state, records, next }: OpenedLog): Room {
  return new Room(name, state ?? (records[0]?.position ?? next) - 1);
}

/** A room as its log tells it, and what was said in it of late, for those who come back here from elsewhere. */
export function replay(
  name: RoomName,
  log: OpenedLog,
  { limits, now }: ReplayOptions,
): { readonly room: Room; readonly ring: Ring } {
  const room = roomBefore(name, log);
  const ring = new Ring(limits, room.seq);
  for (const record of log.records) {
    const known = record.entry.type === "merge" ? new Set(room.members.keys()) : undefined;
    const { deliveries, departures } = room.apply(record);
    for (const { member } of departures) ring.forgetMember(member.peer);
    for (const delivery of deliveries) ring.push(delivery, textToTell(delivery), now);
    ring.advance(room.seq);
    if (known !== undefined) ring.join(room.seq, known, room.members.keys());
  }
  return { room, ring };
}
