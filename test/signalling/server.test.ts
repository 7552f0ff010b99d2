import { beforeEach, describe, expect, it } from "vitest";
import type { Machine } from "../../src/deadlines.ts";
import type { Log, LogFields } from "../../src/log.ts";
import { SignallingServer } from "../../src/signalling/server.ts";
import type { SignallingServerOptions } from "../../src/signalling/server-options.ts";
import { FakeSharedBus, SharedLogs } from "./hub/fake-shared-bus.ts";

/** A socket that keeps what it is given, and reports its close at once, as the strictest ones do. */
class FakeSocket {
  readonly sent: unknown[] = [];
  readonly raw: string[] = [];
  closed: readonly [code?: number, reason?: string] | undefined;
  readonly #listeners = new Map<string, (event: never) => void>();

  send(data: string): void {
    if (this.closed !== undefined) return;
    this.raw.push(data);
    this.sent.push(JSON.parse(data));
  }

  close(code?: number, reason?: string): void {
    if (this.closed !== undefined) return;
    this.closed = [code!, reason!];
    this.emit("close", { code });
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }

  emit(type: string, event: unknown): void {
    this.#listeners.get(type)?.(event as never);
  }

  say(command: unknown): void {
    this.emit("message", { data: typeof command === "string" ? command : JSON.stringify(command) });
  }

  heard(): readonly unknown[] {
    return this.sent.splice(0);
  }
}

class FakeDeadlines {
  time = 0;
  readonly machines = new Set<Machine>();

  now(): number {
    return this.time;
  }

  add(machine: Machine): void {
    this.machines.add(machine);
  }

  delete(machine: Machine): void {
    this.machines.delete(machine);
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
    for (const machine of this.machines)
      if (machine.nextTimeout <= this.time) machine.handleTimeout(this.time);
  }
}

