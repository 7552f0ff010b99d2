import { describe, expect, it } from "vitest";
import { shareSessionEnds } from "../../src/app/shared-ends.ts";
import { type SessionEnd, SessionEnds } from "../../src/auth/session-ends.ts";

const end: SessionEnd = { accountId: "a1", sessionId: "s1", reason: "logged-out" };

/** A process as far as this is about: its own ends, and a wire to the others. */
function newProcess(): {
  readonly ends: SessionEnds;
  readonly announced: string[];
  readonly takenOver: SessionEnd[];
  readonly hear: (text: string) => void;
  readonly stop: () => void;
} {
  const ends = new SessionEnds();
  const announced: string[] = [];
  const takenOver: SessionEnd[] = [];
  let listener: (text: string) => void = () => {};
  const endedElsewhere = (taken: SessionEnd): void => {
    takenOver.push(taken);
    ends.tell([{ ...taken, elsewhere: true }]);
  };
  const stop = shareSessionEnds(
    { onEnd: (each) => ends.listen(each), endedElsewhere },
    {
      announce: (_topic, text) => announced.push(text),
      onAnnouncement: (_topic, each) => {
        listener = each;
      },
    },
  );
  return { ends, announced, takenOver, hear: (text) => listener(text), stop };
}

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
