import type { Entry, MemberRecord, ProcessId } from "../entries.ts";
import type { PeerId } from "../protocol.ts";
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
    if (!peers.has(peer)) entries.push(...dropsOf(member, process));
    else if (connected && !isOurs) elsewhere.push(peer);
    // The others have taken this process for dead.
    else if (!connected && isOurs) entries.push({ type: "resume", peer, user, secretHash });
  }
  return { entries, elsewhere };
}

/** Of a member that has no connection here: what has to be said, if the room has it for connected here. */
export function dropsOf(
  { connected, peer, incarnation, ...member }: MemberRecord,
  process: ProcessId,
): readonly Entry[] {
  return connected && member.process === process ? [{ type: "drop", peer, incarnation }] : [];
}