describe("the signalling server", () => {
  const ann = { user: "1", name: "Ann" };
  const bob = { user: "2", name: "Bob" };
  let deadlines: FakeDeadlines;
  let ids: string[];

  beforeEach(() => {
    deadlines = new FakeDeadlines();
    ids = ["a", "secret of a", "b", "secret of b", "c", "secret of c"];
  });

  function start(options: SignallingServerOptions<FakeSocket> = {}): SignallingServer<FakeSocket> {
    return new SignallingServer<FakeSocket>({ deadlines, randomId: () => ids.shift()!, ...options });
  }

  function enter(server: SignallingServer<FakeSocket>, ...people: (typeof ann)[]): readonly FakeSocket[] {
    return people.map((person) => {
      const socket = new FakeSocket();
      server.add(socket, person);
      socket.say({ type: "join", room: "r" });
      return socket;
    });
  }

  it("carries a conversation", () => {
    const [a, b] = enter(start(), ann, bob) as [FakeSocket, FakeSocket];
    expect(b.heard()).toEqual([
      { type: "welcome", version: 1, self: "b", user: "2", name: "Bob" },
      {
        ...{ type: "joined", room: "r", self: "b", role: "member", publish: true, subscribe: true },
        ...{ iceServers: [], seq: expect.any(Number), locked: false, resumeWithin: 30_000 },
        peers: [
          {
            ...{ peer: "a", user: "1", name: "Ann", polite: true },
            ...{ role: "host", publish: true, subscribe: true },
          },
        ],
        secret: "secret of b",
      },
    ]);
    a.heard();
    b.say({ type: "message", text: "hi", id: 1 });
    expect(a.heard()).toEqual([
      { type: "message", seq: expect.any(Number), from: "b", user: "2", name: "Bob", text: "hi" },
    ]);
    expect(b.heard()).toEqual([{ type: "ok", id: 1 }]);
  });

  it("encodes a broadcast once for all who get it", () => {
    const texts: (readonly string[])[] = [];
    const server = start({
      broadcast: (sockets, data) => {
        texts.push([`${sockets.length}`, data]);
        for (const socket of sockets) socket.send(data);
      },
    });
    const [a, b, c] = enter(server, ann, bob, bob) as [FakeSocket, FakeSocket, FakeSocket];
    texts.length = 0;
    a.say({ type: "message", text: "hi" });
    expect(texts).toEqual([
      ["2", expect.stringContaining('"from":"a","user":"1","name":"Ann","text":"hi"}')],
    ]);
    expect([b.raw.at(-1), c.raw.at(-1)]).toEqual([texts[0]![1], texts[0]![1]]);
  });

  it("answers a malformed message to its sender alone and goes on", () => {
    const [a, b] = enter(start(), ann, bob) as [FakeSocket, FakeSocket];
    a.heard();
    b.heard();
    a.say("garbage");
    expect(a.heard()).toEqual([
      { type: "error", code: "malformed", message: "a command is one JSON object" },
    ]);
    a.say({ type: "message", text: "still here" });
    expect(b.heard()).toMatchObject([{ text: "still here" }]);
  });

  it.each([
    ["bytes", Buffer.from('{"type":"ping"}')],
    ["an ArrayBuffer", new ArrayBuffer(2)],
    ["nothing", undefined],
  ])("closes with 1003 on a binary message of %s", (_what, data) => {
    const [a, b] = enter(start(), ann, bob) as [FakeSocket, FakeSocket];
    b.heard();
    a.emit("message", { data });
    expect(a.closed).toEqual([1003, "this protocol is text"]);
    expect(b.heard()).toMatchObject([
      { type: "peer-left", peer: "a", reason: "left" },
      { type: "peer-role" },
    ]);
  });

  it("sends the last refusal before the close that it causes, and tells the others once", () => {
    const server = start({ hub: { peerRates: { refusals: { perSecond: 1e-6, burst: 1 } } } });
    const [a, b] = enter(server, ann, bob) as [FakeSocket, FakeSocket];
    a.heard();
    b.heard();
    a.say('{"id":1}');
    a.say('{"id":2}');
    expect(a.heard()).toMatchObject([
      { type: "error", id: 1 },
      { type: "error", id: 2 },
    ]);
    expect(a.closed).toEqual([1008, "too many refused messages"]);
    expect(b.heard()).toMatchObject([
      { type: "peer-left", peer: "a" },
      { type: "peer-role", peer: "b" },
    ]);
    a.say({ type: "message", text: "from beyond" });
    expect(b.heard()).toEqual([]);
  });

  it("takes a socket that closes itself for one that leaves, and any other for one that comes back", () => {
    const server = start();
    const [a, b, c] = enter(server, ann, bob, bob) as [FakeSocket, FakeSocket, FakeSocket];
    c.heard();
    a.close(1006, "");
    b.close(1001, "");
    expect(c.heard()).toMatchObject([
      { type: "peer-reconnecting", peer: "a" },
      { type: "peer-left", peer: "b", reason: "left" },
    ]);
    expect([server.peerCount, server.roomCount]).toEqual([1, 1]);
    deadlines.pass(30_000);
    expect(c.heard()).toMatchObject([
      { type: "peer-left", peer: "a", reason: "lost" },
      { type: "peer-role" },
    ]);
    c.close(1000);
    expect([server.peerCount, server.roomCount]).toEqual([0, 0]);
  });

  it("lets the peer of a socket whose login was ended leave at once, and waits for one whose login has expired", () => {
    const server = start();
    const [a, b, c] = enter(server, ann, bob, bob) as [FakeSocket, FakeSocket, FakeSocket];
    c.heard();
    server.remove(a);
    a.say({ type: "message", text: "from beyond" });
    a.close(4401, "logged out");
    b.close(4401, "the login has expired");
    expect(c.heard()).toMatchObject([
      { type: "peer-left", peer: "a", reason: "left" },
      { type: "peer-role", peer: "b" },
      { type: "peer-reconnecting", peer: "b" },
    ]);
    expect(server.peerCount).toBe(1);
  });

  it("keeps the order when a socket closes in the middle of a broadcast", () => {
    const server = start();
    const [a, b, c] = enter(server, ann, bob, bob) as [FakeSocket, FakeSocket, FakeSocket];
    const send = b.send.bind(b);
    b.send = (data) => {
      send(data);
      b.close(1013, "too slow");
    };
    c.heard();
    a.say({ type: "message", text: "hi" });
    expect(c.heard()).toMatchObject([
      { type: "message", text: "hi" },
      { type: "peer-reconnecting", peer: "b" },
    ]);
  });

  it("closes those who say nothing in no room", () => {
    const server = start();
    const socket = new FakeSocket();
    server.add(socket, ann);
    deadlines.pass(119_999);
    expect(socket.closed).toBeUndefined();
    deadlines.pass(1);
    expect(socket.closed).toEqual([4408, "idle"]);
    expect(server.peerCount).toBe(0);
  });

  it("makes ids of 128 random bits when nobody else makes them", () => {
    const server = new SignallingServer<FakeSocket>({ deadlines });
    const [a, b] = enter(server, ann, bob) as [FakeSocket, FakeSocket];
    const id = /^[A-Za-z0-9_-]{22}$/;
    expect(a.sent[0]).toMatchObject({ self: expect.stringMatching(id) });
    expect(b.sent[0]).toMatchObject({
      self: expect.not.stringMatching((a.sent[0] as { self: string }).self),
    });
  });

  it("closes all with 1001 when it stops, and lets nobody in after that", async () => {
    const server = start();
    const sockets = enter(server, ann, bob);
    await server.close();
    await server.close();
    const late = new FakeSocket();
    server.add(late, ann);
    for (const socket of [...sockets, late]) expect(socket.closed).toEqual([1001, "the server is stopping"]);
    expect([server.peerCount, deadlines.machines.size]).toEqual([0, 0]);
  });

  it("logs who came and went and never what they said", () => {
    const lines: [string, LogFields | undefined][] = [];
    const note = (event: string, fields?: LogFields): void => void lines.push([event, fields]);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const [a] = enter(
      start({ log, hub: { peerRates: { refusals: { perSecond: 1e-6, burst: 1 } } } }),
      ann,
    ) as [FakeSocket];
    a.say({ type: "message", text: "SECRET" });
    a.say("SECRET");
    a.say("SECRET");
    expect(lines).toEqual([
      ["signalling.connected", { peer: "a", user: "1" }],
      ["signalling.closed", { peer: "a", code: 1008, reason: "too many refused messages" }],
      ["signalling.disconnected", { peer: "a", user: "1", code: 1008 }],
    ]);
  });

  it("administers rooms, tells of them, and says why it could not", async () => {
    const server = start({ hub: { maxRooms: 1 } });
    await server.configure("r", { capacity: 3, keepEmpty: 60_000 });
    const [a, b] = enter(server, ann, bob) as [FakeSocket, FakeSocket];
    const peers = [
      { peer: "a", user: "1", name: "Ann", role: "host", connected: true },
      { peer: "b", user: "2", name: "Bob", role: "member", connected: true },
    ];
    expect(await server.rooms()).toEqual([
      { room: "r", members: 2, connected: 2, capacity: 3, locked: false, peers },
    ]);
    await expect(server.kick("r", "nobody")).rejects.toMatchObject({
      name: "RoomError",
      code: "unknown-peer",
    });
    await expect(server.configure("other", {})).rejects.toMatchObject({ code: "too-many-rooms" });
    await server.kick("r", "b", { ban: true });
    expect(b.sent.at(-1)).toEqual({ type: "left", room: "r", reason: "banned" });
    await server.end("r");
    expect(a.sent.at(-1)).toEqual({ type: "left", room: "r", reason: "closed" });
    expect(server.roomCount).toBe(0);
    await server.close();
    await expect(server.end("r")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("keeps an empty room for its time from when the last has left, though nobody said anything then", async () => {
    const server = start();
    await server.configure("r", { keepEmpty: 20_000 });
    const [a] = enter(server, ann) as [FakeSocket];
    a.emit("close", { code: 1006 });
    deadlines.pass(30_000);
    deadlines.pass(19_000);
    expect(server.roomCount).toBe(1);
    deadlines.pass(1_000);
    expect(server.roomCount).toBe(0);
  });

  it("gives a newer login its rights, and ends with it", () => {
    const server = start({ hub: { access: "granted" } });
    const socket = new FakeSocket();
    const soon = Math.floor(Date.now() / 1000) + 60;
    const grant = { room: "r", role: "viewer", publish: false, subscribe: true, expiresAt: soon } as const;
    server.add(socket, { ...ann, grant });
    socket.say({ type: "join", room: "r" });
    server.renew(socket, { ...ann, grant: { ...grant, role: "host", publish: true } });
    expect(socket.sent.at(-1)).toMatchObject({ type: "peer-role", peer: "a", role: "host" });
    deadlines.pass(61_000);
    expect(socket.sent.at(-1)).toEqual({ type: "left", room: "r", reason: "expired" });
  });

  it("goes on alone when the bus is lost, and says when it is found", async () => {
    const logs = new SharedLogs(() => Date.now() * 1000);
    const bus = new FakeSharedBus(logs, "p");
    const announced: string[] = [];
    const server = start({ bus });
    await server.start();
    server.onAnnouncement("topic", (text) => announced.push(text));
    const told: boolean[] = [];
    server.onSharing((shared) => told.push(shared));
    const carry = (): void => {
      while (bus.askNext() || bus.hearNext());
    };
    const [a, b] = enter(server, ann, bob) as [FakeSocket, FakeSocket];
    carry();
    bus.lose();
    expect([server.shared, a.sent.at(-1)]).toEqual([false, { type: "service", rooms: "local" }]);
    a.say({ type: "message", text: "still here" });
    expect(b.sent.at(-1)).toMatchObject({ text: "still here" });
    bus.find();
    carry();
    expect([server.shared, a.sent.at(-1)]).toEqual([true, { type: "service", rooms: "shared" }]);
    const other = new FakeSharedBus(logs, "q");
    other.announce("topic", "hello");
    carry();
    expect(announced).toEqual(["hello"]);
    expect(told).toEqual([false, true]);
    await server.close();
  });
});
