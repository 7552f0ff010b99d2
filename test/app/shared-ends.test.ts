import { describe, expect, it } from "vitest";
import { shareSessionEnds } from "../../src/app/shared-ends.ts";
import { type SessionEnd, SessionEnds } from "../../src/auth/session-ends.ts";
import type { Machine } from "../../src/deadlines.ts";
import { silentLog } from "../../src/log.ts";

const end: SessionEnd = { accountId: "a1", sessionId: "s1", reason: "logged-out" };

/** A process as far as this is about: its own ends, and a wire to the others. */
function newProcess(): {
  readonly ends: SessionEnds;
  readonly announced: string[];
  readonly takenOver: SessionEnd[];
  readonly hear: (text: string) => void;
  readonly hearThatSomeWereMissed: () => void;
  /** How often the store was looked into. */
  readonly looks: () => number;
  readonly share: (shared: boolean) => void;
  /** Lets time pass, for whoever waits for it. */
  readonly pass: (milliseconds: number) => void;
  readonly waiting: () => number;
  readonly stop: () => void;
} {
  let now = 1_000;
  let looks = 0;
  const machines = new Set<Machine>();
  const listeners = new Map<string, (text: string) => void>();
  let share: (shared: boolean) => void = () => {};
  const ends = new SessionEnds();
  const announced: string[] = [];
  const takenOver: SessionEnd[] = [];
  const endedElsewhere = (taken: SessionEnd): void => {
    takenOver.push(taken);
    ends.tell([{ ...taken, elsewhere: true }]);
  };
  const stop = shareSessionEnds({
    sessions: {
      onEnd: (each) => ends.listen(each),
      endedElsewhere,
      catchUp: () => {
        looks++;
        return looks === 1 ? Promise.reject(new Error("disk full")) : Promise.resolve();
      },
    },
    signalling: {
      announce: (topic, text) => announced.push(topic === "session-end" ? text : topic),
      onAnnouncement: (topic, each) => listeners.set(topic, each),
      onSharing: (each) => {
        share = each;
      },
    },
    deadlines: {
      now: () => now,
      add: (machine) => machines.add(machine),
      delete: (machine) => machines.delete(machine),
    },
    log: silentLog,
  });
  return {
    ...{ ends, announced, takenOver, stop },
    hear: (text) => listeners.get("session-end")!(text),
    hearThatSomeWereMissed: () => listeners.get("session-ends-missed")!(""),
    looks: () => looks,
    share: (shared) => share(shared),
    pass: (milliseconds) => {
      now += milliseconds;
      for (const machine of machines) if (machine.nextTimeout <= now) machine.handleTimeout(now);
    },
    waiting: () => machines.size,
  };
}

describe("ends that could not be announced", () => {
  it("are looked for in the store while others cannot be reached, and once more when they can", () => {
    const here = newProcess();
    here.pass(60_000);
    expect(here.looks()).toBe(0);
    here.share(false);
    for (let seconds = 0; seconds < 12; seconds++) here.pass(1_000);
    expect(here.looks()).toBe(2);
    here.share(true);
    here.pass(60_000);
    expect([here.looks(), here.waiting()]).toEqual([3, 0]);
  });

  it("are looked for by all when one of them can be reached again", () => {
    const [here, there] = [newProcess(), newProcess()];
    here.share(false);
    here.share(true);
    expect(here.announced).toEqual(["session-ends-missed"]);
    there.hearThatSomeWereMissed();
    expect(there.looks()).toBe(1);
    expect(there.announced).toEqual([]);
  });

  it("are not looked for after the stop", () => {
    const here = newProcess();
    here.share(false);
    here.stop();
    here.pass(60_000);
    here.share(true);
    here.share(false);
    here.pass(60_000);
    expect([here.looks(), here.announced, here.waiting()]).toEqual([0, [], 0]);
  });
});

describe("the ends of logins across processes", () => {
  it.each([
    end,
    { ...end, tokenId: "t1", reason: "revoked" },
    { ...end, reason: "reused", device: "a phone" },
  ] as const)("are announced and taken over: %j", (each) => {
    const [here, there] = [newProcess(), newProcess()];
    here.ends.tell([each]);
    for (const text of here.announced) there.hear(text);
    expect(there.takenOver).toEqual([each]);
  });

  it("are not announced once more by who has taken them over", () => {
    const here = newProcess();
    here.hear(JSON.stringify(end));
    expect(here.takenOver).toHaveLength(1);
    expect(here.announced).toEqual([]);
  });

  it("are announced no more after the stop", () => {
    const here = newProcess();
    here.stop();
    here.ends.tell([end]);
    expect(here.announced).toEqual([]);
  });

  it.each([
    "",
    "{",
    "null",
    '"end"',
    "[]",
    "{}",
    JSON.stringify({ ...end, accountId: 1 }),
    JSON.stringify({ ...end, sessionId: undefined }),
    JSON.stringify({ ...end, reason: "constructor" }),
    JSON.stringify({ ...end, tokenId: 7 }),
    JSON.stringify({ ...end, device: null }),
  ])("are not taken over from %j", (text) => {
    const here = newProcess();
    here.hear(text);
    expect(here.takenOver).toEqual([]);
  });
});
