import { describe, expect, it } from "vitest";
import { type Effect, Hub, type HubOptions } from "../../src/signalling/hub.ts";
import { type Command, parseCommand } from "../../src/signalling/protocol.ts";

/** A hub on a virtual clock; peers a, b, c… belong to users A, B, C… */
class Stage {
  now = 1_000_000;
  readonly hub: Hub;

  constructor(options: HubOptions = {}) {
    this.hub = new Hub(options);
  }

  connect(...ids: readonly string[]): readonly Effect[] {
    return ids.flatMap((id) => this.hub.connect(id, identity(id), this.now));
  }

  receive(id: string, command: Command): readonly Effect[] {
    return this.hub.receive(id, command, this.now);
  }

  receiveText(id: string, text: string): readonly Effect[] {
    return this.hub.receive(id, parseCommand(text), this.now);
  }

  join(room: string, ...ids: readonly string[]): void {
    for (const id of ids) {
      this.connect(id);
      expect(this.receive(id, { type: "join", room })[0]).toMatchObject({ notice: { type: "joined" } });
    }
  }

  later(milliseconds: number): readonly Effect[] {
    this.now += milliseconds;
    return this.hub.nextTimeout <= this.now ? this.hub.handleTimeout(this.now) : [];
  }
}

const identity = (id: string) => ({ user: id.toUpperCase(), name: `${id}!` });
const who = (id: string) => ({ peer: id, ...identity(id) });
const send = (to: string, notice: object) => ({ type: "send", to, notice });
const broadcast = (to: readonly string[], notice: object) => ({ type: "broadcast", to, notice });
const close = (peer: string, code: number, reason: string) => ({ type: "close", peer, code, reason });
const refusal = (to: string, code: string, id?: number) =>
  send(to, { type: "error", code, message: expect.any(String), ...(id === undefined ? {} : { id }) });

const offer = { type: "offer", sdp: "v=0\r\n" } as const;
const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };

describe("a peer that connects", () => {
  it("is welcomed with its id and who it is", () => {
    expect(new Stage().connect("a")).toEqual([
      send("a", { type: "welcome", self: "a", user: "A", name: "a!" }),
    ]);
  });

  it("is closed with 1013 when the server is full, and may come when it no longer is", () => {
    const stage = new Stage({ maxPeers: 1 });
    stage.connect("a");
    expect(stage.connect("b")).toEqual([close("b", 1013, "the server is full")]);
    expect(stage.receive("b", { type: "ping" })).toEqual([]);
    expect(stage.hub.disconnect("b")).toEqual([]);
    stage.hub.disconnect("a");
    expect(stage.connect("b")).toMatchObject([{ notice: { type: "welcome" } }]);
  });

  it("cannot have the id of another", () => {
    const stage = new Stage();
    stage.connect("a");
    expect(() => stage.connect("a")).toThrow(RangeError);
  });
});

describe("join and leave", () => {
  it("shows the newcomer who is there and the others who came, and makes the newcomer polite", () => {
    const stage = new Stage();
    stage.connect("a", "b", "c");
    expect(stage.receive("a", { type: "join", room: "r", id: 1 })).toEqual([
      send("a", { type: "joined", id: 1, room: "r", self: "a", peers: [] }),
    ]);
    expect(stage.receive("b", { type: "join", room: "r" })).toEqual([
      send("b", { type: "joined", room: "r", self: "b", peers: [{ ...who("a"), polite: true }] }),
      broadcast(["a"], { type: "peer-joined", ...who("b"), polite: false }),
    ]);
    expect(stage.receive("c", { type: "join", room: "r", id: "x" })).toEqual([
      send("c", {
        type: "joined",
        id: "x",
        room: "r",
        self: "c",
        peers: [
          { ...who("a"), polite: true },
          { ...who("b"), polite: true },
        ],
      }),
      broadcast(["a", "b"], { type: "peer-joined", ...who("c"), polite: false }),
    ]);
  });

  it("tells those who stay who left", () => {
    const stage = new Stage();
    stage.join("r", "a", "b", "c");
    expect(stage.receive("b", { type: "leave", id: 3 })).toEqual([
      send("b", { type: "ok", id: 3 }),
      broadcast(["a", "c"], { type: "peer-left", peer: "b" }),
    ]);
    expect(stage.hub.disconnect("a")).toEqual([broadcast(["c"], { type: "peer-left", peer: "a" })]);
    expect(stage.hub.disconnect("c")).toEqual([]);
    expect(stage.hub.disconnect("c")).toEqual([]);
    expect([stage.hub.roomCount, stage.hub.peerCount]).toEqual([0, 1]);
  });

  it("refuses a second room, a leave from none, and what needs a room", () => {
    const stage = new Stage();
    stage.connect("a");
    expect(stage.receive("a", { type: "leave", id: 1 })).toEqual([refusal("a", "not-in-room", 1)]);
    expect(stage.receive("a", { type: "message", text: "hi", id: 2 })).toEqual([
      refusal("a", "not-in-room", 2),
    ]);
    stage.receive("a", { type: "join", room: "r" });
    expect(stage.receive("a", { type: "join", room: "s", id: 3 })).toEqual([
      refusal("a", "already-in-room", 3),
    ]);
    expect(stage.receive("a", { type: "join", room: "r" })).toEqual([refusal("a", "already-in-room")]);
    expect(stage.hub.roomCount).toBe(1);
  });

  it("lets a peer change rooms by leaving first", () => {
    const stage = new Stage();
    stage.join("r", "a");
    stage.join("s", "b");
    stage.receive("a", { type: "leave" });
    expect(stage.receive("a", { type: "join", room: "s" })).toMatchObject([
      { to: "a", notice: { type: "joined", peers: [{ peer: "b" }] } },
      { to: ["b"], notice: { type: "peer-joined", peer: "a" } },
    ]);
  });

  it("refuses a full room until somebody leaves it", () => {
    const stage = new Stage({ maxPeersPerRoom: 2 });
    stage.join("r", "a", "b");
    stage.connect("c");
    expect(stage.receive("c", { type: "join", room: "r", id: 1 })).toEqual([refusal("c", "room-full", 1)]);
    stage.hub.disconnect("a");
    expect(stage.receive("c", { type: "join", room: "r" })[0]).toMatchObject({ notice: { type: "joined" } });
  });

  it("refuses one room too many, but not one that exists", () => {
    const stage = new Stage({ maxRooms: 1 });
    stage.join("r", "a");
    stage.connect("b");
    expect(stage.receive("b", { type: "join", room: "s", id: 1 })).toEqual([
      refusal("b", "too-many-rooms", 1),
    ]);
    expect(stage.receive("b", { type: "join", room: "r" })[0]).toMatchObject({ notice: { type: "joined" } });
  });
});

