import { beforeEach, describe, expect, it } from "vitest";
import {
  connect,
  type SessionEvents,
  type SessionOptions,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { FakeWorld } from "./fake-world.ts";

const member = (peer: string, polite = true) => ({
  peer,
  user: peer.toUpperCase(),
  name: `${peer}!`,
  polite,
});
const welcome = { type: "welcome", self: "me", user: "ME", name: "me!" };
const joined = (id: number, peers: readonly object[] = [], self = "me") => ({
  type: "joined",
  id,
  room: "r",
  self,
  peers,
});
const refused = (id: number | undefined, code: string) => ({ type: "error", id, code, message: "no" });

describe("a session", () => {
  let world: FakeWorld;
  let session: SignallingSession;
  /** Everything the session said, event by event. */
  let diary: unknown[];

  beforeEach(() => {
    world = new FakeWorld();
    diary = [];
  });

  function open(options: SessionOptions = {}): void {
    session = connect("wss://example.org/ws", { ...world.ports, ...options });
    const types: (keyof SessionEvents)[] = ["state", "joined", "left", "peer-joined", "peer-left"];
    for (const type of [...types, "description", "candidate", "message", "refused"] as const)
      session.addEventListener(type, (event) => diary.push([type, event]));
  }

  function online(): void {
    world.socket.say(welcome);
  }

  /** A session in room r with these peers, and nothing to read in the diary. */
  async function enter(...peers: readonly string[]): Promise<void> {
    open();
    online();
    const promise = session.join("r");
    world.socket.say(
      joined(
        1,
        peers.map((peer) => member(peer)),
      ),
    );
    await promise;
    diary.length = 0;
    world.socket.sent.length = 0;
  }

  const states = (): readonly unknown[] =>
    diary
      .filter((entry) => (entry as [string])[0] === "state")
      .map((entry) => (entry as [string, object])[1]);

  describe("that connects", () => {
    it("asks for the protocol and is online once welcomed", () => {
      open();
      expect([world.socket.url, world.socket.protocols]).toEqual([
        "wss://example.org/ws",
        "barewire.signal.v1",
      ]);
      expect([session.state, session.self]).toEqual(["connecting", undefined]);
      online();
      expect([session.state, session.self, session.user, session.name]).toEqual([
        "online",
        "me",
        "ME",
        "me!",
      ]);
      expect(diary).toEqual([["state", { state: "online" }]]);
    });

    it("takes a URL object too", () => {
      session = connect(new URL("wss://example.org/ws"), world.ports);
      expect(world.socket.url).toBe("wss://example.org/ws");
    });

    it("tries again when there is no welcome in time, and hears no more from the socket it gave up", () => {
      open();
      const first = world.socket;
      world.clock.pass(10_000);
      expect(states()).toEqual([
        { state: "offline", code: 1006, reason: "the server did not answer", retryIn: 250 },
      ]);
      expect(first.closed).toEqual([]);
      world.clock.pass(250);
      expect(world.sockets).toHaveLength(2);
      first.say(welcome);
      first.end(1008);
      expect(session.state).toBe("connecting");
      online();
      expect(session.state).toBe("online");
    });

    it("ignores all before the welcome", () => {
      open();
      world.socket.say(joined(1));
      world.socket.say({ type: "pong" });
      expect([session.state, diary]).toEqual(["connecting", []]);
    });

    it("says so when there is no WebSocket", () => {
      const { WebSocket } = globalThis;
      Reflect.deleteProperty(globalThis, "WebSocket");
      try {
        expect(() => connect("wss://example.org")).toThrow(TypeError);
      } finally {
        globalThis.WebSocket = WebSocket;
      }
    });
  });

  describe("that loses its connection", () => {
    it("tries again after full-jitter delays that double up to the longest", () => {
      open({ reconnect: { initial: 100, max: 1000 } });
      const waits: number[] = [];
      world.randoms.push(0, 0.999, 0.5, 0.5, 0.5, 0.5, 0);
      for (let i = 0; i < 7; i++) {
        world.socket.end(1006);
        const { retryIn } = states().at(-1) as { retryIn: number };
        waits.push(retryIn);
        world.clock.pass(retryIn);
        expect([world.sockets.length, session.state]).toEqual([i + 2, "connecting"]);
      }
      expect(waits).toEqual([0, 199.8, 200, 400, 500, 500, 0]);
    });

    it("counts from the start again only when it was online for a while", () => {
      open({ reconnect: { initial: 100 } });
      const lose = (after: number): number => {
        online();
        world.clock.pass(after);
        world.socket.end(1001);
        const { retryIn } = states().at(-1) as { retryIn: number };
        world.clock.pass(retryIn);
        return retryIn;
      };
      expect([lose(9_999), lose(9_999), lose(9_999), lose(10_000), lose(0)]).toEqual([50, 100, 200, 50, 100]);
    });

    it.each([1000, 1001, 1003, 1005, 1006, 1009, 1011, 1012, 1013, 4000, 4408])(
      "comes back after %d",
      (code) => {
        open();
        online();
        world.socket.end(code, "why");
        expect(states().at(-1)).toEqual({ state: "offline", code, reason: "why", retryIn: 250 });
      },
    );

    it.each([4401, 1008])("ends after %d and never comes back", async (code) => {
      open();
      online();
      world.socket.end(code, "why");
      expect(session.state).toBe("ended");
      expect(states().at(-1)).toEqual({ state: "ended", code, reason: "why" });
      expect(world.clock.pending).toBe(0);
      await expect(session.join("r")).rejects.toMatchObject({ name: "SignallingError", code: "ended" });
      await expect(session.send("hi")).rejects.toMatchObject({ code: "ended" });
    });

    it("ends when it was told never to reconnect", () => {
      open({ reconnect: false });
      online();
      world.socket.end(1006);
      expect([session.state, world.clock.pending]).toEqual(["ended", 0]);
    });

    it("joins its room again and shows who is there now", async () => {
      await enter("a", "b");
      world.socket.end(1006);
      expect([session.room, session.inRoom, session.peers.size]).toEqual(["r", false, 2]);
      world.clock.pass(250);
      world.socket.say({ ...welcome, self: "me2" });
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 2 }]);
      diary.length = 0;
      world.socket.say(joined(2, [member("c")], "me2"));
      expect(diary).toEqual([["joined", { room: "r", self: "me2", peers: [member("c")] }]]);
      expect([session.self, [...session.peers.keys()]]).toEqual(["me2", ["c"]]);
    });

    it("tries the room again while its own ghost holds the last place", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      for (let id = 2; id < 5; id++) {
        expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id }]);
        world.socket.say(refused(id, "room-full"));
        expect(session.room).toBe("r");
        world.clock.pass(250 * 2 ** (id - 2));
      }
      world.socket.say(joined(5));
      expect(session.inRoom).toBe(true);
    });

    it("gives the room up when it may no longer come in", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      diary.length = 0;
      world.socket.say(refused(2, "forbidden"));
      expect(diary).toEqual([["left", { room: "r", code: "forbidden" }]]);
      expect([session.room, session.state]).toEqual([undefined, "online"]);
    });

    it("does not try the room again when the connection is lost in between", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      world.socket.say(refused(2, "room-full"));
      world.socket.end(1006);
      world.clock.pass(500);
      expect(world.socket.heard()).toEqual([]);
      online();
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 3 }]);
    });

    it("leaves before it tries again when the server did not say whether we are in", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      world.clock.pass(10_000);
      world.clock.pass(250);
      expect(world.socket.heard()).toEqual([
        { type: "join", room: "r", id: 2 },
        { type: "leave" },
        { type: "join", room: "r", id: 3 },
      ]);
    });
  });

  describe("whose server falls silent", () => {
    it("pings, and takes it for gone when two beats pass without a word", () => {
      open({ heartbeat: 1000 });
      online();
      world.clock.pass(1000);
      expect(world.socket.sent).toEqual([{ type: "ping" }]);
      world.clock.pass(999);
      expect(session.state).toBe("online");
      const { socket } = world;
      world.clock.pass(1);
      expect(states().at(-1)).toMatchObject({ state: "offline", code: 1006, reason: "the server is silent" });
      expect(socket.closed).toEqual([]);
    });

    it("pings past all that waits to be sent", async () => {
      open({ heartbeat: 1000, pace: { burst: 2, perSecond: 0.001 } });
      online();
      void session.join("r");
      world.socket.say(joined(1));
      session.sendCandidate("a", null);
      session.sendCandidate("a", null);
      world.clock.pass(1000);
      expect(world.socket.sent.map(({ type }) => type)).toEqual(["join", "candidate", "ping"]);
    });

    it("takes any word for life", () => {
      open({ heartbeat: 1000 });
      online();
      for (let i = 0; i < 5; i++) {
        world.clock.pass(1000);
        world.socket.say({ type: "pong" });
      }
      world.clock.pass(1500);
      world.socket.say({ type: "peer-left", peer: "x" });
      world.clock.pass(999);
      expect(session.state).toBe("online");
      expect(diary).toEqual([["state", { state: "online" }]]);
    });
  });

  describe("that is closed", () => {
    it("ends, tells the server, and leaves no timer behind", async () => {
      await enter("a");
      const { socket } = world;
      const sent = session.send("last words");
      session.close();
      expect(socket.closed).toEqual([1000]);
      await expect(sent).rejects.toMatchObject({ code: "ended" });
      expect(diary).toEqual([
        ["state", { state: "ended", code: 1000, reason: "closed by this side" }],
        ["left", { room: "r", code: "ended" }],
      ]);
      session.close();
      expect([diary.length, world.clock.pending, session.room, session.peers.size]).toEqual([
        2,
        0,
        undefined,
        0,
      ]);
    });

    it("ends while it waits to reconnect", () => {
      open();
      world.socket.end(1006);
      session.close();
      expect([session.state, world.clock.pending, world.sockets.length]).toEqual(["ended", 0, 1]);
    });

    it("ends when a listener closes it at the worst moment", async () => {
      await enter();
      session.addEventListener("state", () => session.close());
      world.socket.end(1006);
      expect([session.state, world.clock.pending]).toEqual(["ended", 0]);
      expect(diary.at(-1)).toEqual(["left", { room: "r", code: "ended" }]);
    });
  });

  describe("that joins a room", () => {
    it("gets who is there", async () => {
      open();
      online();
      const promise = session.join("r");
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 1 }]);
      expect([session.room, session.inRoom]).toEqual(["r", false]);
      world.socket.say(joined(1, [member("a"), member("b")]));
      expect(session.inRoom).toBe(true);
      expect(await promise).toEqual({ room: "r", self: "me", peers: [member("a"), member("b")] });
      expect([...session.peers.values()]).toEqual([member("a"), member("b")]);
    });

    it("waits until it is online", async () => {
      open();
      const promise = session.join("r");
      online();
      world.socket.say(joined(1));
      expect(await promise).toMatchObject({ room: "r" });
    });

    it("joins on the next connection when the first is lost before the answer", async () => {
      open();
      online();
      const promise = session.join("r");
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 2 }]);
      world.socket.say(joined(2));
      expect(await promise).toMatchObject({ room: "r" });
    });

    it("fails with the server's refusal, and may try another", async () => {
      open();
      online();
      const full = session.join("r");
      world.socket.say(refused(1, "room-full"));
      await expect(full).rejects.toMatchObject({ name: "SignallingError", code: "room-full", message: "no" });
      expect(session.room).toBeUndefined();
      void session.join("r");
      world.socket.say(joined(2));
      expect(session.inRoom).toBe(true);
    });

    it("fails in time, and undoes a join that is answered too late", async () => {
      open({ requestTimeout: 500 });
      online();
      const promise = session.join("r");
      world.clock.pass(500);
      await expect(promise).rejects.toMatchObject({ code: "timeout" });
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 1 }, { type: "leave" }]);
      diary.length = 0;
      world.socket.say(joined(1, [member("a")]));
      world.socket.say({ type: "peer-joined", ...member("b") });
      expect([diary, session.inRoom]).toEqual([[], false]);
    });

    it("fails in time when it never gets online", async () => {
      open({ requestTimeout: 500 });
      const promise = session.join("r");
      world.clock.pass(500);
      await expect(promise).rejects.toMatchObject({ code: "timeout" });
    });

    it("fails when the session ends meanwhile", async () => {
      open();
      const promise = session.join("r");
      session.close();
      await expect(promise).rejects.toMatchObject({ code: "ended" });
      expect(diary.map((entry) => (entry as [string])[0])).toEqual(["state"]);
    });

    it("refuses a second room", async () => {
      await enter();
      await expect(session.join("s")).rejects.toMatchObject({ code: "already-in-room" });
      expect(session.room).toBe("r");
    });
  });

  describe("that leaves its room", () => {
    it("is out at once and hears nothing more from it", async () => {
      await enter("a");
      const promise = session.leave();
      expect(diary).toEqual([["left", { room: "r", code: "left" }]]);
      world.socket.say({ type: "message", from: "a", user: "A", name: "a!", text: "too late" });
      world.socket.say({ type: "ok", id: 2 });
      await promise;
      expect([diary.length, session.room, session.inRoom, session.peers.size]).toEqual([
        1,
        undefined,
        false,
        0,
      ]);
    });

    it("may enter another before the first is done", async () => {
      await enter("a");
      void session.leave();
      const promise = session.join("r");
      expect(world.socket.heard()).toEqual([
        { type: "leave", id: 2 },
        { type: "join", room: "r", id: 3 },
      ]);
      world.socket.say({ type: "peer-left", peer: "a" });
      world.socket.say({ type: "ok", id: 2 });
      world.socket.say(joined(3, [member("b")]));
      expect(await promise).toMatchObject({ peers: [member("b")] });
    });

    it("takes back a join that is under way", async () => {
      open();
      online();
      const promise = session.join("r");
      const left = session.leave();
      await expect(promise).rejects.toMatchObject({ code: "left" });
      world.socket.say(joined(1));
      expect(session.inRoom).toBe(false);
      world.socket.say({ type: "ok", id: 2 });
      await left;
    });

    it("does not come back to it", async () => {
      await enter();
      world.socket.end(1006);
      await session.leave();
      world.clock.pass(250);
      online();
      expect(world.socket.heard()).toEqual([]);
    });

    it("does nothing when it is in none", async () => {
      open();
      await session.leave();
      expect(diary).toEqual([]);
    });
  });

  describe("that is in a room", () => {
    it("follows who comes and goes", async () => {
      await enter("a");
      world.socket.say({ type: "peer-joined", ...member("b", false) });
      expect([...session.peers.keys()]).toEqual(["a", "b"]);
      world.socket.say({ type: "peer-left", peer: "a" });
      world.socket.say({ type: "peer-left", peer: "nobody" });
      expect([...session.peers.keys()]).toEqual(["b"]);
      expect(diary).toEqual([
        ["peer-joined", member("b", false)],
        ["peer-left", member("a")],
      ]);
    });

    it("says something to all or to one, and knows when it was passed on", async () => {
      await enter("a");
      const [all, one] = [session.send("hi"), session.send("psst", "a")];
      expect(world.socket.heard()).toEqual([
        { type: "message", text: "hi", id: 2 },
        { type: "message", text: "psst", to: "a", id: 3 },
      ]);
      world.socket.say(refused(3, "unknown-peer"));
      world.socket.say({ type: "ok", id: 2 });
      await all;
      await expect(one).rejects.toMatchObject({ code: "unknown-peer" });
      expect([diary, world.clock.pending]).toEqual([[], 1]);
    });

    it("says nothing while offline, and nothing of what was on its way is sent twice", async () => {
      await enter("a");
      const lost = session.send("lost");
      world.socket.end(1006);
      await expect(lost).rejects.toMatchObject({ code: "offline" });
      await expect(session.send("hi")).rejects.toMatchObject({ code: "offline" });
      world.clock.pass(250);
      online();
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 3 }]);
    });

    it("waits for an answer only so long", async () => {
      await enter("a");
      const promise = session.send("hi");
      world.socket.say({ type: "pong" });
      world.clock.pass(10_000);
      await expect(promise).rejects.toMatchObject({ code: "timeout" });
    });

    it("passes descriptions and candidates both ways", async () => {
      await enter("a");
      const description = { type: "offer", sdp: "v=0" } as const;
      const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
      session.sendDescription("a", description);
      session.sendCandidate("a", candidate);
      session.sendCandidate("a", null);
      expect(world.socket.heard()).toEqual([
        { type: "description", to: "a", description },
        { type: "candidate", to: "a", candidate },
        { type: "candidate", to: "a", candidate: null },
      ]);
      world.socket.say({ type: "description", from: "a", description });
      world.socket.say({ type: "candidate", from: "a", candidate });
      world.socket.say({ type: "candidate", from: "a", candidate: null });
      world.socket.say({ type: "message", from: "a", user: "A", name: "a!", text: "hi", to: "me" });
      expect(diary).toEqual([
        ["description", expect.objectContaining({ from: "a", description })],
        ["candidate", expect.objectContaining({ from: "a", candidate })],
        ["candidate", expect.objectContaining({ from: "a", candidate: null })],
        ["message", expect.objectContaining({ from: "a", name: "a!", text: "hi", to: "me" })],
      ]);
    });

    it("drops what is for peers while it is not in the room", async () => {
      await enter("a");
      world.socket.end(1006);
      session.sendCandidate("a", null);
      world.clock.pass(250);
      online();
      session.sendCandidate("a", null);
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 2 }]);
    });

    it("reports refusals that nobody waits for", async () => {
      await enter();
      world.socket.say(refused(undefined, "unknown-peer"));
      world.socket.say(refused(99, "rate-limited"));
      expect(diary).toEqual([
        ["refused", expect.objectContaining({ code: "unknown-peer", message: "no" })],
        ["refused", expect.objectContaining({ code: "rate-limited" })],
      ]);
    });

    it("survives nonsense from the server", async () => {
      await enter();
      for (const nonsense of [
        "",
        "{",
        "null",
        "[]",
        '{"type":"joined"}',
        '{"type":"toString"}',
        '{"type":7}',
      ])
        world.socket.say(nonsense);
      world.socket.emit("message", { data: new ArrayBuffer(3) });
      expect([diary, session.state]).toEqual([[], "online"]);
    });

    it("sends no faster than the server takes it, and in order", async () => {
      await enter("a");
      for (let i = 0; i < 300; i++)
        session.sendCandidate("a", { candidate: `${i}`, sdpMid: "0", sdpMLineIndex: 0 });
      expect(world.socket.sent).toHaveLength(149);
      world.clock.pass(1000);
      expect(world.socket.sent).toHaveLength(189);
      world.clock.pass(3000);
      const order = world.socket
        .heard()
        .map((one) => (one as { candidate: { candidate: string } }).candidate.candidate);
      expect(order).toEqual(Array.from({ length: 300 }, (_, i) => `${i}`));
    });

    it("refuses what is far too much", async () => {
      open({ pace: { burst: 3, waiting: 2 } });
      online();
      void session.join("r");
      world.socket.say(joined(1));
      diary.length = 0;
      for (let i = 0; i < 5; i++) session.sendCandidate("a", null);
      await expect(session.send("hi")).rejects.toMatchObject({ code: "busy" });
      expect(diary).toEqual([["refused", expect.objectContaining({ code: "busy" })]]);
    });
  });
});
