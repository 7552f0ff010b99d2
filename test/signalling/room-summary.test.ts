import { describe, expect, it } from "vitest";
import type { MemberRecord, RoomState } from "../../src/signalling/entries.ts";
import { answerLength, answerTo, roomOf, roomsOf, summariesOf } from "../../src/signalling/room-summary.ts";

function member(peer: string): MemberRecord {
  return {
    ...{ peer, user: peer, name: peer, role: "member", publish: true, subscribe: true },
    ...{ process: "a", connected: true, incarnation: 0, secretHash: "", order: 1, ack: 0, granted: false },
  };
}

function state(room: string, position: number, peers: readonly string[] = []): RoomState {
  return {
    ...{ room, position, seq: position, capacity: 16, locked: false, keepEmpty: 0, succession: true },
    members: peers.map(member),
    banned: ["u"],
  };
}

/** Asks processes that have these rooms. Notes what was answered to each question. */
function asking(processes: readonly (readonly RoomState[])[], answers: (readonly string[])[] = []) {
  return (topic: string): Promise<readonly string[]> => {
    const told = processes.map((states) =>
      answerTo(topic, (only) => states.filter(({ room }) => only === undefined || room === only)),
    );
    answers.push(told);
    return Promise.resolve(told);
  };
}

/** What is told, and how often it was asked for. */
async function list(...processes: (readonly RoomState[])[]) {
  const answers: (readonly string[])[] = [];
  const rooms = await roomsOf(asking(processes, answers));
  return { asked: answers.length, rooms };
}

describe("one room of all processes", () => {
  it("is that of the process that is furthest in its log, and nothing is told of any other", async () => {
    const answers: (readonly string[])[] = [];
    const processes = [
      [state("one", 7, ["x"]), state("two", 1)],
      [state("two", 3), state("one", 9, ["x", "y"]), state("one more", 1)],
      [state("two", 99)],
    ];
    expect(await roomOf("one", asking(processes, answers))).toMatchObject({
      ...{ room: "one", members: 2, banned: ["u"] },
    });
    expect(answers).toEqual([[expect.any(String), expect.any(String), ""]]);
    expect(answers.flat().join("")).not.toContain("two");
  });

  it("is none where nobody has it open, whatever else is answered", async () => {
    const answers = ["", "null", "7", "{}", '{"position":"1","summary":{}}', '{"rooms":[],"more":false}'];
    expect(await roomOf("one", () => Promise.resolve(answers))).toBe(undefined);
    expect(await roomOf("one", asking([[state("two", 1)]]))).toBe(undefined);
  });
});

describe("the rooms of all processes", () => {
  it("are each told once, as the process knows them that is furthest in the log", async () => {
    const { rooms } = await list([state("one", 7, ["x"]), state("two", 1)], [state("one", 9, ["x", "y"])]);
    expect(rooms.map(({ room, members }) => [room, members])).toEqual([
      ["one", 2],
      ["two", 0],
    ]);
  });

  it("come in several answers when they are too many for one, and none is passed over", async () => {
    const many = (prefix: string, count: number): readonly RoomState[] =>
      Array.from({ length: count }, (_, i) => state(`${prefix}${i}`, 1, ["a".repeat(64), "b".repeat(64)]));
    const processes = [many("m", 1_200), many("z", 900), many("a", 5)] as const;
    for (const states of processes) expect(summariesOf(states, "").length).toBeLessThan(answerLength + 5_000);
    const { asked, rooms } = await list(...processes);
    expect(asked).toBeGreaterThan(2);
    expect(new Set(rooms.map(({ room }) => room)).size).toBe(2_105);
    expect(rooms).toHaveLength(2_105);
  });

  it("leave out what is no answer", async () => {
    const answers = ["", "null", "[]", "{}", '{"rooms":[],"more":true}', summariesOf([state("here", 1)], "")];
    const rooms = await roomsOf(() => Promise.resolve(answers));
    expect(rooms.map(({ room }) => room)).toEqual(["here"]);
  });

  it("come to an end though a process says again and again that it has more", async () => {
    const [answer] = await asking([[state("r", 1)]])("rooms after ");
    const endless = answer!.replace('"more":false', '"more":true');
    const asked: string[] = [];
    const rooms = await roomsOf((topic) => {
      asked.push(topic);
      return Promise.resolve([endless]);
    });
    expect([rooms.length, asked]).toEqual([1, ["rooms after ", "rooms after r"]]);
  });
});
