/** What is said while processes are apart: `a` is on `p`, `b` is on `q`, and either may lose the log that they share. */
import { describe, expect, it } from "vitest";
import type { HubOptions } from "../../../src/signalling/hub/hub-options.ts";
import type { Command, Notice } from "../../../src/signalling/protocol.ts";
import { FakeSharedBus, SharedLogs } from "./fake-shared-bus.ts";
import { type Heard, Stage } from "./stage.ts";

class Pair {
  readonly clock = { now: 1_000_000 };
  readonly logs: SharedLogs = new SharedLogs(() => this.clock.now * 1_000);
  readonly buses = ["p", "q"].map((process) => new FakeSharedBus(this.logs, process));
  readonly stages: readonly Stage[];
  readonly heard: Heard[] = [];

  constructor(options: HubOptions = {}) {
    this.stages = this.buses.map((bus) => new Stage(options, bus, this.clock));
    this.enter(0, "a");
    this.enter(1, "b");
  }

  enter(at: number, name: string): void {
    this.stages[at]!.connect(name);
    this.stages[at]!.say(name, { type: "join", room: "r" });
    this.settle();
  }

  say(at: number, name: string, command: Command): void {
    this.heard.push(...this.stages[at]!.say(name, command));
  }

  /** All that is under way arrives. */
  settle(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const bus of this.buses) while (bus.askNext() || bus.hearNext()) busy = true;
    }
    for (const stage of this.stages) this.heard.push(...stage.heard());
  }

  /** After what has failed is tried again. */
  later(): void {
    for (const stage of this.stages) this.heard.push(...stage.later(1_001));
    this.settle();
  }

  /** What one has heard, in order. */
  by(name: string): readonly Notice[] {
    return this.heard.flatMap((each) => ("type" in each || !each[0].includes(name) ? [] : [each[1]]));
  }

  textsOf(name: string): readonly string[] {
    return this.by(name).flatMap((notice) => (notice.type === "message" ? [notice.text] : []));
  }
}

const message = (text: string, more: object = {}): Command => ({ type: "message", text, ...more }) as Command;

/** The numbers of what was heard, which must only grow. */
function expectInOrder(notices: readonly Notice[]): void {
  const numbers = notices.flatMap((notice) => ("seq" in notice ? [notice.seq] : []));
  expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
}

