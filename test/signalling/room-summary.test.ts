import { describe, expect, it } from "vitest";
import type { MemberRecord, RoomState } from "../../src/signalling/entries.ts";
import { answerLength, roomsOf, summariesOf } from "../../src/signalling/room-summary.ts";

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
    banned: [],
  };
}

/** Asks processes that have these rooms; returns what is told, and how often it was asked for. */
async function list(...processes: (readonly RoomState[])[]) {
  let asked = 0;
  const rooms = await roomsOf((after) => {
    asked++;
    return Promise.resolve(processes.map((states) => summariesOf(states, after)));
  });
  return { asked, rooms };
}

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
});
