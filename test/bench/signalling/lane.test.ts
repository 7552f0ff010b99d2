import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { expectedOf, HearingCheck, Lane, NUMBER } from "../../../bench/signalling/lane.ts";
import { LaneLoad } from "../../../bench/signalling/lane-load.ts";
import { Member } from "../../../bench/signalling/member.ts";
import { closing, listenWithWs } from "../websocket/listen.ts";

const says = ["one", "two", "three"].map((text) => ({ text }));

describe("the client of signalling", () => {
  it("says one after the other, and waits until it is heard", async () => {
    const load = await openTo((socket, text) => socket.send(text));
    expect((await load.run(5)).operations).toBeGreaterThanOrEqual(2);
    expect((await load.run(5)).operations).toBeGreaterThanOrEqual(2);
  });
  it("fails when a message is not heard", async () => {
    const load = await openTo((socket, text, count) => count !== 1 && socket.send(text));
    await expect(load.run(10)).rejects.toThrow("1 answers did not come");
  });
  it("fails when one is left out", async () => {
    const load = await openTo((socket, text, count) => count !== 0 && socket.send(text));
    await expect(load.run(10)).rejects.toThrow("not what was said");
  });
  it("fails when one is heard twice", async () => {
    const load = await openTo((socket, text) => {
      socket.send(text);
      socket.send(text);
    });
    await expect(load.run(10)).rejects.toThrow("not what was said");
  });
});

describe("what is heard", () => {
  const notice = (seq: number, text: string): Buffer => Buffer.from(JSON.stringify({ seq, text }));
  const expected = [expectedOf(JSON.stringify({ seq: NUMBER, text: "a" }))];
  const hear = (...notices: readonly Buffer[]) => {
    const check = new HearingCheck(expected);
    for (const octets of notices) check.check(octets, 0, octets.length);
  };
  it("counts on from any number", () => {
    expect(() => hear(notice(98, "a"), notice(99, "a"), notice(100, "a"))).not.toThrow();
  });
  it.each([
    ["leaves a number out", [notice(1, "a"), notice(3, "a")], "a number is missing"],
    ["has a number twice", [notice(1, "a"), notice(1, "a")], "a number is missing"],
    ["says something else", [notice(1, "b")], "not what was said"],
    ["says more", [notice(1, "aa")], "not what was said"],
    ["has no number", [Buffer.from('{"seq":,"text":"a"}')], "not what was said"],
  ])("fails when it %s", (_, notices, reason) => {
    expect(() => hear(...notices)).toThrow(reason);
  });
});

/** A member alone with a server that answers as `answer` does. */
async function openTo(
  answer: (socket: WebSocket, text: string, count: number) => unknown,
): Promise<LaneLoad> {
  const { server, port } = await listenWithWs();
  let count = 0;
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => answer(socket, `${data}`, count++));
  });
  const members = await Member.open(1, () => ({ port }));
  const [member] = members;
  const expected = says.map((said) => expectedOf(JSON.stringify(said)));
  const lane = new Lane({ speaker: member!, listeners: members, says, expected, deep: 2 });
  return closing(new LaneLoad({ lanes: [lane], members, deep: 2, patience: 100 }));
}
