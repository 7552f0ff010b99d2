/** What a server really says is what the documents say that it says: all of it, and each diagram's course. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, describe, expect, it } from "vitest";
import type { BusSink } from "../../../src/signalling/bus.ts";
import type { RoomGrant } from "../../../src/signalling/grants.ts";
import { LocalBus } from "../../../src/signalling/local-bus.ts";
import type { Command, Notice } from "../../../src/signalling/protocol.ts";
import { SignallingServer } from "../../../src/signalling/server.ts";
import { commandExamples } from "../../../tools/signalling-schema/examples.ts";
import { signallingSchema } from "../../../tools/signalling-schema/json-schema.ts";
import { notices } from "../../../tools/signalling-schema/notices.ts";

const ajv = new Ajv2020({ strict: true, strictTypes: false });
ajv.addSchema(signallingSchema(), "signalling");
const isNotice = ajv.compile({ $ref: "signalling#/$defs/Notice" });

const heard = new Set<string>();

/** A client's end, without a network between. */
class Socket {
  readonly heard: Notice[] = [];
  closed: number | undefined;
  readonly #listeners: Record<string, (event: { data: unknown; code: number }) => void> = {};

  addEventListener(type: string, listener: (event: { data: unknown; code: number }) => void): void {
    this.#listeners[type] = listener;
  }

  send(text: string): void {
    const notice = JSON.parse(text) as Notice;
    if (!isNotice(notice)) throw new Error(`${text}: ${JSON.stringify(isNotice.errors)}`);
    heard.add(notice.type);
    this.heard.push(notice);
  }

  close(code: number): void {
    this.closed = code;
    this.#listeners.close?.({ data: undefined, code });
  }

  say(command: Command): void {
    this.#listeners.message?.({ data: JSON.stringify(command), code: 0 });
  }

  /** The last notice of a type. */
  last<Type extends Notice["type"]>(type: Type): Extract<Notice, { type: Type }> {
    const found = this.heard.findLast((notice) => notice.type === type);
    expect(found, type).toBeDefined();
    return found as Extract<Notice, { type: Type }>;
  }
}

class LosableBus extends LocalBus {
  sink: BusSink | undefined;

  override start(sink: BusSink): Promise<void> {
    this.sink = sink;
    return super.start(sink);
  }
}

let now: number;
let bus: LosableBus;
let server: SignallingServer<Socket>;

beforeEach(() => {
  now = 0;
  bus = new LosableBus();
  server = new SignallingServer<Socket>({
    bus,
    deadlines: { add: () => {}, delete: () => {}, now: () => now },
    iceServers: () => ({
      iceServers: [{ urls: ["turn:t.example"], username: "u", credential: "c" }],
      lifetime: 1000,
    }),
  });
});

function connect(name: string, grant?: RoomGrant): Socket {
  const socket = new Socket();
  server.add(socket, { user: name, name, ...(grant && { grant }) });
  return socket;
}

function enter(name: string): Socket {
  const socket = connect(name);
  socket.say({ type: "join", id: 1, room: "lobby", presence: { hand: "raised" } });
  return socket;
}

function advance(milliseconds: number): void {
  now += milliseconds;
  while (server.nextTimeout <= now) server.handleTimeout();
}

function resumeOf(socket: Socket): Command {
  const { self: peer, secret, seq } = socket.last("joined");
  return { type: "join", id: "again", room: "lobby", resume: { peer, secret, ack: seq } };
}

