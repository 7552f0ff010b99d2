import { describe, expect, it } from "vitest";
import {
  defaultPeerRates,
  defaultRoomRates,
  PeerBudgets,
  RoomBudgets,
} from "../../../src/signalling/hub/budgets.ts";
import { Stage } from "./stage.ts";

const slow = { perSecond: 1, burst: 2 };

describe("the budgets of a peer", () => {
  it("are each asked for what it is about, and say when there is room again", () => {
    const budgets = new PeerBudgets({ ...defaultPeerRates, candidates: slow, joins: slow }, 0);
    const take = (type: "candidate" | "join" | "message", size = 1) => budgets.take(type, size, 0);
    expect(Array.from({ length: 3 }, () => take("candidate"))).toEqual([0, 0, 1000]);
    expect(Array.from({ length: 3 }, () => take("join"))).toEqual([0, 0, 1000]);
    expect(take("message")).toBe(0);
    expect(take("message", 2_000_000)).toBe(Number.POSITIVE_INFINITY);
    expect(take("message", 1_048_576)).toBeGreaterThan(0);
  });

  it("refuse 200 messages at once and 50 a second beyond, first with the id and a time, then with 1008", () => {
    const stage = new Stage();
    stage.connect("a");
    for (let id = 0; id < 200; id++) expect(stage.say("a", { type: "ping", id })).toHaveLength(1);
    const refusal = { type: "error", code: "rate-limited", message: "too many messages", retryAfter: 20 };
    for (let id = 0; id < 20; id++)
      expect(stage.say("a", { type: "ping", id })).toEqual([["a", { ...refusal, id }]]);
    expect(stage.say("a", { type: "ping", id: 9 })).toEqual([
      ["a", { ...refusal, id: 9 }],
      { type: "close", connection: "a", code: 1008, reason: "too many refused messages" },
    ]);
    expect(stage.say("a", { type: "ping" })).toEqual([]);
    expect([stage.hub.peerCount, stage.hub.counts.closedForRefusals]).toEqual([0, 1]);
  });

  it("name no time when what is said is too much at any time", () => {
    const stage = new Stage({ peerRates: { size: { perSecond: 10, burst: 30 } } });
    stage.connect("a");
    expect(stage.say("a", { type: "lock", locked: true, id: "a long name for a command" })).toEqual([
      [
        "a",
        {
          type: "error",
          id: "a long name for a command",
          code: "rate-limited",
          message: "too many messages",
        },
      ],
    ]);
  });

  it("do not close who writes in good faith to one that has just left", () => {
    const stage = new Stage();
    stage.join("r", "a", "b");
    stage.close("b");
    for (let times = 0; times < 150; times++)
      expect(stage.say("a", { type: "end-of-candidates", to: "b" })).toMatchObject([
        ["a", { code: "unknown-peer" }],
      ]);
  });

  it("forgive with time", () => {
    const stage = new Stage();
    stage.connect("a");
    for (let times = 0; times < 100; times++) {
      expect(stage.sayText("a", "garbage")).toMatchObject([["a", { code: "malformed" }]]);
      stage.later(500);
    }
  });
});

