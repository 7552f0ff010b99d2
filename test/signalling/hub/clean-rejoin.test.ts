import { describe, expect, it } from "vitest";
import type { HubOptions } from "../../../src/signalling/hub/hub-options.ts";
import { FakeSharedBus, SharedLogs } from "./fake-shared-bus.ts";
import { Stage } from "./stage.ts";

const resume = { peer: "b", secret: "secret of b", ack: 2 };
const back = { type: "join", room: "r", id: 1, resume } as const;

/** `b` is lost, and has missed more than is kept. */
function missedTooMuch(options: HubOptions = {}): Stage {
  const stage = new Stage({ ring: { notices: 3, size: 1e6 }, ...options });
  stage.join("r", "a", "b");
  stage.drop("b");
  for (let times = 0; times < 4; times++) stage.say("a", { type: "message", text: "x" });
  return stage;
}

describe("a member that cannot be told all that it has missed", () => {
  const rejoined = [
    [["a"], { type: "peer-reconnected", peer: "b" }],
    ["c", { type: "joined", id: 1, self: "c", resumed: false, peers: [{ peer: "a" }] }],
    [["a"], { type: "peer-left", peer: "b", reason: "lost" }],
    [["a"], { type: "peer-joined", peer: "c", user: "B" }],
  ];

  it.each([
    ["locked", {}, true],
    ["full", { maxPeersPerRoom: 2 }, false],
    ["open", {}, false],
  ])("is let in anew in place of the one it was, into a room that is %s", (_, options, locked) => {
    const stage = missedTooMuch(options);
    stage.say("a", { type: "lock", locked });
    stage.connect("c", { user: "B" });
    expect(stage.say("c", back)).toMatchObject(rejoined);
    expect(stage.hub.states()).toMatchObject([{ locked, members: [{ peer: "a" }, { peer: "c" }] }]);
    expect(stage.later(60_000)).toEqual([]);
  });

  it("is not let into a locked room with a wrong secret, nor when it was banned", () => {
    const stage = missedTooMuch();
    stage.say("a", { type: "lock", locked: true });
    stage.connect("c", { user: "B" });
    const guess = { ...back, resume: { ...resume, secret: "?" } };
    expect(stage.say("c", guess)).toMatchObject([["c", { type: "error", code: "room-locked" }]]);
    stage.say("a", { type: "kick", peer: "b", ban: true });
    expect(stage.say("c", back)).toMatchObject([["c", { type: "error", code: "banned" }]]);
  });

  it("keeps its place when nothing comes of that now, and may try again", () => {
    const bus = new FakeSharedBus(new SharedLogs(), "p");
    const stage = new Stage({ ring: { notices: 1, size: 1e6 } }, bus);
    for (const name of ["a", "b"]) {
      stage.connect(name);
      stage.say(name, { type: "join", room: "r" });
      stage.settle();
    }
    stage.drop("b");
    for (let times = 0; times < 3; times++) stage.say("a", { type: "message", text: "x" });
    stage.settle();
    stage.connect("c", { user: "B" });
    stage.say("c", { ...back, resume: { ...resume, ack: 1 } });
    while (stage.hub.states()[0]?.members[1]?.connected === false) bus.askNext() || bus.hearNext();
    bus.failures = 1;
    expect(stage.settle()).toContainEqual(["c", expect.objectContaining({ code: "unavailable" })]);
    expect(stage.hub.states()).toMatchObject([{ members: [{ peer: "a" }, { peer: "b", connected: false }] }]);
    stage.say("c", { ...back, resume: { ...resume, ack: 1 } });
    expect(stage.settle()).toContainEqual(["c", expect.objectContaining({ type: "joined", resumed: false })]);
  });
});
