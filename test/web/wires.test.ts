import { describe, expect, it } from "vitest";
import { initials, wireOf } from "../../web/wires.ts";

describe("the wire of a name", () => {
  it.each([
    ["foo", 0xa9f37ed7],
    ["foob", 0x3f5076ef],
    ["fooba", 0x39aaa18a],
    ["foobar", 0xbf9cf968],
  ])("is the upper half of FNV-1a, of which %j is a test vector", (name, hash) => {
    expect(wireOf(name)).toBe((hash >>> 16) % 8);
  });

  it("is one of the eight, each about as often as another", () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 8_000; i++) {
      const wire = wireOf(`user-${i}`);
      counts.set(wire, (counts.get(wire) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(800);
  });
});

describe("initials", () => {
  it.each([
    ["ann", "AN"],
    ["grace.hopper", "GH"],
    ["ada-m_lovelace", "AM"],
    ["x", "X"],
    ["7of9", "7O"],
    ["émile zola", "ÉZ"],
    ["𝒜lice", "𝒜L"],
    ["...", ".."],
    ["", ""],
  ])("of %j are %j", (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});
