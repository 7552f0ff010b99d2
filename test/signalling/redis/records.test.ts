import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry, MemberRecord, RoomState } from "../../../src/signalling/entries.ts";
import { isEntry, isRoomState } from "../../../src/signalling/redis/entry-check.ts";
import {
  decodeChunk,
  decodePublished,
  decodeRecord,
  decodeState,
  emptyRecord,
  encodeRecord,
} from "../../../src/signalling/redis/records.ts";
import { Room } from "../../../src/signalling/room/room.ts";

const rights = { role: "host", publish: true, subscribe: false } as const;
const newcomer = { peer: "p", user: "u", name: "n", process: "x", secretHash: "h", ...rights };
const member: MemberRecord = { ...newcomer, connected: true, incarnation: 0, order: 1, ack: 0 };
const state: RoomState = {
  ...{ room: "r", position: 7, seq: 9, capacity: 4, locked: false, keepEmpty: 0, succession: true },
  ...{ members: [member, { ...member, peer: "q", presence: { hand: true } }], banned: ["b"] },
};
const say = (saying: Extract<Entry, { type: "say" }>["saying"]): Entry => ({
  type: "say",
  from: "p",
  saying,
});

/** Every kind of entry, and every kind of saying. */
const entries: readonly Entry[] = [
  { type: "join", member: newcomer, capacity: 4, succession: true },
  ...[{ peer: "q", secretHash: "h" }].map(
    (replaces): Entry => ({ type: "join", member: newcomer, capacity: 4, succession: true, replaces }),
  ),
  { type: "leave", peer: "p", reason: "left" },
  { type: "drop", peer: "p", incarnation: 1 },
  { type: "expire", peer: "p", incarnation: 1 },
  { type: "resume", peer: "p", user: "u", secretHash: "h" },
  { type: "resume", peer: "p", user: "u", secretHash: "h", rights },
  say({ type: "description", description: { type: "offer", sdp: "v=0" } }),
  say({ type: "candidate", candidate: { candidate: "", sdpMid: null, sdpMLineIndex: 0 } }),
  say({ type: "end-of-candidates" }),
  { type: "say", from: "p", seq: 3, to: "q", saying: { type: "message", text: "hi" } },
  { type: "presence", peer: "p", seq: 4, presence: { a: [1] } },
  { type: "kick", by: "p", peer: "q", ban: true },
  { type: "unban", by: "p", user: "b" },
  { type: "lock", locked: true },
  { type: "rights", peer: "p", rights },
  { type: "configure", settings: { capacity: 3 } },
  { type: "end" },
  { type: "process-gone", process: "x" },
  { type: "merge", state },
];

