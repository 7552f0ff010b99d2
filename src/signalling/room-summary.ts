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

/** What one process answers: its rooms in the order of their names, as many as fit. */
interface Answer {
  readonly rooms: readonly Placed[];
  /** Others of this process come after the last. */
  readonly more: boolean;
}

/** What processes are asked for their rooms by, with the name of one behind it. */
export const roomsTopic = "rooms after ";

/** The answer of one process to a question of another: empty when it is none that is known here. */
export function answerTo(topic: string, states: () => readonly RoomState[]): string {
  return topic.startsWith(roomsTopic) ? summariesOf(states(), topic.slice(roomsTopic.length)) : "";
}

/** How long an answer may be, in UTF-16 code units; one room is told whatever its length. */
export const answerLength: number = 256 * 1024;

/** The answer of one process: its rooms whose names come after `after`. */
export function summariesOf(states: readonly RoomState[], after: string): string {
  const later = states.filter(({ room }) => room > after).sort((a, b) => (a.room < b.room ? -1 : 1));
  const rooms: Placed[] = [];
  let length = 0;
  for (const state of later) {
    const placed = { position: state.position, summary: summaryOf(state) };
    length += JSON.stringify(placed).length;
    if (rooms.length > 0 && length > answerLength) break;
    rooms.push(placed);
  }
  return JSON.stringify({ rooms, more: rooms.length < later.length } satisfies Answer);
}

/**
 * One list of the rooms of all processes: of a room that several know, what the one knows that is furthest in its log.
 *
 * @param ask all processes for what {@link summariesOf} makes; what is no answer is none
 */
export async function roomsOf(
  ask: (after: string) => Promise<readonly string[]>,
): Promise<readonly RoomSummary[]> {
  const rooms = new Map<RoomName, Placed>();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const answers: readonly Answer[] = (await ask(after)).flatMap(parseAnswer);
    for (const placed of answers.flatMap((answer) => answer.rooms)) {
      const known = rooms.get(placed.summary.room);
      if (known === undefined || known.position < placed.position) rooms.set(placed.summary.room, placed);
    }
    // Nobody is passed over: on from where the first stopped that has more.
    const stops = answers.filter(({ more }) => more).map(({ rooms: told }) => told.at(-1)!.summary.room);
    after = stops.sort()[0];
  }
  return Array.from(rooms.values(), ({ summary }) => summary);
}

/** A process of another version may answer with something else. */
function parseAnswer(text: string): Answer | [] {
  try {
    const answer = JSON.parse(text) as Partial<Answer> | null;
    return Array.isArray(answer?.rooms) && (answer.rooms.length > 0 || !answer.more)
      ? (answer as Answer)
      : [];
  } catch {
    return [];
  }
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
