/** A session whose login expires, is renewed and ends. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  connect,
  type SessionOptions,
  type SignallingSession,
} from "../../../src/signalling/client/index.ts";
import { FakeWorld } from "./fake-world.ts";

const welcome = { type: "welcome", self: "me", user: "ME", name: "me!" };

let world: FakeWorld;
let session: SignallingSession;
let states: unknown[];
let notices: unknown[];

beforeEach(() => {
  world = new FakeWorld();
  states = [];
  notices = [];
});

function open(options: SessionOptions = {}): void {
  session = connect("wss://example.org/ws", { ...world.ports, ...options });
  session.addEventListener("state", (event) => states.push(event));
  session.addEventListener("session-ended", (event) => notices.push(event));
}

/** Lets what was promised come to pass. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a login that is shown in band", () => {
  beforeEach(() => {
    open();
    world.socket.say(welcome);
  });

  it.each([{ ticket: "bwt_x" }, { token: "a.b.c" }])(
    "goes out as %j, and is good until then",
    async (one) => {
      const shown = session.authenticate(one);
      expect(world.socket.heard()).toEqual([{ type: "auth", id: 1, ...one }]);
      world.socket.say({ type: "auth", event: "accepted", expires_at: 1_700_000_600, id: 1 });
      expect(await shown).toEqual({ expiresAt: 1_700_000_600 });
      expect([session.state, world.sockets.length]).toEqual(["online", 1]);
    },
  );

  it("is refused with the server's code, and the session goes on", async () => {
    const shown = session.authenticate({ ticket: "bwt_x" });
    world.socket.say({ type: "auth", event: "refused", code: "ticket/invalid", id: 1 });
    await expect(shown).rejects.toMatchObject({ name: "SignallingError", code: "ticket/invalid" });
    expect(session.state).toBe("online");
  });

  it("is not answered by the answer to another", async () => {
    const shown = session.authenticate({ ticket: "bwt_x" });
    world.socket.say({ type: "auth", event: "accepted", expires_at: 1, id: 7 });
    world.socket.say({ type: "auth", event: "accepted", expires_at: 1 });
    world.socket.say({ type: "auth", event: "accepted", expires_at: 2, id: 1 });
    expect(await shown).toEqual({ expiresAt: 2 });
  });

  it("fails without an answer in time, without a connection, and after the end", async () => {
    const late = session.authenticate({ ticket: "bwt_x" });
    world.clock.pass(10_000);
    await expect(late).rejects.toMatchObject({ code: "timeout" });
    const lost = session.authenticate({ ticket: "bwt_y" });
    world.socket.end(1006);
    await expect(lost).rejects.toMatchObject({ code: "offline" });
    await expect(session.authenticate({ ticket: "bwt_z" })).rejects.toMatchObject({ code: "offline" });
    session.close();
    await expect(session.authenticate({ ticket: "bwt_z" })).rejects.toMatchObject({ code: "ended" });
  });
});

describe("another session of the account that was ended", () => {
  it("is told of, with what it ran on if the server knows, and this one goes on", () => {
    open();
    world.socket.say(welcome);
    const ended = { reason: "reused", session: "s2" };
    world.socket.say({ type: "auth", event: "session-ended", ...ended, device: "curl/8" });
    world.socket.say({ type: "auth", event: "session-ended", ...ended });
    expect(notices).toEqual([
      expect.objectContaining({ ...ended, device: "curl/8" }),
      expect.objectContaining(ended),
    ]);
    expect(session.state).toBe("online");
  });
});

describe("whether there is a login", () => {
  /** What `authorize` was asked, and what it answers next; a number is a rejection. */
  let asked: boolean[];
  let answers: (boolean | Error)[];
  const authorize = async (refused: boolean): Promise<boolean> => {
    asked.push(refused);
    const answer = answers.shift() ?? true;
    if (typeof answer !== "boolean") throw answer;
    return answer;
  };
  beforeEach(() => {
    asked = [];
    answers = [];
  });

  async function online(): Promise<void> {
    await settled();
    world.socket.say(welcome);
  }

  it("is asked before each connection, and none is opened before the answer", async () => {
    open({ authorize });
    expect([session.state, world.sockets.length]).toEqual(["connecting", 0]);
    await online();
    world.socket.end(1006);
    world.clock.pass(250);
    expect([session.state, world.sockets.length]).toEqual(["connecting", 1]);
    await online();
    expect([session.state, world.sockets.length]).toEqual(["online", 2]);
    expect(asked).toEqual([false, false]);
  });

  it("is asked at once after 4401, and the session goes on with a new login", async () => {
    open({ authorize });
    await online();
    world.socket.end(4401, "the login has expired");
    expect(states.at(-1)).toMatchObject({ state: "offline", code: 4401, retryIn: 0 });
    world.clock.pass(0);
    await online();
    expect([session.state, world.sockets.length]).toEqual(["online", 2]);
    expect(asked).toEqual([false, true]);
  });

  it("ends the session when there is none, for the reason that the server gave", async () => {
    open({ authorize });
    await online();
    answers.push(false);
    world.socket.end(4401, "logged out from elsewhere");
    world.clock.pass(0);
    await settled();
    expect(states.at(-1)).toEqual({ state: "ended", code: 4401, reason: "logged out from elsewhere" });
    expect([world.sockets.length, world.clock.pending]).toEqual([1, 0]);
  });

  it("ends it too when there was none from the start", async () => {
    answers.push(false);
    open({ authorize });
    await settled();
    expect(states).toEqual([{ state: "ended", code: 4401, reason: "no login" }]);
    expect(world.sockets).toEqual([]);
  });

  it("ends it when the server refuses what was said to be good", async () => {
    open({ authorize });
    await online();
    world.socket.end(4401, "one");
    world.clock.pass(0);
    await settled();
    world.socket.end(4401, "two");
    expect(states.at(-1)).toEqual({ state: "ended", code: 4401, reason: "two" });
  });

  it("is asked again later when nobody can say, and the refusal is remembered until a welcome", async () => {
    open({ authorize });
    await online();
    answers.push(new Error("the server is away"));
    world.socket.end(4401, "the login has expired");
    world.clock.pass(0);
    await settled();
    expect(states.at(-1)).toMatchObject({ state: "offline", code: 1006, retryIn: 100 });
    world.clock.pass(100);
    await online();
    world.socket.end(1006);
    world.clock.pass(1000);
    await settled();
    expect(asked).toEqual([false, true, true, false]);
  });

  it("waits as after any loss when the login is refused again and again", async () => {
    open({ authorize });
    const waits: unknown[] = [];
    for (let time = 0; time < 3; time++) {
      await online();
      world.socket.end(4401);
      const { retryIn } = states.at(-1) as { retryIn: number };
      waits.push(retryIn);
      world.clock.pass(retryIn);
    }
    expect(waits).toEqual([0, 100, 200]);
  });

  it("is nobody's concern once the session is closed", async () => {
    open({ authorize });
    session.close();
    await settled();
    expect([session.state, world.sockets.length]).toEqual(["ended", 0]);
  });

  it("is no help to who was told never to reconnect", async () => {
    open({ authorize, reconnect: false });
    await online();
    world.socket.end(4401);
    expect(session.state).toBe("ended");
  });
});

