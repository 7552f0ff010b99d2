import { describe, expect, it } from "vitest";
import { FakeSharedBus, SharedLogs } from "./fake-shared-bus.ts";
import { Stage } from "./stage.ts";

/** A process with `a` and `b` in the room `r` of a log that others share, too. */
function shared(): { readonly stage: Stage; readonly bus: FakeSharedBus } {
  const bus = new FakeSharedBus(new SharedLogs(), "p");
  const stage = new Stage({}, bus);
  for (const name of ["a", "b"]) {
    stage.connect(name);
    stage.say(name, { type: "join", room: "r" });
    stage.settle();
  }
  return { stage, bus };
}

describe("a join that arrives in a log which is lost before it is heard", () => {
  it("is answered when the log is opened again, and nobody is shut out by what it was", () => {
    const { stage, bus } = shared();
    stage.connect("c");
    stage.say("c", { type: "join", room: "r", id: 1 });
    while (bus.askNext());
    bus.fail("r");
    stage.settle();
    stage.later(1_000);
    expect(stage.settle()).toContainEqual([
      "c",
      expect.objectContaining({ type: "joined", id: 1, self: "c" }),
    ]);
    expect(stage.say("c", { type: "message", text: "here" })).toEqual([]);
    expect(stage.settle()).toMatchObject([[["a", "b"], { type: "message", text: "here" }]]);
  });
});

describe("a peer that resumes and whose login is ended meanwhile", () => {
  it("leaves at once", () => {
    const { stage } = shared();
    stage.drop("b");
    stage.settle();
    stage.connect("b2", { user: "B" });
    const resume = { peer: "b", secret: "secret of b", ack: 2 };
    stage.say("b2", { type: "join", room: "r", resume });
    stage.close("b2");
    expect(stage.settle()).toMatchObject([
      [["a"], { type: "peer-reconnected", peer: "b" }],
      [["a"], { type: "peer-left", peer: "b", reason: "left" }],
    ]);
  });
});