describe("records over Redis", () => {
  it.each(entries.map((entry) => [entry.type, entry] as const))("come back as they were: %s", (_, entry) => {
    const text = encodeRecord("x", 5, entry);
    if (entry.type === "say") entry = { ...entry, plain: true };
    expect(decodeRecord(9, text)).toEqual({ position: 9, process: "x", ref: 5, entry });
    expect(decodePublished(`1790000000000009 ${text}`)).toEqual({
      ...{ position: 1_790_000_000_000_009, process: "x", ref: 5, entry },
    });
  });

  it.each(entries.map((entry) => [entry.type, entry] as const))(
    "are refused when a field is missing, or of another type: %s",
    (_, entry) => {
      const needed = Object.keys(entry).filter(
        (name) => !["replaces", "seq", "to", "by", "rights"].includes(name),
      );
      for (const name of needed) {
        for (const wrong of [undefined, null, []]) expect(isEntry({ ...entry, [name]: wrong })).toBe(false);
      }
    },
  );

  it.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["null", "null"],
    ["a number", "1"],
    ["a list", "[]"],
    ["no process", `{"ref":1,"entry":{"type":"end"}}`],
    ["no number", `{"process":"x","ref":"1","entry":{"type":"end"}}`],
    ["no entry", `{"process":"x","ref":1}`],
    ["an unknown entry", `{"process":"x","ref":1,"entry":{"type":"toString"}}`],
    ["a type that is none", `{"process":"x","ref":1,"entry":{"type":["end"]}}`],
  ])("are none: %s", (_, text) => {
    expect(decodeRecord(1, text)).toBeUndefined();
    expect(decodePublished(`1 ${text}`)).toBeUndefined();
  });

  it.each(["", "1", "x {}", "1.5 {}", " {}", "-1 {}", "99999999999999999999 {}"])(
    "are not published without a position: %j",
    (start) => expect(decodePublished(`${start}${encodeRecord("x", 1, { type: "end" })}`)).toBeUndefined(),
  );

  it("leave an empty record where something else is, which no room notices", () => {
    const good = encodeRecord("x", 1, { type: "end" });
    const { records, malformed } = decodeChunk(0, 3, [
      ["1-0", ["record", good]],
      ["2-0", ["record", "garbage"]],
      ["3-0", ["other", good]],
      ["4-0", []],
      ["5-1", ["record", good]],
    ]);
    expect(records.map(({ position, entry }) => [position, entry.type])).toEqual([
      [1, "end"],
      [2, "process-gone"],
      [3, "process-gone"],
      [4, "process-gone"],
    ]);
    expect(malformed).toEqual([2, 3, 4, Number.NaN]);
    const room = new Room("r", state);
    expect(room.apply(emptyRecord(8)).deliveries).toEqual([]);
    expect(room.toState()).toEqual({ ...state, position: 8 });
  });

  it("never bring a room down, however they were changed", () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
    const changed = fc
      .tuple(
        fc.constantFrom(...entries),
        fc.constantFrom("type", "peer", "member", "saying", "state", "x"),
        value,
      )
      .map(([entry, name, wrong]) => ({ ...entry, [name]: wrong }));
    fc.assert(
      fc.property(fc.array(fc.oneof(changed, fc.constantFrom(...entries)), { maxLength: 8 }), (list) => {
        const room = new Room("r", state);
        for (const [at, entry] of list.entries()) {
          const text = JSON.stringify({ process: "x", ref: 1, entry });
          room.apply(decodeRecord(8 + at, text) ?? emptyRecord(8 + at));
        }
        expect(isRoomState(JSON.parse(JSON.stringify(room.toState())))).toBe(true);
      }),
    );
  });
});

describe("states over Redis", () => {
  it("come back as they were", () => {
    expect(decodeState("r", `7 ${JSON.stringify(state)}`)).toEqual(state);
  });

  it.each([
    ["of another room", `7 ${JSON.stringify({ ...state, room: "q" })}`],
    ["of another position", `8 ${JSON.stringify(state)}`],
    ["without members", `7 ${JSON.stringify({ ...state, members: undefined })}`],
    ["with a member that is none", `7 ${JSON.stringify({ ...state, members: [{ ...member, ack: -1 }] })}`],
    ["cut short", `7 ${JSON.stringify(state).slice(0, -1)}`],
    ["empty", ""],
  ])("are refused: %s", (_, text) => expect(decodeState("r", text)).toBeUndefined());
});

describe("RFC 8259 §7 what is said in a record", () => {
  it.each([
    ["plain", true],
    ['a "quoted" word', false],
    ["a line\r\n", false],
    ["é😀", true],
  ])("is judged by the text of the record, not by what that says: %j", (text, plain) => {
    const entry: Entry = { type: "say", from: "p", saying: { type: "message", text }, plain: !plain };
    expect(decodeRecord(1, encodeRecord("x", 2, entry))).toMatchObject({ entry: { plain } });
  });

  it.each([
    { candidate: "" },
    { candidate: "", sdpMid: 1, sdpMLineIndex: 0 },
    { candidate: "", sdpMid: null, sdpMLineIndex: "0" },
    { candidate: 1, sdpMid: null, sdpMLineIndex: 0 },
    { candidate: "", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null },
  ])("is no candidate: %j", (candidate) => {
    const entry = { type: "say", from: "p", saying: { type: "candidate", candidate } };
    expect(isEntry(entry)).toBe(false);
  });
});
