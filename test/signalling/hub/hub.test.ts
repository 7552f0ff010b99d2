import { describe, expect, it } from "vitest";
import { FakeSharedBus, SharedLogs } from "./fake-shared-bus.ts";
import { Stage } from "./stage.ts";

const grant = { room: "r", role: "member", publish: true, subscribe: true, expiresAt: 0 } as const;

function shared(): { readonly stage: Stage; readonly bus: FakeSharedBus } {
  const bus = new FakeSharedBus(new SharedLogs(), "p");
  return { bus, stage: new Stage({}, bus) };
}

describe("a peer on its way", () => {
  it("is obeyed in order when it has arrived", () => {
    const { stage } = shared();
    stage.connect("a");
    stage.say("a", { type: "join", room: "r", id: 1 });
    expect(stage.say("a", { type: "message", text: "hi", id: 2 })).toEqual([]);
    expect(stage.say("a", { type: "leave", id: 3 })).toEqual([]);
    expect(stage.settle().map((heard) => "type" in heard || (heard[1] as { id?: number }).id)).toEqual([
      1, 2, 3,
    ]);
  });

  it("leaves a room that it reaches when its grant has ended on the way", () => {
    const { stage } = shared();
    stage.connect("a", { grant, grantEnds: stage.now + 10 });
    stage.say("a", { type: "join", room: "r" });
    stage.later(10);
    expect(stage.settle()).toMatchObject([
      ["a", { type: "joined" }],
      ["a", { type: "left", reason: "expired" }],
    ]);
  });

  it("and gone before it arrives leaves nothing behind", () => {
    const { stage } = shared();
    stage.connect("a");
    stage.say("a", { type: "join", room: "r" });
    stage.close("a");
    expect(stage.settle()).toEqual([]);
    expect([stage.hub.peerCount, stage.hub.roomCount]).toEqual([0, 0]);
  });

  it("is told when the room cannot be opened, and may try again", () => {
    const { stage, bus } = shared();
    stage.connect("a");
    stage.say("a", { type: "join", room: "r", id: 1 });
    bus.fail("r");
    expect(stage.settle()).toMatchObject([["a", { type: "error", id: 1, code: "unavailable" }]]);
    stage.say("a", { type: "join", room: "r" });
    expect(stage.settle()).toMatchObject([["a", { type: "joined" }]]);
  });

  it("out of a room stays on its way until its leaving is in the log", () => {
    const { stage, bus } = shared();
    stage.connect("a");
    stage.say("a", { type: "join", room: "r" });
    stage.settle();
    bus.failures = 1;
    stage.say("a", { type: "leave", id: 1 });
    expect(stage.settle()).toEqual([]);
    stage.later(1_000);
    expect(stage.settle()).toMatchObject([["a", { type: "ok", id: 1 }]]);
    expect(stage.hub.roomCount).toBe(0);
  });
});

describe("a process that others have taken for dead", () => {
  it("claims its members back", () => {
    const { stage, bus } = shared();
    for (const name of ["a", "b"]) {
      stage.connect(name);
      stage.say(name, { type: "join", room: "r" });
    }
    stage.settle();
    bus.tell((sink) => sink.processGone("p"));
    const types = stage.settle().flatMap((heard) => ("type" in heard ? heard.type : heard[1].type));
    expect(types).toEqual(["peer-reconnecting", "peer-reconnecting", "peer-reconnected", "peer-reconnected"]);
    stage.later(60_000);
    expect(stage.settle()).toEqual([]);
  });
});

