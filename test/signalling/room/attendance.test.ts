import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/signalling/entries.ts";
import { joining, Log } from "./entries.ts";

describe("a member that comes back as somebody new", () => {
  /** `b` was lost in a room that is full and locked, and comes as `c`. */
  function returning(replaces: object, user = "B"): { readonly log: Log; readonly entry: Entry } {
    const log = new Log();
    log.join("a", "b");
    log.apply({ type: "configure", settings: { capacity: 2, locked: true } });
    log.apply({ type: "drop", peer: "b", incarnation: 0 });
    const entry = {
      ...joining("c", { user }),
      replaces: { peer: "b", secretHash: "hash of b", ...replaces },
    };
    return { log, entry: entry as Entry };
  }

  it("takes the place of the one it was, whatever the lock and the capacity say", () => {
    const { log, entry } = returning({});
    const { departures, deliveries } = log.apply(entry);
    expect(departures).toMatchObject([{ member: { peer: "b" }, reason: "lost" }]);
    expect(deliveries).toMatchObject([
      { to: undefined, except: "c", notice: { type: "peer-left", seq: 5, peer: "b", reason: "lost" } },
      { to: undefined, except: "c", notice: { type: "peer-joined", seq: 6, peer: "c", polite: false } },
    ]);
    expect(log.roles()).toEqual({ a: "host", c: "member" });
    expect(log.room.toState()).toMatchObject({ capacity: 2, locked: true });
  });

  it("comes before its room is forgotten, where it was alone, and is its host again", () => {
    const log = new Log();
    log.join("a");
    log.apply({ type: "lock", by: "a", locked: true });
    const replaces = { peer: "a", secretHash: "hash of a" };
    expect(log.told({ ...joining("a2"), replaces } as Entry)).toEqual([
      "all but a2: 3 peer-left a lost",
      "all but a2: 4 peer-joined a2 A a2! host false",
    ]);
    expect(log.room.locked).toBe(true);
  });

  it("leaves who is host to those who stayed, and is not told what it finds", () => {
    const log = new Log();
    log.join("a", "b");
    const replaces = { peer: "a", secretHash: "hash of a" };
    expect(log.told({ ...joining("a2"), replaces } as Entry)).toEqual([
      "all but a2: 3 peer-left a lost",
      "all but a2: 4 peer-role b host",
      "all but a2: 5 peer-joined a2 A a2! member false",
    ]);
  });

  it.each([
    ["with another secret", { secretHash: "hash of x" }, "B", "room-locked"],
    ["as another user", {}, "X", "room-locked"],
    ["as one that has left", { peer: "x" }, "B", "room-locked"],
  ])("is a newcomer like any other %s", (_, replaces, user, refusal) => {
    const { log, entry } = returning(replaces, user);
    expect(log.told(entry)).toBe(refusal);
    expect(log.roles()).toEqual({ a: "host", b: "member lost" });
  });

  it.each([
    ["kicked", false, "room-locked"],
    ["banned", true, "banned"],
  ])("is a newcomer like any other when it was %s", (_, ban, refusal) => {
    const { log, entry } = returning({});
    log.apply({ type: "kick", peer: "b", ban });
    expect(log.told(entry)).toBe(refusal);
  });
});