describe("the budgets of a room", () => {
  it("count what is said times who hears it, and take nothing when refused", () => {
    const rates = {
      ...defaultRoomRates,
      deliveries: { perSecond: 1, burst: 10 },
      size: { perSecond: 1, burst: 100 },
    };
    const budgets = new RoomBudgets(rates, 0);
    expect(budgets.take(5, 10, 0)).toBe(0);
    expect(budgets.take(5, 11, 0)).toBe(5_000);
    expect(budgets.take(6, 1, 0)).toBe(1_000);
    expect(budgets.take(5, 10, 0)).toBe(0);
  });

  it("let one peer's flood stop its own room and no other", () => {
    const stage = new Stage({
      peerRates: { messages: { perSecond: 1e6, burst: 1e6 }, refusals: { perSecond: 1e6, burst: 1e6 } },
      roomRates: { deliveries: { perSecond: 10, burst: 100 } },
    });
    stage.join("r", "a", "b");
    stage.join("s", "c", "d");
    const flood = Array.from({ length: 1_000 }, () => stage.say("a", { type: "message", text: "x" })[0]);
    expect(flood.filter((heard) => !("type" in heard!) && heard![0] !== "a")).toHaveLength(100);
    expect(flood.at(-1)).toMatchObject(["a", { code: "rate-limited", retryAfter: 100 }]);
    expect(stage.say("b", { type: "message", text: "x" })).toMatchObject([["b", { code: "rate-limited" }]]);
    for (let times = 0; times < 100; times++)
      expect(stage.say("c", { type: "message", text: "x" })).toMatchObject([[["d"], { text: "x" }]]);
  });

  it("let so many enter and leave again at a time", () => {
    const stage = new Stage({ roomRates: { joins: { perSecond: 1, burst: 2 } } });
    stage.join("r", "a", "b");
    stage.connect("c");
    expect(stage.say("c", { type: "join", room: "r", id: 1 })).toEqual([
      [
        "c",
        { type: "error", id: 1, code: "rate-limited", message: "too many enter this room", retryAfter: 1000 },
      ],
    ]);
    expect(stage.say("c", { type: "join", room: "s" })).toMatchObject([["c", { type: "joined" }]]);
  });

  it("let a member come back whom a flood of newcomers would keep out", () => {
    const stage = new Stage({ roomRates: { joins: { perSecond: 0.001, burst: 2 } } });
    stage.join("r", "a");
    stage.connect("b");
    const [heard] = stage.say("b", { type: "join", room: "r" });
    const [, joined] = heard as readonly [string, { readonly seq: number }];
    stage.drop("b");
    stage.connect("c", { user: "B" });
    expect(stage.say("c", { type: "join", room: "r" })).toMatchObject([["c", { code: "rate-limited" }]]);
    const resume = { peer: "b", secret: "secret of b", ack: joined.seq };
    expect(stage.say("c", { type: "join", room: "r", resume })[0]).toMatchObject(["c", { type: "resumed" }]);
  });

  it("let one user enter on so many connections at once, and others whatever it does", () => {
    const stage = new Stage({ maxPeersPerRoom: 1_000 });
    stage.join("r", "a");
    const flood: unknown[] = [];
    for (let at = 0; at < 30; at++) {
      stage.connect(`b${at}`);
      for (let times = 0; times < 10; times++) {
        const [heard] = stage.say(`b${at}`, { type: "join", room: "r" }) as readonly [[string, object]];
        flood.push(heard[1]);
        stage.say(`b${at}`, { type: "leave" });
      }
    }
    const { burst } = defaultRoomRates.userJoins;
    expect(flood.slice(0, burst + 1)).toMatchObject([
      ...Array.from({ length: burst }, () => ({ type: "joined" })),
      { type: "error", code: "rate-limited", message: "too many enter this room", retryAfter: 500 },
    ]);
    expect(flood.slice(burst)).not.toContainEqual(expect.objectContaining({ type: "joined" }));
    stage.join("r", "c");
    stage.later(500);
    stage.join("r", "b");
  });

  it("count a user's returns with its joins, and refusals with neither", () => {
    const rates = { ...defaultRoomRates, joins: slow, userJoins: { perSecond: 1, burst: 3 } };
    const budgets = new RoomBudgets(rates, 0);
    const take = (user: string, returns: boolean) => budgets.takeEntry(user, returns, 0);
    expect([take("u", false), take("u", false), take("u", true)]).toEqual([0, 0, 0]);
    expect([take("u", true), take("v", true), take("v", true)]).toEqual([1_000, 0, 1_000]);
    budgets.giveEntryBack(true);
    expect([take("v", true), take("v", true)]).toEqual([0, 1_000]);
  });

  it("are asked for locks too, which all hear of", () => {
    const stage = new Stage({ roomRates: { deliveries: { perSecond: 1, burst: 2 } } });
    stage.join("r", "a", "b", "c");
    expect(stage.say("a", { type: "lock", locked: true, id: 1 })).toMatchObject([["a", { type: "ok" }], {}]);
    expect(stage.say("a", { type: "lock", locked: false, id: 2 })).toMatchObject([
      ["a", { type: "error", id: 2, code: "rate-limited" }],
    ]);
  });
});
