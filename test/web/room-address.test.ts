import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseCommand } from "../../src/signalling/index.ts";
import { addressedRoom, inventRoomName, isRoomName } from "../../web/room-address.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a room's name", () => {
  it.each(["a", "kitchen-table", "A_b.c~9", "...", "x".repeat(64)])("may be %j", (name) => {
    expect(isRoomName(name)).toBe(true);
  });

  it.each(["", "two words", "x".repeat(65), "küche", "a/b", "#a", "a\n", "<b>", "a%20b", ".", ".."])(
    "may not be %j",
    (name) => {
      expect(isRoomName(name)).toBe(false);
    },
  );

  it("is what the server takes for one, whatever is typed", () => {
    const nearlyNames = fc.string({ unit: fc.constantFrom(..."aZ09-_.~ /#é\n"), maxLength: 3 });
    fc.assert(
      fc.property(fc.oneof(nearlyNames, fc.string({ unit: "binary", maxLength: 70 })), (name) => {
        const taken = parseCommand(JSON.stringify({ type: "join", room: name })).type === "join";
        expect(isRoomName(name)).toBe(taken);
      }),
    );
  });

  it("that the page makes up is one", () => {
    const names = Array.from({ length: 500 }, inventRoomName);
    expect(names.filter((name) => !isRoomName(name))).toEqual([]);
    expect(new Set(names).size).toBeGreaterThan(400);
  });
});

describe("the room in the address", () => {
  it.each([
    ["", ""],
    ["#", ""],
    ["#tuesday", "tuesday"],
    ["#two%20words", "two words"],
    ["#%3Cb%3E", "<b>"],
    ["#100%", "100%"],
    ["##", "#"],
  ])("is what follows the hash of %j: %j", (hash, room) => {
    vi.stubGlobal("location", { hash });
    expect(addressedRoom()).toBe(room);
  });
});
