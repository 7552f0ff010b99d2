import { describe, expect, it } from "vitest";
import { maxBanned } from "../../../src/signalling/room/conditions.ts";
import { joining, Log } from "./entries.ts";

function roomOf(...peers: readonly string[]): Log {
  const log = new Log();
  log.join(...peers);
  return log;
}

const say = (from: string, text: string, more: { to?: string; seq?: number } = {}) =>
  ({ type: "say", from, saying: { type: "message", text }, ...more }) as const;

describe("who comes into a room", () => {
  it("is told to the others, who are not polite towards it, and has its place after them", () => {
    const log = roomOf("a");
    expect(log.apply(joining("b", { presence: { hand: 1 } })).deliveries).toEqual([
      {
        ...{ to: undefined, except: "b", chat: false, plain: false, newcomer: "b" },
        notice: {
          ...{ type: "peer-joined", seq: 2, peer: "b", user: "B", name: "b!", role: "member" },
          ...{ publish: true, subscribe: true, polite: false, presence: { hand: 1 } },
        },
      },
    ]);
    expect(log.room.membersSeenBy("b")).toMatchObject([{ peer: "a", polite: true }]);
    expect(log.room.membersSeenBy("a")).toMatchObject([{ peer: "b", polite: false }]);
  });

  it("is who it was when its join had arrived before, unheard: it has the secret of that one", () => {
    const log = roomOf("a", "b");
    log.apply({ type: "process-gone", process: "p" });
    expect(log.told(joining("b"))).toEqual(["all but b: 5 peer-reconnected b"]);
    expect(log.room.members.get("b")).toMatchObject({ connected: true, order: 2 });
    expect(log.told(joining("b", { user: "A" }))).toBe("already-in-room");
  });

  it("is refused twice, when banned, when the room is locked, and when it is full", () => {
    const log = roomOf("a", "b");
    expect(log.told(joining("b", { secretHash: "another" }))).toBe("already-in-room");
    log.apply({ type: "configure", settings: { capacity: 2 } });
    expect(log.told(joining("c"))).toBe("room-full");
    log.apply({ type: "lock", by: "a", locked: true });
    expect(log.told(joining("c"))).toBe("room-locked");
    log.apply({ type: "kick", by: "a", peer: "b", ban: true });
    expect(log.told(joining("b2"))).toBe("banned");
    expect(log.told(joining("c", { role: "host" }))).toEqual(["all but c: 5 peer-joined c C c! host false"]);
  });

  it("finds the capacity that the first brought, or that was configured ahead", () => {
    const log = new Log();
    log.apply(joining("a", {}, 1));
    expect(log.told(joining("b", {}, 9))).toBe("room-full");
    log.apply({ type: "configure", settings: { capacity: 2 } });
    expect(log.told(joining("b", {}, 1))).toHaveLength(1);
  });
});