describe("silence", () => {
  it("in no room ends with 4408 after two minutes, each message beginning them anew", () => {
    const stage = new Stage();
    stage.connect("a");
    stage.later(119_999);
    stage.say("a", { type: "ping" });
    expect(stage.later(119_999)).toEqual([]);
    expect(stage.later(1)).toEqual([{ type: "close", connection: "a", code: 4408, reason: "idle" }]);
    expect([stage.hub.peerCount, stage.hub.nextTimeout]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});

describe("a room that is kept", () => {
  it("is looked at a few times until it is given up, however often it was entered and left", () => {
    const stage = new Stage({ roomRates: { userJoins: { perSecond: 100, burst: 100 } } });
    const keepEmpty = 30_000;
    stage.do(() =>
      stage.hub.administer(
        "r",
        { entry: { type: "configure", settings: { keepEmpty } }, request: 1 },
        stage.now,
      ),
    );
    for (let times = 0; times < 100; times++) {
      stage.join("r", "a");
      stage.close("a");
      stage.later(10);
    }
    const last = stage.now - 10;
    let looks = 0;
    for (; stage.hub.roomCount > 0; looks++) stage.later(stage.hub.nextTimeout - stage.now);
    expect([looks, stage.now]).toEqual([2, last + keepEmpty]);
  });
});

describe("the state of a room", () => {
  it("is stored when much was said since, before there are many records", () => {
    const stores: unknown[] = [];
    class Storing extends FakeSharedBus {
      override store(state: Parameters<FakeSharedBus["store"]>[0]): void {
        stores.push(state.position);
        super.store(state);
      }
    }
    const bus = new Storing(new SharedLogs(), "p");
    const much = { perSecond: 1e9, burst: 1e9 };
    const stage = new Stage({ peerRates: { messages: much, size: much }, roomRates: { size: much } }, bus);
    for (const name of ["a", "b"]) {
      stage.connect(name);
      stage.say(name, { type: "join", room: "r" });
      stage.settle();
    }
    const description = { type: "offer", sdp: "x".repeat(32_768) } as const;
    for (let times = 0; times < 96; times++) {
      stage.say("a", { type: "description", to: times % 2 === 0 ? "b" : "nobody", description });
      stage.say("b", { type: "ping" });
      stage.settle();
    }
    expect(stores.length).toBe(3);
  });
});

describe("a banned user", () => {
  it("does not use up what others enter the room by, however often it tries", () => {
    const userJoins = { perSecond: 1e9, burst: 1e9 };
    const stage = new Stage({ roomRates: { joins: { perSecond: 1e-9, burst: 4 }, userJoins } });
    stage.join("r", "a", "b");
    stage.say("a", { type: "kick", peer: "b", ban: true });
    const resume = { peer: "b", secret: "secret of b", ack: 2 };
    for (let times = 0; times < 20; times++) {
      const join = { type: "join", room: "r", resume: times % 2 === 0 ? resume : undefined } as const;
      expect(stage.say("b", join)).toMatchObject([["b", { code: "banned" }]]);
      stage.close("b");
      stage.connect("b");
    }
    stage.join("r", "c", "d");
    stage.connect("e");
    expect(stage.say("e", { type: "join", room: "r" })).toMatchObject([["e", { code: "rate-limited" }]]);
  });
});

describe("rights", () => {
  it("of a grant go with it, when its holder goes on with a login that has none", () => {
    const host = { ...grant, role: "host" } as const;
    for (const how of ["resumes", "renews"]) {
      const stage = new Stage();
      stage.join("r", "a");
      stage.connect("h", { grant: host, grantEnds: stage.now + 10 });
      const [[, joined]] = stage.say("h", { type: "join", room: "r" }) as unknown as [
        [string, { seq: number }],
      ];
      if (how === "renews")
        stage.do(() => stage.hub.renew("h", { identity: { user: "H", name: "H!" } }, stage.now));
      else {
        stage.drop("h");
        stage.connect("i", { user: "H" });
        const resume = { peer: "h", secret: "secret of h", ack: joined.seq };
        stage.say("i", { type: "join", room: "r", resume });
      }
      stage.later(20);
      const roles = stage.hub.states()[0]!.members.map(({ peer, role, granted }) => [peer, role, granted]);
      expect([how, roles]).toEqual([
        how,
        [
          ["a", "host", undefined],
          ["h", "member", false],
        ],
      ]);
    }
  });

  it("of who is host without a grant stay over a login that has none", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    stage.do(() => stage.hub.renew("a", { identity: { user: "A", name: "A!" } }, stage.now));
    expect(stage.hub.states()[0]!.members.map(({ role }) => role)).toEqual(["host", "member"]);
  });

  it("to hear chat begin where they are given, though their holder was lost when it was said", () => {
    const stage = new Stage();
    stage.join("r", "a");
    stage.connect("b", { grant: { ...grant, subscribe: false } });
    stage.say("b", { type: "join", room: "r" });
    stage.drop("b");
    stage.say("a", { type: "message", text: "not for b" });
    stage.say("a", { type: "presence", presence: { hand: true } });
    stage.connect("c", { user: "B", grant });
    const resume = { peer: "b", secret: "secret of b", ack: 2 };
    const heard = stage.say("c", { type: "join", room: "r", resume });
    expect(heard).toMatchObject([
      ["c", { type: "resumed", self: "b", subscribe: true }],
      ["c", { type: "presence", peer: "a" }],
      [["a"], { type: "peer-reconnected", peer: "b" }],
      [["a", "c"], { type: "peer-role", peer: "b", subscribe: true }],
    ]);
    expect(stage.say("a", { type: "message", text: "for b" })).toMatchObject([[["c"], { text: "for b" }]]);
  });

  it("are needed for chat and media, and for the room", () => {
    const stage = new Stage({ access: "granted" });
    stage.connect("a", { grant: { ...grant, publish: false } });
    stage.connect("b");
    expect(stage.say("b", { type: "join", room: "r" })).toMatchObject([["b", { code: "forbidden" }]]);
    expect(stage.say("a", { type: "join", room: "s" })).toMatchObject([["a", { code: "forbidden" }]]);
    stage.say("a", { type: "join", room: "r" });
    expect(stage.say("a", { type: "message", text: "hi" })).toMatchObject([["a", { code: "forbidden" }]]);
    const act = () =>
      stage.hub.renew("a", { identity: { user: "A", name: "A!", grant }, grantEnds: 1e9 }, stage.now);
    // Its client would not know otherwise that it may speak now.
    expect(stage.do(act)).toMatchObject([
      [["a"], { type: "peer-role", peer: "a", role: "member", publish: true, subscribe: true }],
    ]);
    expect(stage.say("a", { type: "message", text: "hi", id: 1 })).toMatchObject([["a", { type: "ok" }]]);
  });
});
