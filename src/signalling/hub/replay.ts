import type { OpenedLog } from "../bus.ts";
import type { LogRecord } from "../entries.ts";
import type { RoomName } from "../protocol.ts";
import type { Outcome } from "../room/outcome.ts";
import { Ring, type RingLimits } from "../room/ring.ts";
import { Room } from "../room/room.ts";
import { textToTell } from "./notice-text.ts";

/** How a log is replayed. */
export interface ReplayOptions {
  readonly limits: RingLimits;
  readonly now: number;
  /** Called with each record, the room after it, and what comes of it. */
  readonly witness?: ((record: LogRecord, room: Room, outcome: Outcome) => void) | undefined;
}

/** A room as its log tells it, and what was said in it of late, for those who come back here from elsewhere. */
export function replay(
  name: RoomName,
  { state, records, next }: OpenedLog,
  { limits, now, witness }: ReplayOptions,
): { readonly room: Room; readonly ring: Ring } {
  const start = state?.position ?? (records[0]?.position ?? next) - 1;
  const room = new Room(name, state ?? start);
  const ring = new Ring(limits, room.seq);
  for (const record of records) {
    const known = record.entry.type === "merge" ? new Set(room.members.keys()) : undefined;
    const outcome = room.apply(record);
    const { deliveries, departures } = outcome;
    witness?.(record, room, outcome);
    for (const { member } of departures) ring.forgetMember(member.peer);
    for (const delivery of deliveries) ring.push(delivery, textToTell(delivery), now);
    ring.advance(room.seq);
    if (known !== undefined) ring.join(room.seq, known, room.members.keys());
  }
  return { room, ring };
}
