/** What a session keeps over the loss of its connection, as one side of a conversation with a scripted server. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  connect,
  type SessionOptions,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { FakeWorld } from "./fake-world.ts";
import { joined, member, refused, resume, resumed, welcome } from "./server-words.ts";

const offer = { type: "offer", sdp: "v=0" } as const;

describe("a session that loses its connection while in a room", () => {
  let world: FakeWorld;
  let session: SignallingSession;
  let diary: unknown[];

  async function enter(options: SessionOptions = {}): Promise<void> {
    world = new FakeWorld();
    diary = [];
    session = connect("wss://example.org/ws", { ...world.ports, ...options });
    world.socket.say(welcome);
    const entered = session.join("r");
    world.socket.say(joined(1, [member("a")]));
    await entered;
    world.socket.heard();
    for (const type of ["joined", "resumed", "left", "peer-left", "message"] as const)
      session.addEventListener(type, () => diary.push(type));
  }

  /** Another connection, which the server has welcomed. Returns the id of the `join` on it. */
  function reconnect(): number {
    world.clock.pass(5000);
    world.socket.say({ ...welcome, self: "another" });
    const [join, ...others] = world.socket.heard() as { type: string; id: number }[];
    expect([join?.type, others]).toEqual(["join", []]);
    return join!.id;
  }

  beforeEach(() => enter());

  it("tries again very soon, asks to be who it was, and stays it: same id, same peers, no `joined`", () => {
    world.socket.say({ type: "peer-joined", seq: 12, ...member("b") });
    world.socket.end(1006);
    world.clock.pass(100);
    world.socket.say({ ...welcome, self: "another" });
    expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 2, resume: resume(12) }]);
    expect([session.inRoom, session.self]).toEqual([false, "me"]);
    world.socket.say(resumed(2, 0));
    expect([session.inRoom, session.self, [...session.peers.keys()]]).toEqual([true, "me", ["a", "b"]]);
    expect(diary).toEqual(["resumed"]);
  });

  it("hears what it has missed after it has resumed, and what it may do now", () => {
    world.socket.end(1006);
    const id = reconnect();
    world.socket.say({ ...resumed(id, 0), role: "viewer", publish: false });
    world.socket.say({ type: "peer-left", seq: 11, peer: "a", reason: "left" });
    expect([diary, session.peers.size, session.rights?.publish]).toEqual([
      ["resumed", "peer-left"],
      0,
      false,
    ]);
    world.socket.end(1006);
    world.clock.pass(5000);
    world.socket.say(welcome);
    expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 3, resume: resume(11) }]);
  });

  it("says again, in order, what the server does not have, before what is said then", async () => {
    session.sendDescription("a", offer);
    const said = [session.send("one"), session.send("two")];
    session.sendEndOfCandidates("a");
    world.socket.end(1006);
    const id = reconnect();
    session.addEventListener("resumed", () => session.sendDescription("a", offer));
    world.socket.say(resumed(id, 2));
    await said[0];
    expect(world.socket.heard()).toEqual([
      { type: "message", text: "two", id: id - 2, seq: 3 },
      { type: "end-of-candidates", to: "a", seq: 4 },
      { type: "description", to: "a", description: offer, seq: 5 },
    ]);
    world.socket.say({ type: "ok", id: id - 2 });
    await said[1];
  });

  it("keeps what is said while it is offline, and says it once it is back", async () => {
    world.socket.end(1006);
    const said = session.send("from the tunnel");
    session.sendDescription("a", offer);
    const id = reconnect();
    world.socket.say(resumed(id, 0));
    expect(world.socket.heard()).toEqual([
      { type: "message", text: "from the tunnel", id: id - 2, seq: 1 },
      { type: "description", to: "a", description: offer, seq: 2 },
    ]);
    world.socket.say({ type: "pong", ack: 2 });
    await said;
  });

  it("does not say again what a pong has acknowledged", () => {
    session.sendDescription("a", offer);
    session.sendEndOfCandidates("a");
    world.socket.say({ type: "pong", ack: 1 });
    world.socket.end(1006);
    const id = reconnect();
    world.socket.say(resumed(id, 1));
    expect(world.socket.heard()).toEqual([{ type: "end-of-candidates", to: "a", seq: 2 }]);
  });

  it("resumes on every further connection too", () => {
    for (let time = 0; time < 5; time++) {
      session.sendEndOfCandidates("a");
      world.socket.end(1006);
      const id = reconnect();
      world.socket.say(resumed(id, time));
    }
    expect(world.socket.heard().at(-1)).toEqual({ type: "end-of-candidates", to: "a", seq: 5 });
    expect(diary).toEqual(Array(5).fill("resumed"));
  });

  it("drops what was not acknowledged when it can only join anew, says so, and counts from 1 again", async () => {
    session.sendDescription("a", offer);
    const said = session.send("lost?");
    world.socket.end(1006);
    const id = reconnect();
    world.socket.say({ ...joined(id, [], "another"), resumed: false });
    await expect(said).rejects.toMatchObject({ code: "lost" });
    session.sendEndOfCandidates("b");
    expect(world.socket.heard()).toEqual([{ type: "end-of-candidates", to: "b", seq: 1 }]);
    expect([diary, session.self, session.peers.size]).toEqual([["joined"], "another", 0]);
  });

  it("keeps a bounded number of things to say", async () => {
    await enter({ pace: { waiting: 3 } });
    world.socket.end(1006);
    for (let i = 0; i < 3; i++) session.sendEndOfCandidates("a");
    await expect(session.send("too much")).rejects.toMatchObject({ code: "busy" });
    const id = reconnect();
    world.socket.say(resumed(id, 0));
    expect(world.socket.heard()).toHaveLength(3);
    world.socket.say({ type: "pong", ack: 3 });
    void session.send("again");
    expect(world.socket.heard()).toHaveLength(1);
  });

  it("gives up what it kept when it leaves, or when the session ends", async () => {
    world.socket.end(1006);
    const first = session.send("hi");
    await session.leave();
    await expect(first).rejects.toMatchObject({ code: "left" });
    await enter();
    world.socket.end(1006);
    const second = session.send("hi");
    session.close();
    await expect(second).rejects.toMatchObject({ code: "ended" });
    expect(world.clock.pending).toBe(0);
  });

  it("leaves the room for good when it is refused for good", async () => {
    const said = session.send("hi");
    world.socket.end(1006);
    const id = reconnect();
    world.socket.say(refused(id, "banned"));
    await expect(said).rejects.toMatchObject({ code: "banned" });
    expect([diary, session.room]).toEqual([["left"], undefined]);
  });
});