describe("hosts", () => {
  it("are succeeded by whoever came first of those connected, and no viewer", () => {
    const log = new Log();
    for (const [peer, role] of [
      ["v", "viewer"],
      ["a", "member"],
      ["b", "member"],
      ["c", "member"],
    ] as const)
      log.apply(joining(peer, { role }));
    expect(log.roles()).toEqual({ v: "viewer", a: "host", b: "member", c: "member" });
    log.apply({ type: "drop", peer: "b", incarnation: 0 });
    expect(log.told({ type: "leave", peer: "a", reason: "left" })).toEqual([
      "all but a: 6 peer-left a left",
      "all: 7 peer-role c host",
    ]);
    expect(log.told({ type: "leave", peer: "c", reason: "left" })).toContain("all: 9 peer-role b host");
    expect(log.told({ type: "leave", peer: "b", reason: "left" })).toEqual([
      "all but b: 10 peer-left b left",
    ]);
  });

  it("are only those who were made so where there is no succession", () => {
    const log = new Log();
    log.apply(joining("a", { role: "host" }, 16, false));
    log.apply(joining("b", {}, 16, false));
    expect(log.told({ type: "leave", peer: "a", reason: "left" })).toEqual(["all but a: 3 peer-left a left"]);
  });

  it("stay hosts by a grant that says member while nobody else is, and no longer when somebody is", () => {
    const log = roomOf("a", "b");
    const rights = { role: "member", publish: true, subscribe: true } as const;
    expect(log.told({ type: "rights", peer: "a", rights })).toEqual([]);
    expect(log.roles()).toEqual({ a: "host", b: "member" });
    log.apply({ type: "rights", peer: "b", rights: { ...rights, role: "host" } });
    expect(log.told({ type: "rights", peer: "a", rights })).toEqual(["all: 4 peer-role a member"]);
  });

  it("and all others are told of, when they may send or receive again or no more, themselves too", () => {
    const log = roomOf("a", "b");
    const rights = { role: "member", publish: false, subscribe: true } as const;
    expect(log.told({ type: "rights", peer: "b", rights })).toEqual(["all: 3 peer-role b member no publish"]);
    expect(log.told({ type: "rights", peer: "b", rights })).toEqual([]);
    expect(log.told(joining("c", { subscribe: false }))).toEqual([
      "all but c: 4 peer-joined c C c! member no subscribe false",
    ]);
    expect(log.room.membersSeenBy("c")).toMatchObject([{ publish: true }, { publish: false }]);
    const all = { ...rights, publish: true };
    expect(log.told({ type: "rights", peer: "b", rights: all })).toEqual(["all: 5 peer-role b member"]);
  });

  it("are succeeded when a grant makes the last of them a viewer", () => {
    const rights = { role: "viewer", publish: false, subscribe: true } as const;
    expect(roomOf("a", "b").told({ type: "rights", peer: "a", rights })).toEqual([
      "all: 3 peer-role a viewer no publish",
      "all: 4 peer-role b host",
    ]);
    expect(roomOf("a").told({ type: "rights", peer: "x", rights })).toBe("unknown-peer");
  });

  it("alone kick, ban and lock, besides the server itself", () => {
    const log = roomOf("a", "b", "c");
    for (const by of ["b", "x"]) {
      expect(log.told({ type: "kick", by, peer: "c", ban: false })).toBe("forbidden");
      expect(log.told({ type: "lock", by, locked: true })).toBe("forbidden");
    }
    expect(log.told({ type: "kick", by: "a", peer: "a", ban: false })).toBe("unknown-peer");
    expect(log.told({ type: "kick", by: "a", peer: "x", ban: false })).toBe("unknown-peer");
    expect(log.told({ type: "lock", by: "a", locked: true })).toEqual(["all but a: 4 locked true a"]);
    expect(log.told({ type: "lock", by: "a", locked: true })).toEqual([]);
    expect(log.told({ type: "lock", locked: false })).toEqual(["all: 5 locked false"]);
    expect(log.told({ type: "kick", peer: "a", ban: false })).toEqual([
      "all but a: 6 peer-left a kicked",
      "all: 7 peer-role b host",
    ]);
  });

  it("ban a user with all its peers, each of them told by a number of its own, up to a thousand users", () => {
    const log = roomOf("a", "b1", "b2");
    expect(log.told({ type: "kick", by: "a", peer: "b1", ban: true })).toEqual([
      "all but b1: 4 peer-left b1 banned",
      "all but b2: 5 peer-left b2 banned",
    ]);
    const state = log.room.toState();
    const full = new Log({ ...state, banned: Array.from({ length: maxBanned }, (_, at) => `${at}`) });
    full.join("c");
    expect(full.told({ type: "kick", by: "a", peer: "c", ban: true })).toBe("forbidden");
    expect(full.told({ type: "kick", by: "a", peer: "c", ban: false })).toHaveLength(1);
  });
});

describe("a user who was banned", () => {
  it("may come back when a host or the server says so, and nobody else", () => {
    const log = roomOf("a", "b", "c");
    log.apply({ type: "kick", by: "a", peer: "b", ban: true });
    expect(log.told({ type: "unban", by: "c", user: "B" })).toBe("forbidden");
    expect(log.told(joining("b"))).toBe("banned");
    expect(log.told({ type: "unban", by: "a", user: "B" })).toEqual([]);
    expect(log.told(joining("b"))).toHaveLength(1);
    log.apply({ type: "kick", peer: "b", ban: true });
    for (const user of ["X", "B"]) expect(log.told({ type: "unban", user })).toEqual([]);
    expect(log.room.toState().banned).toEqual([]);
  });
});

describe("what is said", () => {
  it("reaches one or all others, once for each number", () => {
    const log = roomOf("a", "b");
    expect(log.told(say("a", "hi", { seq: 1 }))).toEqual(["all but a (chat): 3 message a A a! hi"]);
    expect(log.told(say("a", "hi", { seq: 1 }))).toEqual([]);
    expect(log.told(say("a", "psst", { seq: 2, to: "b" }))).toEqual(["b: 4 message a A a! psst b"]);
    expect(log.told({ type: "say", from: "b", to: "a", saying: { type: "end-of-candidates" } })).toEqual([
      "a: 5 end-of-candidates b",
    ]);
    expect(log.room.members.get("a")?.ack).toBe(2);
  });

  it("needs a room, and another in it", () => {
    const log = roomOf("a");
    expect(log.told(say("x", "hi"))).toBe("not-in-room");
    for (const to of ["a", "x"]) expect(log.told(say("a", "hi", { to }))).toBe("unknown-peer");
    expect(log.told({ type: "presence", peer: "x", presence: {} })).toBe("not-in-room");
    expect(log.told({ type: "leave", peer: "x", reason: "left" })).toBe("not-in-room");
  });

  it("as presence is what newcomers see", () => {
    const log = roomOf("a", "b");
    const present = { type: "presence", peer: "a", seq: 1, presence: { hand: "up" } } as const;
    expect(log.apply(present).deliveries).toMatchObject([
      { except: "a", notice: { presence: { hand: "up" } } },
    ]);
    expect(log.told(present)).toEqual([]);
    expect(log.room.membersSeenBy("b")).toMatchObject([{ presence: { hand: "up" } }]);
  });
});

