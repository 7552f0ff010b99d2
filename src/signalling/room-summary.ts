/** What a server tells about its rooms, and how what several processes tell becomes one list. */
import type { RoomState } from "./entries.ts";
import type { PeerId, Role, RoomName } from "./protocol.ts";

/** A room from outside. */
export interface RoomSummary {
  readonly room: RoomName;
  /** How many are in it; of those, how many have a connection now. */
  readonly members: number;
  readonly connected: number;
  readonly capacity: number | undefined;
  readonly locked: boolean;
  readonly peers: readonly {
    readonly peer: PeerId;
    readonly user: string;
    readonly name: string;
    readonly role: Role;
    readonly connected: boolean;
  }[];
}

interface Placed {
  readonly position: number;
  readonly summary: RoomSummary;
}

/** The answer of one process. */
export function summariesOf(states: readonly RoomState[]): string {
  return JSON.stringify(states.map((state) => ({ position: state.position, summary: summaryOf(state) })));
}

/** One list of the answers of all: of a room that several know, what the one knows that is furthest in its log. */
export function roomsOf(answers: readonly string[]): readonly RoomSummary[] {
  const rooms = new Map<RoomName, Placed>();
  for (const placed of answers.flatMap((answer) => JSON.parse(answer) as readonly Placed[])) {
    const known = rooms.get(placed.summary.room);
    if (known === undefined || known.position < placed.position) rooms.set(placed.summary.room, placed);
  }
  return Array.from(rooms.values(), ({ summary }) => summary);
}

/** A room from inside, as it is told. */
export function summaryOf({ room, capacity, locked, members }: RoomState): RoomSummary {
  return {
    room,
    members: members.length,
    connected: members.filter(({ connected }) => connected).length,
    capacity,
    locked,
    peers: members.map(({ peer, user, name, role, connected }) => ({ peer, user, name, role, connected })),
  };
}
