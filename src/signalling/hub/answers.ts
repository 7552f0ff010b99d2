/** What a peer is told when it has entered a room. */
import type { MemberRecord } from "../entries.ts";
import type { CommandId, Notice } from "../protocol.ts";
import type { Room } from "../room/room.ts";
import type { IceServers } from "./hub-options.ts";

export type Joined = Extract<Notice, { type: "joined" }>;
export type Resumed = Extract<Notice, { type: "resumed" }>;

/** What the answers are made of. */
export interface Entered {
  readonly room: Room;
  readonly member: MemberRecord;
  readonly ice: IceServers;
  readonly id: CommandId | undefined;
}

/** @param resumed false when it wanted to resume and could not; undefined when it did not want to */
export function joined(
  { room, member, ice, id }: Entered,
  { secret, resumeWithin, resumed }: Pick<Joined, "secret" | "resumeWithin" | "resumed">,
): Joined {
  return {
    type: "joined",
    id,
    ...common(room, member, ice),
    seq: room.seq,
    locked: room.locked,
    peers: room.membersSeenBy(member.peer),
    secret,
    resumeWithin,
    resumed,
  };
}

export function resumed({ room, member, ice, id }: Entered): Resumed {
  return { type: "resumed", id, ...common(room, member, ice), ack: member.ack };
}

/** What there is in both. */
function common(
  { name: room }: Room,
  { peer: self, role, publish, subscribe }: MemberRecord,
  ice: IceServers,
) {
  const { iceServers, lifetime: iceServersLifetime } = ice;
  return { room, self, role, publish, subscribe, iceServers, iceServersLifetime };
}
