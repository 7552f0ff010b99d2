/** Who passes one member's message on to all others of a room, and how its clients get there. */
import { ServerProcess } from "../harness/server-process.ts";
import { commandsTo } from "./contents.ts";
import { expectedOf, Lane, NUMBER } from "./lane.ts";
import { LaneLoad } from "./lane-load.ts";
import { enter, Member, settle } from "./member.ts";

export interface FanoutCell {
  /** Of a whole command, as JSON. */
  readonly octets: number;
  /** Members of the room: one speaks, the others hear it. */
  readonly members: number;
  /** How much is said at once. */
  readonly deep: number;
}

export interface FanoutContender {
  readonly name: "barewire" | "broadcast";
  start(): Promise<ServerProcess>;
  open(port: number, cell: FanoutCell): Promise<LaneLoad>;
}

export const fanoutContenders: readonly FanoutContender[] = [
  { name: "barewire", start: () => start("barewire", "unbounded"), open: openRoom },
  { name: "broadcast", start: () => start("websocket", "broadcast"), open: openBroadcast },
];

function start(script: string, duty: string): Promise<ServerProcess> {
  return ServerProcess.start(new URL(`./peers/${script}.ts`, import.meta.url), { args: [duty] });
}

interface Speaker {
  readonly from: string;
  readonly user: string;
  readonly name: string;
}

/** What is heard of each message. @param seq as it stands in the notice */
function noticesOf({ from, user, name }: Speaker, octets: number, seq: string | number): readonly object[] {
  return commandsTo("message", undefined, octets).map(({ type, text }) => {
    return { type, seq, from, user, name, text };
  });
}

async function openRoom(port: number, { octets, members: count, deep }: FanoutCell): Promise<LaneLoad> {
  const members = await Member.open(count, () => ({ port }));
  const [first] = members;
  const { self, user, name } = await enter(first!, "room");
  for (const member of members.slice(1)) await enter(member, "room");
  await settle(members);
  const expected = noticesOf({ from: self, user, name }, octets, NUMBER);
  return oneLane(members, { says: commandsTo("message", undefined, octets), expected, deep });
}

/** As long as what our server puts there. */
const somebody: Speaker = { from: "a-peer-with-22-letters", user: "user-1", name: "Somebody 1" };
const SEQ = 1_700_000_000_000_000;

/** The one says the very octets that are heard in a room. */
async function openBroadcast(port: number, { octets, members: count, deep }: FanoutCell): Promise<LaneLoad> {
  const members = await Member.open(count, () => ({ port }));
  const says = noticesOf(somebody, octets, SEQ);
  return oneLane(members, { says, expected: says, deep });
}

function oneLane(
  members: readonly Member[],
  {
    says,
    expected,
    deep,
  }: { readonly says: readonly object[]; readonly expected: readonly object[]; readonly deep: number },
): LaneLoad {
  const [speaker, ...listeners] = members;
  const heard = expected.map((notice) => expectedOf(JSON.stringify(notice)));
  const lane = new Lane({ speaker: speaker!, listeners, says, expected: heard, deep });
  return new LaneLoad({ lanes: [lane], members, deep });
}