describe("a token", () => {
  const accepted = (expires_at: number): object => ({ type: "auth", event: "accepted", expires_at, id: 0 });

  it("is the first thing said on each connection", async () => {
    open({ token: "a.b.c" });
    await settled();
    world.socket.emit("open", {});
    expect(world.socket.heard()).toEqual([{ type: "auth", token: "a.b.c", id: 0 }]);
    world.socket.say(accepted(1000));
    world.socket.say(welcome);
    world.socket.end(1006);
    world.clock.pass(100);
    await settled();
    world.socket.emit("open", {});
    expect([world.sockets.length, world.socket.heard()]).toEqual([
      2,
      [{ type: "auth", token: "a.b.c", id: 0 }],
    ]);
  });

  it("that is always the same is not shown again when it was refused", async () => {
    open({ token: "a.b.c" });
    await settled();
    world.socket.end(4401, "the login was refused");
    expect(states.at(-1)).toMatchObject({ state: "ended", code: 4401, reason: "the login was refused" });
  });

  describe("that is asked for", () => {
    let asked: boolean[];
    let tokens: string[];
    const token = async (refused: boolean): Promise<string> => {
      asked.push(refused);
      return tokens.shift() ?? "";
    };
    beforeEach(async () => {
      asked = [];
      tokens = ["first", "second", "third"];
      open({ token });
      await settled();
      world.socket.emit("open", {});
      // The clock of the test stands at 1 s since the epoch.
      world.socket.say(accepted(1001));
      world.socket.say(welcome);
      world.socket.heard();
    });

    it("is asked for again shortly before it ends, and shown in band", async () => {
      for (const at of [1, 2]) {
        while (asked.length === at) {
          world.socket.say({ type: "pong", ack: 0 });
          world.clock.pass(10_000);
        }
        expect(world.clock.now / 1000).toBeLessThan(at * 1000);
        await settled();
        expect(world.socket.heard()).toEqual([{ type: "auth", token: ["second", "third"][at - 1], id: 0 }]);
        world.socket.say(accepted(1001 + at * 900));
      }
      expect([session.state, world.sockets.length, asked]).toEqual(["online", 1, [false, false, false]]);
    });

    it("is asked for before each connection, and at once when it was refused", async () => {
      world.socket.end(4401, "the login has expired");
      world.clock.pass(0);
      await settled();
      world.socket.emit("open", {});
      expect([asked, world.socket.heard()]).toEqual([
        [false, true],
        [{ type: "auth", token: "second", id: 0 }],
      ]);
    });

    it("and is none ends the session", async () => {
      tokens = [];
      world.socket.end(1006);
      world.clock.pass(1000);
      await settled();
      expect([session.state, world.clock.pending]).toEqual(["ended", 0]);
    });
  });

  it.each([1, 5, 2 ** 40])("that ends in %d s is not asked for in between", async (seconds) => {
    let asked = 0;
    open({ token: () => `${++asked}` });
    await settled();
    world.socket.say(accepted(seconds));
    world.socket.say(welcome);
    for (let beat = 0; beat < 10; beat++) {
      world.socket.say({ type: "pong", ack: 0 });
      world.clock.pass(10_000);
    }
    expect([asked, session.state]).toEqual([1, "online"]);
  });
});
