/** Who passes messages from one to one, and how its clients get there. */
import { ServerProcess } from "../harness/server-process.ts";
import { sampleOpening } from "../websocket/openings.ts";
import { commandsTo, type Kind, type Said } from "./contents.ts";
import { expectedOf, Lane, NUMBER } from "./lane.ts";
import { LaneLoad } from "./lane-load.ts";
import { enter, Member, settle } from "./member.ts";

export interface RelayCell {
  readonly kind: Kind;
  /** Of a whole command, as JSON. */
  readonly octets: number;
  /** Of those who speak and those who listen. */
  readonly pairs: number;
  /** How much is said at once. */
  readonly deep: number;
}

export interface RelayContender {
  readonly name: "barewire" | "echo" | "passing" | "peerjs";
  start(): Promise<ServerProcess>;
  /** Brings the pairs together. */
  open(port: number, cell: RelayCell): Promise<LaneLoad>;
}

export const relayContenders: readonly RelayContender[] = [
  { name: "barewire", start: () => start("barewire", "unbounded"), open: openRooms },
  { name: "echo", start: () => start("websocket", "echo"), open: openEcho },
  { name: "passing", start: () => start("websocket", "pass"), open: openPassing },
  { name: "peerjs", start: () => start("peerjs"), open: openPeerJs },
];

function start(script: string, ...args: readonly string[]): Promise<ServerProcess> {
  return ServerProcess.start(new URL(`./peers/${script}.ts`, import.meta.url), { args });
}

/** A room for each pair. */
async function openRooms(port: number, { kind, octets, pairs, deep }: RelayCell): Promise<LaneLoad> {
  const members = await Member.open(2 * pairs, () => ({ port }));
  const lanes: Lane[] = [];
  for (let at = 0; at < members.length; at += 2) {
    const [speaker, listener] = [members[at]!, members[at + 1]!];
    const { self: from, user, name } = await enter(speaker, `room-${at}`);
    const { self: to } = await enter(listener, `room-${at}`);
    await settle([speaker, listener]);
    const says = commandsTo(kind, to, octets);
    const expected = says.map(({ type, to: _, ...said }) => {
      const common = { type, seq: NUMBER, from };
      const notice = kind === "message" ? { ...common, user, name, ...said, to } : { ...common, ...said };
      return expectedOf(JSON.stringify(notice));
    });
    lanes.push(new Lane({ speaker, listeners: [listener], says, expected, deep }));
  }
  return new LaneLoad({ lanes, members, deep });
}

/** As long as the names that our server gives. */
const somebody = "a-peer-with-22-letters";

/** The same commands, by those who say them. */
async function openEcho(port: number, { kind, octets, pairs, deep }: RelayCell): Promise<LaneLoad> {
  const members = await Member.open(pairs, () => ({ port }));
  const says = commandsTo(kind, somebody, octets);
  const expected = says.map((said) => expectedOf(JSON.stringify(said)));
  const lanes = members.map(
    (member) => new Lane({ speaker: member, listeners: [member], says, expected, deep }),
  );
  return new LaneLoad({ lanes, members, deep });
}

/** The same commands, to another who has told its name. */
async function openPassing(port: number, { kind, octets, pairs, deep }: RelayCell): Promise<LaneLoad> {
  const members = await Member.open(2 * pairs, () => ({ port }));
  const lanes: Lane[] = [];
  for (let at = 0; at < members.length; at += 2) {
    const [speaker, listener] = [members[at]!, members[at + 1]!];
    const to = `peer-${at}`.padEnd(somebody.length, "-");
    listener.say({ name: to });
    await listener.hear("named");
    const says = commandsTo(kind, to, octets);
    const expected = says.map((said) => expectedOf(JSON.stringify(said)));
    lanes.push(new Lane({ speaker, listeners: [listener], says, expected, deep }));
  }
  return new LaneLoad({ lanes, members, deep });
}

/** What PeerJS calls it; chat it has none, and passes on whatever a candidate is. */
const peerJsTypes: Readonly<Record<Kind, string>> = {
  message: "CANDIDATE",
  candidate: "CANDIDATE",
  description: "OFFER",
};

/** The same said, in the words of PeerJS, as long. */
async function openPeerJs(port: number, { kind, octets, pairs, deep }: RelayCell): Promise<LaneLoad> {
  const idOf = (index: number): string => `peer-${index}`.padEnd(somebody.length, "-");
  const members = await Member.open(2 * pairs, (index) => ({
    port,
    opening: {
      ...sampleOpening,
      request: sampleOpening.request.replace(
        "GET / ",
        `GET /peerjs?key=peerjs&id=${idOf(index)}&token=t${index} `,
      ),
    },
  }));
  await Promise.all(members.map((member) => member.hear("OPEN")));
  const lanes: Lane[] = [];
  for (let at = 0; at < members.length; at += 2) {
    const [src, dst] = [idOf(at), idOf(at + 1)];
    const type = peerJsTypes[kind];
    const inWords = ({ type: _, to: __, ...payload }: Said): object => ({ type, dst, payload });
    // Their words for the same are longer or shorter: what is said makes up for it.
    const [sample] = commandsTo(kind, dst, octets);
    const longer = JSON.stringify(inWords(sample!)).length - octets;
    const says = commandsTo(kind, dst, octets - longer).map(inWords);
    const expected = says.map((said) => {
      const { payload } = said as { readonly payload: unknown };
      return expectedOf(JSON.stringify({ type, src, dst, payload }));
    });
    lanes.push(new Lane({ speaker: members[at]!, listeners: [members[at + 1]!], says, expected, deep }));
  }
  return new LaneLoad({ lanes, members, deep });
}
