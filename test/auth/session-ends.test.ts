import { describe, expect, it } from "vitest";
import { type SessionEnd, SessionEnds } from "../../src/auth/session-ends.ts";

const one: SessionEnd = { accountId: "a1", sessionId: "s1", reason: "logged-out" };
const two: SessionEnd = { accountId: "a1", sessionId: "s2", reason: "ended" };

describe("who listens to the ends of sessions", () => {
  it("is told each of them, in order", () => {
    const ends = new SessionEnds();
    const heard: SessionEnd[] = [];
    ends.listen((end) => heard.push(end));
    ends.tell([one, two]);
    ends.tell([]);
    expect(heard).toEqual([one, two]);
  });

  it("is told no more after it has stopped, and stopping twice harms nobody", () => {
    const ends = new SessionEnds();
    const heard: string[] = [];
    const stop = ends.listen(() => heard.push("first"));
    ends.listen(() => heard.push("second"));
    stop();
    stop();
    ends.tell([one]);
    expect(heard).toEqual(["second"]);
  });

  it("may stop, or begin, while all are being told", () => {
    const ends = new SessionEnds();
    const heard: string[] = [];
    const stop = ends.listen(() => {
      heard.push("first");
      stop();
      ends.listen(() => heard.push("late"));
    });
    ends.listen(() => heard.push("second"));
    ends.tell([one]);
    expect(heard).toEqual(["first", "second"]);
    ends.tell([two]);
    expect(heard).toEqual(["first", "second", "second", "late"]);
  });

  it("is told even when another throws, and what was thrown comes out afterwards", () => {
    const ends = new SessionEnds();
    const heard: SessionEnd[] = [];
    const failure = new Error("no room");
    ends.listen(() => {
      throw failure;
    });
    ends.listen((end) => heard.push(end));
    expect(() => ends.tell([one, two])).toThrow(expect.objectContaining({ errors: [failure, failure] }));
    expect(heard).toEqual([one, two]);
  });
});
