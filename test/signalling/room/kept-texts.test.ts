import { describe, expect, it } from "vitest";
import { KeptTexts, noPlace, type Place } from "../../../src/signalling/room/kept-texts.ts";

function keep(texts: KeptTexts, text: string): Place {
  const place = { ...noPlace };
  texts.keep(text, place);
  return place;
}

describe("texts that are kept", () => {
  it("are read as they were, whatever their length and their characters", () => {
    const texts = new KeptTexts();
    const all = [
      "",
      "a",
      "é€😀",
      "x".repeat(1023),
      "€".repeat(400),
      "y".repeat(40_000),
      "😀".repeat(9_000),
      "z",
    ];
    const places = all.map((text) => keep(texts, text));
    expect(places.map((place) => texts.read(place))).toEqual(all);
    expect(places.map(({ start, end }) => end - start)).toEqual(all.map((text) => Buffer.byteLength(text)));
  });

  it("lie where others lay that are forgotten, so that there are never many blocks", () => {
    const texts = new KeptTexts();
    const kept: { readonly text: string; readonly place: Place }[] = [];
    const blocks = new Set<unknown>();
    for (let at = 0; at < 5_000; at++) {
      const text = `${at}`.padEnd(500);
      const place = keep(texts, text);
      blocks.add(place.block);
      kept.push({ text, place });
      if (kept.length > 40) texts.forget(kept.shift()!.place);
    }
    expect(kept.map(({ place }) => texts.read(place))).toEqual(kept.map(({ text }) => text));
    expect(blocks.size).toBeLessThanOrEqual(8);
  });

  it("may be forgotten in any order, and leave their block behind", () => {
    const texts = new KeptTexts();
    const places = ["a", "b", "c"].map((text) => keep(texts, text));
    texts.forget(places[1]!);
    expect([texts.read(places[0]!), texts.read(places[2]!)]).toEqual(["a", "c"]);
    expect(places[1]!.block).toBe(noPlace.block);
  });

  it("take new memory after all of it was given back", () => {
    const texts = new KeptTexts();
    const before = keep(texts, "a");
    const { block } = before;
    texts.forget(before);
    texts.clear();
    const after = keep(texts, "b");
    expect(after.block).not.toBe(block);
    expect(texts.read(after)).toBe("b");
  });
});