describe("a server does what docs/signalling.md says", () => {
  it("when two meet, and one of them says everything that there is to say", () => {
    const [ann, bob] = [enter("Ann"), enter("Bob")];
    const { self: to } = bob.last("joined");
    expect(bob.last("joined").peers).toMatchObject([{ name: "Ann", polite: true, role: "host" }]);
    expect(ann.last("peer-joined")).toMatchObject({ peer: to, polite: false, seq: bob.last("joined").seq });
    const [offer, candidate, end] = (["description", "candidate", "end-of-candidates"] as const).map(
      (type) => commandExamples[type][0]!,
    );
    for (const command of [offer!, candidate!, end!]) ann.say({ ...command, to });
    ann.say({ type: "message", seq: 4, text: "hello" });
    ann.say({ type: "presence", seq: 5, presence: {} });
    ann.say({ type: "presence", seq: 5, presence: { twice: true } });
    ann.say({ type: "lock", id: 6, locked: true });
    const from = bob.heard
      .filter((notice) => "seq" in notice && notice.type !== "joined")
      .map(({ type }) => type);
    const said = ["description", "candidate", "end-of-candidates", "message", "presence", "locked"];
    expect(from).toEqual(said);
    ann.say({ type: "ping", id: 7, ack: ann.last("peer-joined").seq });
    expect(ann.last("pong")).toMatchObject({ id: 7, ack: 5 });
    expect(ann.last("ok")).toEqual({ type: "ok", id: 6 });
    const cleo = enter("Cleo");
    expect(cleo.last("error")).toMatchObject({ id: 1, code: "room-locked" });
  });

  it("when a connection is lost and another one resumes", () => {
    const [ann, bob] = [enter("Ann"), enter("Bob")];
    ann.say({ type: "message", seq: 1, text: "one" });
    ann.close(1006);
    expect(bob.last("peer-reconnecting").peer).toBe(ann.last("joined").self);
    bob.say({ type: "message", seq: 1, text: "missed" });
    const again = connect("Ann");
    again.say(resumeOf(ann));
    expect(again.heard.map(({ type }) => type)).toEqual(["welcome", "resumed", "peer-joined", "message"]);
    expect(again.last("resumed")).toMatchObject({ id: "again", self: ann.last("joined").self, ack: 1 });
    expect(bob.last("peer-reconnected").peer).toBe(ann.last("joined").self);
    const elsewhere = connect("Ann");
    elsewhere.say(resumeOf(ann));
    expect(again.closed).toBe(4409);
  });

  it("when it comes back too late", () => {
    const [ann, bob] = [enter("Ann"), enter("Bob")];
    ann.close(1006);
    advance(30_000);
    expect(bob.last("peer-left")).toMatchObject({ peer: ann.last("joined").self, reason: "lost" });
    expect(bob.last("peer-role")).toMatchObject({ peer: bob.last("joined").self, role: "host" });
    const again = connect("Ann");
    again.say(resumeOf(ann));
    expect(again.last("joined")).toMatchObject({ id: "again", resumed: false, role: "member" });
    expect(again.last("joined").self).not.toBe(ann.last("joined").self);
  });

  it.each([1000, 1001])("when it closes with %i, and so leaves", (code) => {
    const [ann, bob] = [enter("Ann"), enter("Bob")];
    ann.close(code);
    expect(bob.last("peer-left").reason).toBe("left");
  });

  it("when a host bans", () => {
    const [ann, bob, cleo] = [enter("Ann"), enter("Bob"), enter("Cleo")];
    const { self: peer } = bob.last("joined");
    cleo.say({ type: "kick", id: 2, peer });
    expect(cleo.last("error")).toMatchObject({ id: 2, code: "forbidden" });
    ann.say({ type: "kick", id: 2, peer, ban: true });
    expect(bob.last("left")).toEqual({ type: "left", room: "lobby", reason: "banned" });
    expect(cleo.last("peer-left")).toMatchObject({ peer, reason: "banned" });
    bob.say({ type: "join", id: 3, room: "lobby" });
    expect([bob.last("error"), bob.closed]).toMatchObject([{ id: 3, code: "banned" }, undefined]);
    ann.say({ type: "unban", id: 3, user: "Bob" });
    expect(ann.last("ok")).toEqual({ type: "ok", id: 3 });
    bob.say({ type: "join", id: 4, room: "lobby" });
    expect(bob.last("joined")).toMatchObject({ id: 4, room: "lobby" });
  });

  it("when a grant is renewed, and then ends", () => {
    const grant = { room: "lobby", role: "member", publish: true, subscribe: true } as const;
    const expiresAt = Math.floor(Date.now() / 1000) + 3600;
    // In an open room the first is host, whatever else its grant says.
    const bob = enter("Bob");
    const ann = connect("Ann", { ...grant, publish: false, expiresAt });
    ann.say({ type: "join", room: "lobby" });
    expect(bob.last("peer-joined")).toMatchObject({ publish: false, subscribe: true });
    server.renew(ann, { user: "Ann", name: "Ann", grant: { ...grant, expiresAt } });
    const { role, publish, subscribe } = grant;
    for (const peer of [ann, bob])
      expect(peer.last("peer-role")).toMatchObject({
        ...{ peer: ann.last("joined").self, role, publish, subscribe },
      });
    advance(3_601_000);
    expect(ann.last("left")).toEqual({ type: "left", room: "lobby", reason: "expired" });
    expect(bob.last("peer-left").reason).toBe("expired");
  });

  it("when credentials are about to end", () => {
    const ann = enter("Ann");
    expect(ann.last("joined")).toMatchObject({ iceServersLifetime: 1000, iceServers: [{ username: "u" }] });
    advance(999);
    expect(ann.last("ice-servers")).toMatchObject({ iceServersLifetime: 1000 });
  });

  it("when other processes are lost and found", () => {
    const ann = enter("Ann");
    bus.sink!.lost();
    expect(ann.last("service").rooms).toBe("local");
    ann.say({ type: "message", id: 2, text: "still here" });
    expect(ann.last("ok").id).toBe(2);
    bus.sink!.found();
    expect(ann.last("service").rooms).toBe("shared");
  });

  it("and says nothing else, and everything of it", () => {
    expect([...heard].toSorted()).toEqual(Object.keys(notices).toSorted());
  });
});
