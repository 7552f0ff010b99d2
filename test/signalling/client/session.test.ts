import { beforeEach, describe, expect, it } from "vitest";
import {
  connect,
  type SessionEvents,
  type SessionOptions,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { FakeWorld } from "./fake-world.ts";
import { joined, member, refused, resume, resumed, welcome } from "./server-words.ts";

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
    const more = [
      "resumed",
      "peer-reconnecting",
      "peer-reconnected",
      "peer-role",
      "presence",
      "locked",
    ] as const;
    const said = ["description", "candidate", "end-of-candidates", "message", "refused"] as const;
    const service = ["ice-servers", "service", "network"] as const;
    for (const type of [...types, ...said, ...service, ...more])
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
      expect(states()).toEqual([{ state: "offline", code: 1006, reason: "timeout", retryIn: 50 }]);
      expect(first.closed).toEqual([undefined]);
      world.clock.pass(50);
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
        expect(states().at(-1)).toEqual({ state: "offline", code, reason: "why", retryIn: 50 });
      },
    );

    it.each([4401, 1008, 4409])("ends after %d and never comes back", async (code) => {
      open();
      online();
      world.socket.end(code, "why");
      expect(session.state).toBe("ended");
      expect(states().at(-1)).toEqual({ state: "ended", code, reason: "why" });
      expect([world.clock.pending, world.networkChanged]).toEqual([0, undefined]);
      await expect(session.join("r")).rejects.toMatchObject({ name: "SignallingError", code: "ended" });
      await expect(session.lock(true)).rejects.toMatchObject({ code: "ended" });
    });

    it("ends when it was told never to reconnect", () => {
      open({ reconnect: false });
      online();
      world.socket.end(1006);
      expect([session.state, world.clock.pending]).toEqual(["ended", 0]);
    });

    it("joins its room as somebody new when it can no longer resume, and shows who is there now", async () => {
      await enter("a", "b");
      world.socket.end(1006);
      expect([session.room, session.inRoom, session.peers.size]).toEqual(["r", false, 2]);
      world.clock.pass(250);
      world.socket.say({ ...welcome, self: "me2" });
      expect(session.self).toBe("me");
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 2, resume: resume() }]);
      diary.length = 0;
      world.socket.say({ ...joined(2, [member("c")], "me2"), resumed: false });
      expect(diary).toEqual([
        ["joined", expect.objectContaining({ room: "r", self: "me2", peers: [member("c")] })],
      ]);
      expect(JSON.stringify(diary)).not.toContain("secret");
      expect([session.self, [...session.peers.keys()]]).toEqual(["me2", ["c"]]);
    });

    it("tries the room again while its own ghost holds the last place", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      for (let id = 2; id < 5; id++) {
        expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id, resume: resume() }]);
        world.socket.say(refused(id, "room-full"));
        expect(session.room).toBe("r");
        world.clock.pass(50 * 2 ** (id - 2));
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
      expect(diary).toEqual([["left", { room: "r", reason: "forbidden" }]]);
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
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 3, resume: resume() }]);
    });

    it("tries on another connection when the server did not say whether we are in", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      const { socket } = world;
      world.clock.pass(10_000);
      expect([socket.closed, states().at(-1)]).toEqual([
        [undefined],
        expect.objectContaining({ reason: "timeout" }),
      ]);
      world.clock.pass(100);
      online();
      world.socket.say(resumed(3, 0));
      expect([world.sockets.length, session.inRoom]).toEqual([3, true]);
    });

    it("waits as long as the server says when it comes back too often", async () => {
      await enter();
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      world.socket.heard();
      world.socket.say({ ...refused(2, "rate-limited"), retryAfter: 3000 });
      world.clock.pass(2999);
      expect(world.socket.heard()).toEqual([]);
      world.clock.pass(1);
      expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 3, resume: resume() }]);
    });
  });

  describe("whose server falls silent", () => {
    it("pings, and takes it for gone when a ping has no answer by the next", () => {
      open({ heartbeat: 1000 });
      online();
      expect(world.socket.sent).toEqual([{ type: "ping", ack: 0 }]);
      world.socket.say({ type: "pong", ack: 0 });
      world.clock.pass(1000);
      expect(world.socket.sent).toHaveLength(2);
      world.clock.pass(999);
      expect(session.state).toBe("online");
      const { socket } = world;
      world.clock.pass(1);
      expect(states().at(-1)).toMatchObject({ state: "offline", code: 1006, reason: "timeout" });
      // With 1000 it would leave its room.
      expect(socket.closed).toEqual([undefined]);
    });

    it("says in its pings what it has heard", async () => {
      await enter("a");
      world.socket.say({ type: "peer-left", seq: 17, peer: "a", reason: "left" });
      world.clock.pass(15_000);
      expect(world.socket.sent).toEqual([{ type: "ping", ack: 17 }]);
    });

    it("pings past all that waits to be sent", async () => {
      open({ heartbeat: 1000, pace: { burst: 2, perSecond: 0.001 } });
      online();
      void session.join("r");
      world.socket.say(joined(1));
      session.sendEndOfCandidates("a");
      session.sendEndOfCandidates("a");
      world.clock.pass(1000);
      expect(world.socket.sent.map(({ type }) => type)).toEqual([
        "ping",
        "join",
        "end-of-candidates",
        "ping",
      ]);
    });

    it("takes any word for life", () => {
      open({ heartbeat: 1000 });
      online();
      for (let i = 0; i < 5; i++) {
        world.socket.say({ type: "pong", ack: 0 });
        world.clock.pass(1000);
      }
      world.clock.pass(999);
      world.socket.say({ type: "service", rooms: "shared" });
      world.clock.pass(1000);
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
        ["state", { state: "ended", code: 1000, reason: "ended" }],
        ["left", { room: "r", reason: "ended" }],
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
      expect(diary).toContainEqual(["left", { room: "r", reason: "ended" }]);
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
      expect(await promise).toMatchObject({ room: "r", self: "me", peers: [member("a"), member("b")] });
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
      expect(world.socket.heard()).toEqual([
        { type: "join", room: "r", id: 1 },
        { type: "leave", id: 2 },
      ]);
      diary.length = 0;
      world.socket.say(joined(1, [member("a")]));
      world.socket.say({ type: "peer-joined", seq: 11, ...member("b") });
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
      expect(diary).toEqual([["left", { room: "r", reason: "left" }]]);
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
      world.socket.say({ type: "peer-joined", seq: 11, ...member("b", false) });
      expect([...session.peers.keys()]).toEqual(["a", "b"]);
      world.socket.say({ type: "peer-left", seq: 12, peer: "a", reason: "kicked" });
      expect([...session.peers.keys()]).toEqual(["b"]);
      expect(diary).toEqual([
        ["peer-joined", member("b", false)],
        ["peer-left", { ...member("a"), reason: "kicked" }],
      ]);
    });

    it("knows of each peer what was last told", async () => {
      await enter("a");
      for (const news of [
        { type: "peer-reconnecting" },
        { type: "presence", presence: { hand: true } },
        { type: "peer-role", role: "host" },
      ])
        world.socket.say({ seq: 11, peer: "a", ...news });
      const lost = { ...member("a"), reconnecting: true, presence: { hand: true }, role: "host" };
      expect(session.peers.get("a")).toEqual(lost);
      world.socket.say({ type: "peer-reconnected", seq: 12, peer: "a" });
      expect(session.peers.get("a")).toEqual({ ...lost, reconnecting: undefined });
      expect(diary.map((entry) => (entry as [string])[0])).toEqual([
        "peer-reconnecting",
        "presence",
        "peer-role",
        "peer-reconnected",
      ]);
    });

    it("knows what it may do, and how the room is", async () => {
      await enter("a");
      expect([session.role, session.rights?.publish, session.locked, session.iceServers]).toEqual([
        ...["member", true, false, []],
      ]);
      const [publish, subscribe] = [false, true];
      world.socket.say({ type: "peer-role", seq: 11, peer: "me", role: "host", publish, subscribe });
      expect(session.rights).toMatchObject({ role: "host", publish, subscribe });
      world.socket.say({ type: "locked", seq: 12, locked: true, by: "a" });
      world.socket.say({ type: "ice-servers", iceServers: [{ urls: ["stun:example.org"] }] });
      world.socket.say({ type: "service", rooms: "local" });
      expect([session.role, session.locked, session.iceServers]).toEqual([
        ...["host", true, [{ urls: ["stun:example.org"] }]],
      ]);
      expect(diary).toEqual([
        ["peer-role", expect.objectContaining({ peer: "me", role: "host" })],
        ["locked", expect.objectContaining({ locked: true, by: "a" })],
        ["ice-servers", expect.objectContaining({ iceServers: session.iceServers })],
        ["service", expect.objectContaining({ rooms: "local" })],
      ]);
      void session.leave();
      expect([session.role, session.rights, session.locked, session.iceServers]).toEqual([
        ...[undefined, undefined, false, []],
      ]);
    });

    it("says something to all or to one, and knows when the server has it", async () => {
      await enter("a");
      const [all, one] = [session.send("hi"), session.send("psst", "a")];
      expect(world.socket.heard()).toEqual([
        { type: "message", text: "hi", id: 2, seq: 1 },
        { type: "message", text: "psst", to: "a", id: 3, seq: 2 },
      ]);
      world.socket.say(refused(3, "unknown-peer"));
      world.socket.say({ type: "ok", id: 2 });
      await all;
      await expect(one).rejects.toMatchObject({ code: "unknown-peer" });
      expect([diary, world.clock.pending]).toEqual([[], 1]);
    });

    it("knows by a pong too that the server has what was said", async () => {
      await enter("a");
      const said = session.send("hi");
      world.socket.say({ type: "pong", ack: 1 });
      await said;
    });

    it("says nothing in a room that it is not in", async () => {
      open();
      online();
      await expect(session.send("hi")).rejects.toMatchObject({ code: "not-in-room" });
      session.sendEndOfCandidates("a");
      expect(world.socket.heard()).toEqual([]);
    });

    it("shows its presence, and shows it again when it joins anew", async () => {
      open();
      online();
      void session.join("r", { presence: { hand: false } });
      world.socket.say(joined(1));
      const set = session.setPresence({ hand: true });
      world.socket.say({ type: "ok", id: 2 });
      await set;
      world.socket.end(1006);
      world.clock.pass(250);
      online();
      expect(world.sockets.flatMap((socket) => socket.heard())).toEqual([
        { type: "join", room: "r", id: 1, presence: { hand: false } },
        { type: "presence", presence: { hand: true }, id: 2, seq: 1 },
        { type: "join", room: "r", id: 3, presence: { hand: true }, resume: resume() },
      ]);
    });

    it("kicks, bans, unbans and locks as a host, and hears it when it may not", async () => {
      await enter("a");
      const done = [
        session.kick("a"),
        session.kick("a", { ban: true }),
        session.lock(true),
        session.unban("u"),
      ];
      expect(world.socket.heard()).toEqual([
        { type: "kick", peer: "a", id: 2 },
        { type: "kick", peer: "a", ban: true, id: 3 },
        { type: "lock", locked: true, id: 4 },
        { type: "unban", user: "u", id: 5 },
      ]);
      world.socket.say({ type: "ok", id: 2 });
      world.socket.say(refused(3, "forbidden"));
      world.socket.say({ type: "ok", id: 4 });
      world.socket.say({ type: "ok", id: 5 });
      expect((await Promise.allSettled(done)).map(({ status }) => status)).toEqual([
        ...["fulfilled", "rejected", "fulfilled", "fulfilled"],
      ]);
      expect(session.locked).toBe(true);
      world.socket.end(1006);
      await expect(session.lock(false)).rejects.toMatchObject({ code: "offline" });
    });

    it("waits for an answer to a request only so long", async () => {
      await enter("a");
      const promise = session.lock(true);
      world.clock.pass(10_000);
      await expect(promise).rejects.toMatchObject({ code: "timeout" });
      world.socket.say({ type: "ok", id: 2 });
      expect(diary).toEqual([]);
    });

    it("passes descriptions and candidates both ways", async () => {
      await enter("a");
      const description = { type: "offer", sdp: "v=0" } as const;
      const candidate = { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0 };
      session.sendDescription("a", description);
      session.sendCandidate("a", candidate);
      session.sendEndOfCandidates("a");
      expect(world.socket.heard()).toEqual([
        { type: "description", to: "a", description, seq: 1 },
        { type: "candidate", to: "a", candidate, seq: 2 },
        { type: "end-of-candidates", to: "a", seq: 3 },
      ]);
      world.socket.say({ type: "description", seq: 11, from: "a", description });
      world.socket.say({ type: "candidate", seq: 12, from: "a", candidate });
      world.socket.say({ type: "end-of-candidates", seq: 13, from: "a" });
      world.socket.say({ type: "message", seq: 14, from: "a", user: "A", name: "a!", text: "hi", to: "me" });
      expect(diary).toEqual([
        ["description", expect.objectContaining({ from: "a", description })],
        ["candidate", expect.objectContaining({ from: "a", candidate })],
        ["end-of-candidates", expect.objectContaining({ from: "a" })],
        ["message", expect.objectContaining({ from: "a", name: "a!", text: "hi", to: "me" })],
      ]);
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
      for (let i = 0; i < 5; i++) session.sendEndOfCandidates("a");
      await expect(session.send("hi")).rejects.toMatchObject({ code: "busy" });
      const busy = ["refused", expect.objectContaining({ code: "busy" })];
      expect(diary).toEqual([busy, busy, busy]);
    });
  });
});