describe("a session that is put out of its room", () => {
  let world: FakeWorld;
  let session: SignallingSession;
  const left: unknown[] = [];

  beforeEach(async () => {
    left.length = 0;
    world = new FakeWorld();
    session = connect("wss://example.org/ws", world.ports);
    session.addEventListener("left", (event) => left.push(event));
    world.socket.say(welcome);
    const entered = session.join("r");
    world.socket.say(joined(1));
    await entered;
    world.socket.heard();
  });

  it.each(["kicked", "banned", "expired", "closed"])(
    "because it was %s is out, and does not come back",
    (reason) => {
      world.socket.say({ type: "left", room: "r", reason });
      expect([left, session.room, session.inRoom]).toEqual([[{ room: "r", reason }], undefined, false]);
      world.clock.pass(60_000);
      expect(world.sockets.flatMap((socket) => socket.heard())).toEqual([]);
    },
  );

  it("because it was taken for lost joins anew at once", () => {
    world.socket.say({ type: "left", room: "r", reason: "lost" });
    expect([left, session.inRoom]).toEqual([[], false]);
    expect(world.socket.heard()).toEqual([{ type: "join", room: "r", id: 2 }]);
    world.socket.say(joined(2, [], "me2"));
    expect([session.inRoom, session.self]).toEqual([true, "me2"]);
  });
});

describe("a session whose network changes", () => {
  it("tries again at once when it was waiting, and tells its listeners once all is calm", () => {
    const world = new FakeWorld();
    const session = connect("wss://example.org/ws", {
      ...world.ports,
      reconnect: { initial: 60_000, max: 60_000 },
    });
    let told = 0;
    session.addEventListener("network", () => told++);
    world.socket.end(1006);
    for (let time = 0; time < 3; time++) {
      world.networkChanged?.();
      world.clock.pass(499);
    }
    expect([told, session.state]).toEqual([0, "offline"]);
    world.clock.pass(1);
    expect([told, session.state, world.sockets.length]).toEqual([1, "connecting", 2]);
    world.socket.say(welcome);
    world.clock.pass(30_000);
    session.close();
    expect(world.clock.pending).toBe(0);
  });

  it("looks at once whether the server is still there", () => {
    const world = new FakeWorld();
    connect("wss://example.org/ws", world.ports);
    world.socket.say(welcome);
    world.socket.say({ type: "pong", ack: 0 });
    world.socket.sent.length = 0;
    world.networkChanged?.();
    world.clock.pass(500);
    expect(world.socket.sent).toEqual([{ type: "ping", ack: 0 }]);
  });
});
