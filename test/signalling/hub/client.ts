/** One who uses the signalling server as `docs/signalling.md` says, and notes what it hears. */
import { expect } from "vitest";
import type { Command, CommandId, Notice, Rights, RoomNotice } from "../../../src/signalling/protocol.ts";

/** A connection of a client, on some process. */
export interface Wire {
  readonly client: Client;
  readonly process: string;
  readonly unanswered: Map<number, Command>;
  /** The client has given it up for another, and reads no more from it. */
  abandoned: boolean;
  /** The stay that it has asked to end. */
  leaving: Stay | undefined;
  open: boolean;
}

/** A stay in a room, over its reconnects. */
export interface Stay {
  readonly room: string;
  readonly joined: Extract<Notice, { type: "joined" }>;
  readonly heard: RoomNotice[];
  /** How many of `heard` the server knows to be heard, or that cannot be unheard. */
  sure: number;
  /** What was said, by its `seq`, and is not known to be obeyed. */
  readonly said: Map<number, Command>;
  lastSeq: number;
}

/** What became of a stay. */
export type Ending = "left" | "put out" | "cut" | "anew";

/** See the head of this file. */
export class Client {
  readonly name: string;
  readonly user: string;
  wire: Wire | undefined;
  /** The one before, that may not know yet. */
  previous: Wire | undefined;
  stay: Stay | undefined;
  /** It has a place in the room now, as far as it knows. */
  inside = false;
  readonly ended: (stay: Stay, ending: Ending) => void;
  #lastId = 0;

  constructor(name: string, user: string, ended: (stay: Stay, ending: Ending) => void) {
    this.name = name;
    this.user = user;
    this.ended = ended;
  }

  get ack(): number {
    return this.stay!.heard.at(-1)?.seq ?? this.stay!.joined.seq;
  }

  /** Gives a command its id, and what is said in a room its number. */
  prepare(command: Command): Command {
    const id = ++this.#lastId;
    const { stay } = this;
    const isSaid = "to" in command || command.type === "message" || command.type === "presence";
    const whole = isSaid && stay !== undefined ? { ...command, id, seq: ++stay.lastSeq } : { ...command, id };
    if ("seq" in whole) stay!.said.set(stay!.lastSeq, whole);
    return whole;
  }

  hear(wire: Wire, notice: Notice): void {
    expect(wire.open, `${notice.type} for one that is gone`).toBe(true);
    const asked =
      "id" in notice && notice.id !== undefined ? wire.unanswered.get(notice.id as number) : undefined;
    if ("id" in notice && notice.id !== undefined)
      expect(wire.unanswered.delete(notice.id as number), "one answer to each command").toBe(true);
    if (wire.abandoned) return;
    if (notice.type === "joined") this.#enter(notice);
    else if (notice.type === "resumed") this.#return(notice.ack);
    else if (notice.type === "left") this.#end("put out");
    else if (notice.type === "ok" && asked?.type === "leave" && this.#hasJoinedBefore(notice.id))
      this.#end("left");
    else if ("seq" in notice) {
      expect(this.inside, `${notice.type} outside of a room`).toBe(true);
      expect(notice.seq).toBeGreaterThan(this.ack);
      this.stay!.heard.push(notice);
    }
    if (asked !== undefined && "seq" in asked) this.stay?.said.delete(asked.seq!);
  }

  /** The connection is lost, and with it the last that was sent on it. */
  cut(unheard: number): void {
    this.wire = undefined;
    this.inside = false;
    const { stay } = this;
    if (stay !== undefined) stay.heard.length = Math.max(stay.sure, stay.heard.length - unheard);
  }

  /** The stay is over without a word, or nobody cares for it any more. */
  forget(): void {
    this.inside = false;
    if (this.stay !== undefined) this.#end("cut");
  }

  #enter(joined: Stay["joined"]): void {
    if (this.stay !== undefined) this.#end("anew");
    this.stay = { room: joined.room, joined, heard: [], sure: 0, said: new Map(), lastSeq: 0 };
    this.inside = true;
  }

  /** Whether it was the present stay that it asked to end: one that it has asked for since is another. */
  #hasJoinedBefore(id: CommandId): boolean {
    return this.stay !== undefined && Number(this.stay.joined.id) < Number(id);
  }

  #return(ack: number): void {
    const stay = this.stay!;
    this.inside = true;
    stay.sure = stay.heard.length;
    for (const seq of [...stay.said.keys()]) if (seq <= ack) stay.said.delete(seq);
  }

  #end(ending: Ending): void {
    const stay = this.stay!;
    this.stay = undefined;
    this.inside = false;
    this.ended(stay, ending);
  }
}

/** A notice as the model of a room says it. */
export function inWords(notice: RoomNotice): string {
  switch (notice.type) {
    case "peer-joined":
      return `joined ${notice.peer} ${inBrief(notice)}`;
    case "peer-left":
      return `left ${notice.peer} ${notice.reason}`;
    case "peer-reconnecting":
      return `reconnecting ${notice.peer}`;
    case "peer-reconnected":
      return `reconnected ${notice.peer}`;
    case "peer-role":
      return `role ${notice.peer} ${inBrief(notice)}`;
    case "message":
      return `${notice.text} from ${notice.from}`;
    case "presence":
      return `presence from ${notice.peer}`;
    case "locked":
      return `locked ${notice.locked}`;
    case "description":
    case "candidate":
    case "end-of-candidates":
      return `${notice.type} from ${notice.from}`;
  }
}

/** What somebody may do, in words. */
export function inBrief({ role, publish, subscribe }: Rights): string {
  return `${role}${publish ? "" : " mute"}${subscribe ? "" : " deaf"}`;
}

/** Who is in the room, as the client must believe after all that it has heard, itself too. */
export function rosterOf({ joined, heard }: Stay): Readonly<Record<string, string>> {
  const roster = new Map([[joined.self, { rights: inBrief(joined), connected: true }]]);
  for (const member of joined.peers)
    roster.set(member.peer, { rights: inBrief(member), connected: !member.reconnecting });
  for (const notice of heard) {
    const known = "peer" in notice ? roster.get(notice.peer) : undefined;
    if (notice.type === "peer-joined") {
      expect(known, "nobody comes twice").toBe(undefined);
      roster.set(notice.peer, { rights: inBrief(notice), connected: !notice.reconnecting });
    } else if (notice.type === "peer-left") {
      expect(known, "only who is there leaves").toBeDefined();
      roster.delete(notice.peer);
    } else if (known !== undefined && notice.type === "peer-role") known.rights = inBrief(notice);
    else if (notice.type === "peer-reconnecting" || notice.type === "peer-reconnected") {
      expect(known?.connected, notice.type).toBe(notice.type === "peer-reconnecting");
      known!.connected = !known!.connected;
    }
  }
  return Object.fromEntries(
    Array.from(roster, ([peer, { rights, connected }]) => [peer, `${rights}${connected ? "" : " lost"}`]),
  );
}
