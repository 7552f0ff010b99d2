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

/** And what is told only of one that is asked for by its name. */
export interface RoomDetails extends RoomSummary {
  /** Users who may not come back. */
  readonly banned: readonly string[];
}

interface Placed<Summary extends RoomSummary = RoomSummary> {
  readonly position: number;
  readonly summary: Summary;
}

/** What one process answers: its rooms in the order of their names, as many as fit. */
interface Answer {
  readonly rooms: readonly Placed[];
  /** Others of this process come after the last. */
  readonly more: boolean;
}

/** What processes are asked by: for one room, and for those after one in the order of names; its name comes behind. */
const topics = { room: "room ", roomsAfter: "rooms after " } as const;

/**
 * The answer of one process to a question of another: empty when there is none.
 *
 * @param states of its rooms, or of one if it has that
 */
export function answerTo(topic: string, states: (only?: RoomName) => readonly RoomState[]): string {
  const { room, roomsAfter } = topics;
  if (topic.startsWith(roomsAfter)) return summariesOf(states(), topic.slice(roomsAfter.length));
  const [state] = topic.startsWith(room) ? states(topic.slice(room.length)) : [];
  if (state === undefined) return "";
  const { position, banned } = state;
  const summary: RoomDetails = { ...summaryOf(state), banned };
  return JSON.stringify({ position, summary } satisfies Placed);
}

/** How long an answer may be, in UTF-16 code units; one room is told whatever its length. */
export const answerLength: number = 256 * 1024;

/** The answer of one process: its rooms whose names come after `after`. */
export function summariesOf(states: readonly RoomState[], after: string): string {
  const later = states.filter(({ room }) => room > after).sort((a, b) => (a.room < b.room ? -1 : 1));
  const rooms: Placed[] = [];
  let length = 0;
  for (const state of later) {
    const room: Placed = { position: state.position, summary: summaryOf(state) };
    length += JSON.stringify(room).length;
    if (rooms.length > 0 && length > answerLength) break;
    rooms.push(room);
  }
  return JSON.stringify({ rooms, more: rooms.length < later.length } satisfies Answer);
}

/** Asks all processes; each answers with what {@link answerTo} makes, and what is no answer is none. */
export type Ask = (topic: string) => Promise<readonly string[]>;

/** A room of all processes: what the one knows of it that is furthest in its log. Undefined when nobody has it open. */
export async function roomOf(name: RoomName, ask: Ask): Promise<RoomDetails | undefined> {
  const answers = (await ask(topics.room + name)).flatMap(parsePlaced);
  return answers.reduce<Placed<RoomDetails> | undefined>(further, undefined)?.summary;
}

/** One list of the rooms of all processes, each as {@link roomOf} has it. */
export async function roomsOf(ask: Ask): Promise<readonly RoomSummary[]> {
  const rooms = new Map<RoomName, Placed>();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const answers: readonly Answer[] = (await ask(topics.roomsAfter + after)).flatMap(parseAnswer);
    for (const told of answers.flatMap((answer) => answer.rooms))
      rooms.set(told.summary.room, further(rooms.get(told.summary.room), told));
    // Nobody is passed over: on from where the first stopped that has more, which is further than before.
    const asked: string = after;
    const stops = answers.filter(({ more }) => more).map(({ rooms: told }) => told.at(-1)!.summary.room);
    after = stops.filter((room) => room > asked).sort()[0];
  }
  return Array.from(rooms.values(), ({ summary }) => summary);
}

function further<Told extends Placed>(known: Told | undefined, told: Told): Told {
  return known === undefined || known.position < told.position ? told : known;
}

function parseAnswer(text: string): Answer | [] {
  const answer = parse<Answer>(text);
  const { rooms, more } = answer ?? {};
  return Array.isArray(rooms) && (rooms.length > 0 || !more) ? (answer as Answer) : [];
}

function parsePlaced(text: string): Placed<RoomDetails> | [] {
  const told = parse<Placed<RoomDetails>>(text);
  const { position, summary } = told ?? {};
  const isTold = typeof position === "number" && Array.isArray(summary?.banned);
  return isTold ? (told as Placed<RoomDetails>) : [];
}

/** A process of another version may answer with something else. */
function parse<Type>(text: string): Partial<Type> | null {
  try {
    return JSON.parse(text) as Partial<Type> | null;
  } catch {
    return null;
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
