import type { Entry, ProcessId } from "../entries.ts";
import type { PeerId } from "../protocol.ts";
import type { Room } from "../room/room.ts";
import type { Local, Replica } from "./replica.ts";

/** How a room and the connections of a process disagree. */
export interface Disagreements {
  /** What has to be said so that the room is right again. */
  readonly entries: readonly Entry[];
  /** Members who have a connection here, and have come back elsewhere since. */
  readonly elsewhere: readonly PeerId[];
}

/** What others have said of members is one thing, and who has a connection here is another. */
export function disagreements<Peer extends Local<unknown>>(
  { room, peers }: Replica<Peer>,
  process: ProcessId,
): Disagreements {
  const entries: Entry[] = [];
  const elsewhere: PeerId[] = [];
  for (const member of room!.members.values()) {
    const { peer, user, secretHash, connected } = member;
    const isOurs = member.process === process;
    if (!peers.has(peer)) entries.push(...dropsOf({ room, peers }, peer, process));
    else if (connected && !isOurs) elsewhere.push(peer);
    // The others have taken this process for dead.
    else if (!connected && isOurs) entries.push({ type: "resume", peer, user, secretHash });
  }
  return { entries, elsewhere };
}

/** What has to be said of a member that the room has for connected here, and that is not. */
export function dropsOf<Peer extends Local<unknown>>(
  { room, peers }: Pick<Replica<Peer>, "room" | "peers">,
  peer: PeerId,
  process: ProcessId,
): readonly Entry[] {
  const member = room!.members.get(peer);
  if (!member?.connected || member.process !== process || peers.has(peer)) return [];
  return [{ type: "drop", peer, incarnation: member.incarnation }];
}

/** Whether somebody in the room has a connection to a process. */
export function isConnectedTo({ members }: Pick<Room, "members">, process: ProcessId): boolean {
  for (const member of members.values()) if (member.process === process && member.connected) return true;
  return false;
}
