import { beforeEach, describe, expect, it } from "vitest";
import type { Machine } from "../../src/deadlines.ts";
import type { Log, LogFields } from "../../src/log.ts";
import { SignallingServer, type SignallingServerOptions } from "../../src/signalling/server.ts";

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
    ids = ["a", "b", "c", "d"];
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
      { type: "welcome", self: "b", user: "2", name: "Bob" },
      { type: "joined", room: "r", self: "b", peers: [{ peer: "a", user: "1", name: "Ann", polite: true }] },
    ]);
    a.heard();
    b.say({ type: "message", text: "hi", id: 1 });
    expect(a.heard()).toEqual([{ type: "message", from: "b", user: "2", name: "Bob", text: "hi" }]);
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
    expect(texts).toEqual([["2", '{"type":"message","from":"a","user":"1","name":"Ann","text":"hi"}']]);
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
    expect(b.heard()).toEqual([{ type: "peer-left", peer: "a" }]);
  });

  it("sends the last refusal before the close that it causes, and tells the others once", () => {
    const server = start({ hub: { refusalBurst: 1 } });
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
    expect(b.heard()).toEqual([{ type: "peer-left", peer: "a" }]);
    a.say({ type: "message", text: "from beyond" });
    expect(b.heard()).toEqual([]);
  });

  it("forgets a socket that closed, whoever closed it", () => {
    const server = start();
    const [a, b] = enter(server, ann, bob) as [FakeSocket, FakeSocket];
    b.heard();
    a.close(4401, "logged out");
    expect(b.heard()).toEqual([{ type: "peer-left", peer: "a" }]);
    b.close(1000);
    expect([server.peerCount, server.roomCount]).toEqual([0, 0]);
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
      { type: "peer-left", peer: "b" },
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

  it("never gives one id to two peers", () => {
    ids = ["a", "a", "a", "b"];
    const [, b] = enter(start(), ann, bob) as [FakeSocket, FakeSocket];
    expect(b.sent[0]).toMatchObject({ self: "b" });
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

  it("closes all with 1001 when it stops, and lets nobody in after that", () => {
    const server = start();
    const sockets = enter(server, ann, bob);
    server.close();
    const late = new FakeSocket();
    server.add(late, ann);
    for (const socket of [...sockets, late]) expect(socket.closed).toEqual([1001, "the server is stopping"]);
    expect([server.peerCount, deadlines.machines.size]).toEqual([0, 0]);
  });

  it("logs who came and went and never what they said", () => {
    const lines: [string, LogFields | undefined][] = [];
    const note = (event: string, fields?: LogFields): void => void lines.push([event, fields]);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const [a] = enter(start({ log, hub: { refusalBurst: 1 } }), ann) as [FakeSocket];
    a.say({ type: "message", text: "SECRET" });
    a.say("SECRET");
    a.say("SECRET");
    expect(lines).toEqual([
      ["signalling.connected", { peer: "a", user: "1" }],
      ["signalling.closed", { peer: "a", code: 1008, reason: "too many refused messages" }],
      ["signalling.disconnected", { peer: "a", user: "1", code: 1008 }],
    ]);
  });
});
