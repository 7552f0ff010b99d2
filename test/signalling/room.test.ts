import { describe, expect, it } from "vitest";
import { Room } from "../../src/signalling/room.ts";

const ann = { user: "1", name: "Ann" };
const bob = { user: "2", name: "Bob" };

describe("a room", () => {
  it("tells a newcomer who is there, in the order they came, and makes it polite to all", () => {
    const room = new Room("r", 3);
    expect(room.add("a", ann)).toEqual([]);
    expect(room.add("b", bob)).toEqual([{ peer: "a", ...ann, polite: true }]);
    expect(room.add("c", ann)).toEqual([
      { peer: "a", ...ann, polite: true },
      { peer: "b", ...bob, polite: true },
    ]);
  });

  it("is full at its capacity and has a place again when somebody leaves", () => {
    const room = new Room("r", 2);
    room.add("a", ann);
    expect(room.full).toBe(false);
    room.add("b", bob);
    expect(room.full).toBe(true);
    room.remove("a");
    expect([room.full, room.size, room.has("a"), room.has("b")]).toEqual([false, 1, false, true]);
  });

  it("lists all but the one who speaks", () => {
    const room = new Room("r", 3);
    for (const id of ["a", "b", "c"]) room.add(id, ann);
    expect(room.others("b")).toEqual(["a", "c"]);
    expect(room.others("nobody")).toEqual(["a", "b", "c"]);
  });
});