describe("a lost connection", () => {
  const back = (peer: string) =>
    ({ type: "resume", peer, user: peer.charAt(0).toUpperCase(), secretHash: `hash of ${peer}` }) as const;

  it("keeps its place until it is back or its time is over, each by its own incarnation", () => {
    const log = roomOf("a", "b");
    expect(log.told({ type: "drop", peer: "b", incarnation: 0 })).toEqual([
      "all but b: 3 peer-reconnecting b",
    ]);
    expect(log.told({ type: "drop", peer: "b", incarnation: 1 })).toEqual([]);
    expect(log.room.membersSeenBy("a")).toMatchObject([{ reconnecting: true }]);
    expect(log.told(back("b"), "q")).toEqual(["all but b: 4 peer-reconnected b"]);
    expect(log.room.members.get("b")).toMatchObject({ process: "q", connected: true, incarnation: 2 });
    for (const incarnation of [1, 2])
      expect(log.told({ type: "expire", peer: "b", incarnation })).toEqual([]);
    expect(log.told({ type: "drop", peer: "b", incarnation: 0 })).toEqual([]);
    log.apply({ type: "drop", peer: "b", incarnation: 2 });
    expect(log.told({ type: "expire", peer: "b", incarnation: 3 })).toEqual([
      "all but b: 6 peer-left b lost",
    ]);
    expect(log.told(back("b"))).toBe("unknown-peer");
  });

  it("is not taken up by another user, with another secret, nor for one that is not here: one answer for all", () => {
    const log = roomOf("a");
    for (const wrong of [{ user: "X" }, { secretHash: "hash of x" }, { secretHash: "" }, { peer: "x" }])
      expect(log.apply({ ...back("a"), ...wrong }).refusal).toEqual({
        ...{ code: "unknown-peer", message: "there is nothing to resume" },
      });
  });

  it("is taken over while it is not yet known to be lost, and nobody need be told", () => {
    const log = roomOf("a", "b");
    expect(log.told(back("b"), "q")).toEqual([]);
    expect(log.room.members.get("b")).toMatchObject({ process: "q", incarnation: 1 });
  });

  it("comes back with the rights of its newer login", () => {
    const log = roomOf("a", "b");
    const rights = { role: "host", publish: true, subscribe: false } as const;
    expect(log.told({ ...back("b"), rights })).toEqual(["all: 3 peer-role b host no subscribe"]);
    expect(log.room.members.get("b")).toMatchObject(rights);
  });

  it("is that of all who were on a process that is gone, once", () => {
    const log = roomOf("a");
    for (const peer of ["b", "c"]) log.apply(joining(peer, { process: "q" }));
    log.apply({ type: "drop", peer: "c", incarnation: 0 });
    expect(log.told({ type: "process-gone", process: "q" })).toEqual(["all but b: 5 peer-reconnecting b"]);
    expect(log.told({ type: "process-gone", process: "q" })).toEqual([]);
  });
});

describe("an empty room", () => {
  it("forgets what was said about it", () => {
    const log = roomOf("a", "b");
    log.apply({ type: "kick", by: "a", peer: "b", ban: true });
    log.apply({ type: "lock", by: "a", locked: true });
    log.apply({ type: "leave", peer: "a", reason: "left" });
    expect(log.room.toState()).toMatchObject({ locked: false, banned: [], capacity: undefined, members: [] });
    expect(log.told(joining("b"))).toHaveLength(1);
  });

  it("that is kept forgets nothing until it is ended", () => {
    const log = new Log();
    log.apply({ type: "configure", settings: { capacity: 3, locked: true, keepEmpty: 1000 } });
    log.apply(joining("a", { role: "host" }));
    log.apply({ type: "leave", peer: "a", reason: "left" });
    expect(log.room.toState()).toMatchObject({ locked: true, capacity: 3, keepEmpty: 1000 });
    log.apply({ type: "end" });
    expect(log.room.toState()).toMatchObject({ locked: false, capacity: undefined, keepEmpty: 0 });
  });

  it("is what is left when a room ends", () => {
    const log = roomOf("a", "b");
    const { departures, deliveries } = log.apply({ type: "end" });
    expect(departures.map(({ member, reason }) => [member.peer, reason])).toEqual([
      ["a", "closed"],
      ["b", "closed"],
    ]);
    expect(deliveries).toHaveLength(2);
    expect(log.room.size).toBe(0);
  });
});

describe("the state of a room", () => {
  it("is all that its log tells", () => {
    const log = roomOf("a", "b");
    log.apply({ type: "drop", peer: "b", incarnation: 0 });
    const copy = new Log(JSON.parse(JSON.stringify(log.room.toState())));
    for (const each of [log, copy]) each.apply(joining("c"));
    expect(copy.room.toState()).toEqual(log.room.toState());
  });
});