describe("a process that was cut off from the log of a room", () => {
  it("tells its members what was said there meanwhile, once and in order, after who is back", () => {
    const pair = new Pair();
    pair.say(0, "a", message("before"));
    pair.settle();
    pair.buses[1]!.lose();
    pair.clock.now += 500;
    pair.say(0, "a", message("to all"));
    pair.say(0, "a", message("to b", { to: "b" }));
    pair.say(0, "a", { type: "description", to: "b", description: { type: "offer", sdp: "v=0" } });
    pair.settle();
    expect(pair.textsOf("b")).toEqual(["before"]);
    pair.buses[1]!.find();
    pair.say(0, "a", message("after"));
    pair.settle();
    pair.say(0, "a", message("in touch"));
    pair.settle();
    expect(pair.by("b").map(({ type }) => type)).toEqual([
      ...["joined", "message", "service", "peer-reconnecting"],
      ...["peer-reconnected", "message", "message", "description", "message", "service", "message"],
    ]);
    expect(pair.textsOf("b")).toEqual(["before", "to all", "to b", "after", "in touch"]);
    expectInOrder(pair.by("b").slice(1));
  });

  it("leaves out whom it was not for: who came meanwhile, who may not hear chat, who has said it", () => {
    const pair = new Pair();
    pair.enter(1, "d");
    const grant = { room: "r", role: "viewer", publish: false, subscribe: false, expiresAt: 1e9 } as const;
    pair.stages[1]!.connect("v", { grant });
    pair.stages[1]!.say("v", { type: "join", room: "r" });
    pair.settle();
    pair.buses[1]!.lose();
    pair.enter(1, "c");
    pair.say(0, "a", message("to all"));
    pair.say(0, "a", message("to d", { to: "d" }));
    pair.settle();
    pair.buses[1]!.find();
    pair.settle();
    expect(["a", "b", "c", "d", "v"].map((name) => pair.textsOf(name))).toEqual([
      ...[[], ["to all"], [], ["to all", "to d"], []],
    ]);
  });

  it("keeps it for members of its own who are lost", () => {
    const pair = new Pair();
    const last = pair.by("b").findLast((notice) => "seq" in notice);
    pair.stages[1]!.drop("b");
    pair.settle();
    pair.buses[1]!.lose();
    pair.say(0, "a", message("to all"));
    pair.settle();
    pair.buses[1]!.find();
    pair.settle();
    pair.stages[1]!.connect("x", { user: "B" });
    const ack = last !== undefined && "seq" in last ? last.seq : 0;
    pair.say(1, "x", { type: "join", room: "r", resume: { peer: "b", secret: "secret of b", ack } });
    pair.settle();
    expect(pair.by("x")[0]).toMatchObject({ type: "resumed", self: "b" });
    expect(pair.textsOf("x")).toEqual(["to all"]);
  });

  it("tells no more of it than is kept", () => {
    const pair = new Pair({ ring: { notices: 3, size: 1e6 } });
    pair.buses[1]!.lose();
    for (let at = 0; at < 5; at++) pair.say(0, "a", message(`${at}`));
    pair.settle();
    pair.buses[1]!.find();
    pair.settle();
    expect(pair.textsOf("b")).toEqual(["2", "3", "4"]);
  });

  it.each([0, 1, 2, 3])("says once more what was on its way, of which %i have arrived", (arrived) => {
    const pair = new Pair();
    pair.enter(1, "d");
    for (let seq = 1; seq <= 3; seq++) pair.say(1, "b", message(`${seq}`, { seq }));
    for (let each = 0; each < arrived; each++) pair.buses[1]!.askNext();
    pair.buses[1]!.lose();
    pair.settle();
    pair.buses[1]!.find();
    pair.settle();
    pair.say(1, "b", message("4", { seq: 4 }));
    pair.settle();
    for (const name of ["a", "d"]) expect([name, ...pair.textsOf(name)]).toEqual([name, "1", "2", "3", "4"]);
    expectInOrder(pair.by("a").slice(1));
    expectInOrder(pair.by("d").slice(1));
  });

  it("misses nothing when both are, one after the other, again and again", () => {
    const pair = new Pair();
    const texts: string[] = [];
    for (let round = 0; round < 6; round++) {
      const [away, here] = [round % 2, 1 - (round % 2)];
      pair.buses[away]!.lose();
      pair.clock.now += 100;
      pair.say(here, here === 0 ? "a" : "b", message(`${round}`));
      texts.push(`${round}`);
      pair.settle();
      pair.buses[away]!.find();
      pair.settle();
    }
    expect([...pair.textsOf("b"), ...pair.textsOf("a")].sort()).toEqual(texts);
    for (const name of ["a", "b"]) expectInOrder(pair.by(name).slice(1));
  });
});

describe("a log of one room that is lost, though those whose it was can be reached", () => {
  it("keeps nothing from anybody that had arrived there unheard: it is heard late, and once", () => {
    const pair = new Pair();
    pair.enter(1, "d");
    for (let seq = 1; seq <= 3; seq++) pair.say(1, "b", message(`${seq}`, { seq }));
    pair.buses[1]!.fail("r");
    pair.settle();
    pair.later();
    pair.say(1, "b", message("4", { seq: 4 }));
    pair.settle();
    for (const name of ["a", "d"]) expect([name, ...pair.textsOf(name)]).toEqual([name, "1", "2", "3", "4"]);
    for (const name of ["a", "d"]) expectInOrder(pair.by(name).slice(1));
  });

  it("goes on in another, in which what the first say who are back is heard by those who follow", () => {
    const pair = new Pair();
    pair.say(0, "a", message("before"));
    pair.settle();
    pair.clock.now += 500;
    pair.logs.empty();
    const [p, q] = pair.buses as [FakeSharedBus, FakeSharedBus];
    p.fail("r");
    p.hearNext();
    for (const heard of pair.stages[0]!.later(1_001)) pair.heard.push(heard);
    while (p.askNext() || p.hearNext());
    pair.say(0, "a", message("first"));
    while (p.askNext() || p.hearNext());
    q.fail("r");
    pair.later();
    pair.later();
    pair.say(0, "a", message("then"));
    pair.say(1, "b", message("both"));
    pair.settle();
    expect(pair.textsOf("b")).toEqual(["before", "first", "then"]);
    expect(pair.textsOf("a")).toEqual(["both"]);
    for (const name of ["a", "b"]) expectInOrder(pair.by(name).slice(1));
  });
});