describe("relay", () => {
  it("passes descriptions and candidates to the one peer they are for", () => {
    const stage = new Stage();
    stage.join("r", "a", "b", "c");
    expect(stage.receive("a", { type: "description", to: "b", description: offer, id: 1 })).toEqual([
      send("a", { type: "ok", id: 1 }),
      send("b", { type: "description", from: "a", description: offer }),
    ]);
    expect(stage.receive("b", { type: "candidate", to: "a", candidate })).toEqual([
      send("a", { type: "candidate", from: "b", candidate }),
    ]);
    expect(stage.receive("b", { type: "candidate", to: "a", candidate: null })).toEqual([
      send("a", { type: "candidate", from: "b", candidate: null }),
    ]);
  });

  it("passes a message to all others in one broadcast, or to one", () => {
    const stage = new Stage();
    stage.join("r", "a", "b", "c");
    const message = { type: "message", from: "a", user: "A", name: "a!", text: "hi" };
    expect(stage.receive("a", { type: "message", text: "hi", id: 9 })).toEqual([
      send("a", { type: "ok", id: 9 }),
      broadcast(["b", "c"], message),
    ]);
    expect(stage.receive("a", { type: "message", text: "hi", to: "c" })).toEqual([
      send("c", { ...message, to: "c" }),
    ]);
  });

  it("answers a message that nobody is there to hear", () => {
    const stage = new Stage();
    stage.join("r", "a");
    expect(stage.receive("a", { type: "message", text: "hi", id: 1 })).toEqual([
      send("a", { type: "ok", id: 1 }),
    ]);
  });

  it("gives the same answer for a peer of another room, one that left, one that never was, and oneself", () => {
    const stage = new Stage();
    stage.join("r", "a", "gone");
    stage.join("s", "elsewhere");
    stage.connect("lobby");
    stage.hub.disconnect("gone");
    const answers = ["elsewhere", "gone", "lobby", "nobody", "a"].map((to) =>
      stage.receive("a", { type: "description", to, description: offer, id: 1 }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual([refusal("a", "unknown-peer", 1)]);
  });

  it("answers a ping, with or without an id", () => {
    const stage = new Stage();
    stage.connect("a");
    expect(stage.receive("a", { type: "ping" })).toEqual([send("a", { type: "pong" })]);
    expect(stage.receive("a", { type: "ping", id: 0 })).toEqual([send("a", { type: "pong", id: 0 })]);
  });
});

describe("refusals", () => {
  it("hurt only their sender", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    expect(stage.receiveText("a", '{"type":"join","id":4,"room":"a b"}')).toEqual([
      refusal("a", "malformed", 4),
    ]);
    expect(stage.receiveText("a", "garbage")).toEqual([refusal("a", "malformed")]);
    expect(stage.receiveText("a", '{"type":"fly","id":5}')).toEqual([refusal("a", "unknown-type", 5)]);
    expect(stage.receive("b", { type: "message", text: "still here" })).toMatchObject([{ to: ["a"] }]);
  });

  it("close the connection with 1008 after twenty in a row, and those who stay hear of it", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    for (let i = 0; i < 20; i++)
      expect(stage.receiveText("a", `{"type":"fly","id":${i}}`)).toEqual([refusal("a", "unknown-type", i)]);
    expect(stage.receiveText("a", '{"type":"fly","id":20}')).toEqual([
      refusal("a", "unknown-type", 20),
      close("a", 1008, "too many refused messages"),
      broadcast(["b"], { type: "peer-left", peer: "a" }),
    ]);
    expect(stage.receiveText("a", '{"type":"ping","id":21}')).toEqual([]);
    expect(stage.hub.disconnect("a")).toEqual([]);
    expect(stage.hub.peerCount).toBe(1);
  });

  it("are forgiven with time", () => {
    const stage = new Stage();
    stage.connect("a");
    for (let i = 0; i < 100; i++) {
      expect(stage.receiveText("a", "garbage")).toEqual([refusal("a", "malformed")]);
      stage.later(500);
    }
  });

  it("do not close a peer whose candidates were for one that has just left", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    stage.hub.disconnect("b");
    for (let i = 0; i < 150; i++)
      expect(stage.receive("a", { type: "candidate", to: "b", candidate })).toEqual([
        refusal("a", "unknown-peer"),
      ]);
  });
});

describe("the budget", () => {
  it("is 200 messages at once and 50 a second, each beyond refused with its id", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    for (let i = 1; i < 200; i++) expect(stage.receive("a", { type: "ping" })).toHaveLength(1);
    expect(stage.receive("a", { type: "message", text: "hi", id: 1 })).toEqual([
      refusal("a", "rate-limited", 1),
    ]);
    stage.now += 20;
    expect(stage.receive("a", { type: "message", text: "hi" })).toMatchObject([{ type: "broadcast" }]);
    expect(stage.receive("a", { type: "message", text: "hi" })).toEqual([refusal("a", "rate-limited")]);
  });

  it("is each peer's own", () => {
    const stage = new Stage({ messageBurst: 3, messagesPerSecond: 1 });
    stage.join("r", "a", "b");
    for (let i = 0; i < 4; i++) stage.receive("a", { type: "message", text: "flood" });
    expect(stage.receive("b", { type: "message", text: "hi" })).toMatchObject([
      { type: "broadcast", to: ["a"] },
    ]);
  });

  it("counts malformed messages too", () => {
    const stage = new Stage({ messageBurst: 2, messagesPerSecond: 1 });
    stage.connect("a");
    stage.receiveText("a", "garbage");
    stage.receiveText("a", "garbage");
    expect(stage.receiveText("a", '{"id":6,"type":"ping"}')).toEqual([refusal("a", "rate-limited", 6)]);
  });

  it("closes a flood with 1008", () => {
    const stage = new Stage();
    stage.connect("a");
    const effects = Array.from({ length: 300 }, () => stage.receive("a", { type: "ping" })).flat();
    expect(effects.filter(({ type }) => type === "close")).toEqual([
      close("a", 1008, "too many refused messages"),
    ]);
    expect(effects).toHaveLength(200 + 21 + 1);
  });
});

describe("a binary message", () => {
  it("closes its sender with 1003, and those who stay hear of it", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    expect(stage.hub.receiveBinary("a")).toEqual([
      close("a", 1003, "this protocol is text"),
      broadcast(["b"], { type: "peer-left", peer: "a" }),
    ]);
    expect(stage.hub.receiveBinary("a")).toEqual([]);
  });
});

describe("the time a peer may be silent in no room", () => {
  it("is two minutes, and starts anew with each message", () => {
    const stage = new Stage();
    stage.connect("a");
    expect(stage.hub.nextTimeout).toBe(stage.now + 120_000);
    expect(stage.later(119_999)).toEqual([]);
    stage.receive("a", { type: "ping" });
    expect(stage.later(119_999)).toEqual([]);
    expect(stage.later(1)).toEqual([close("a", 4408, "idle")]);
    expect([stage.hub.peerCount, stage.hub.nextTimeout]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it("has no end in a room, and begins when the room is left", () => {
    const stage = new Stage();
    stage.join("r", "a");
    expect(stage.hub.nextTimeout).toBe(Number.POSITIVE_INFINITY);
    expect(stage.later(1e9)).toEqual([]);
    stage.receive("a", { type: "leave" });
    expect(stage.later(120_000)).toEqual([close("a", 4408, "idle")]);
  });

  it("ends for each peer by itself", () => {
    const stage = new Stage({ idleTimeout: 100 });
    stage.connect("a");
    stage.later(60);
    stage.connect("b", "c");
    stage.receive("a", { type: "ping" });
    stage.later(60);
    stage.receive("c", { type: "ping" });
    expect(stage.later(40)).toEqual([close("b", 4408, "idle"), close("a", 4408, "idle")]);
    expect(stage.later(59)).toEqual([]);
    expect(stage.later(1)).toEqual([close("c", 4408, "idle")]);
  });
});

describe("the options", () => {
  it.each([0, -1, Number.NaN])("refuse %d", (value) => {
    expect(() => new Hub({ maxRooms: value })).toThrow(RangeError);
  });

  it("take undefined for not given", () => {
    const stage = new Stage({ idleTimeout: undefined });
    stage.connect("a");
    expect(stage.hub.nextTimeout).toBe(stage.now + 120_000);
  });
});
