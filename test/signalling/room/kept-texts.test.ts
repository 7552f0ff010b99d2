import { describe, expect, it } from "vitest";
import { KeptTexts, noPlace, type Place } from "../../../src/signalling/room/kept-texts.ts";

function keep(texts: KeptTexts, text: string): Place {
  const place = { ...noPlace };
  texts.keep(text, place);
  return place;
}

/** More than is kept as strings. */
function busy(): KeptTexts {
  const texts = new KeptTexts();
  keep(texts, "x".repeat(65_536));
  keep(texts, "y");
  return texts;
}

describe("texts that are kept", () => {
  it.each([
    ["few", new KeptTexts()],
    ["many", busy()],
  ])("are read as they were, whatever their length and their characters: %s", (_, texts) => {
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
    const texts = busy();
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
    expect(blocks.size).toBeLessThanOrEqual(4);
  });

  it("may be forgotten in any order, and leave their block behind", () => {
    const texts = busy();
    const places = ["a", "b", "c"].map((text) => keep(texts, text));
    texts.forget(places[1]!);
    expect([texts.read(places[0]!), texts.read(places[2]!)]).toEqual(["a", "c"]);
    expect(places[1]!.block).toBe(noPlace.block);
  });

  it("are strings as long as they are few, and again when all of it was given back", () => {
    const texts = new KeptTexts();
    const places = [keep(texts, "é".repeat(32_768)), keep(texts, "b")];
    expect(places.map(({ text }) => text?.length)).toEqual([32_768, undefined]);
    for (const place of places) texts.forget(place);
    texts.clear();
    expect([keep(texts, "c").text, texts.held]).toEqual(["c", 0]);
  });

  it("know how much memory they hold: what they lie in, and one block for the next", () => {
    const texts = busy();
    expect(texts.held).toBe(16_384);
    const places: Place[] = [];
    for (let at = 0; at < 400; at++) places.push(keep(texts, "x".repeat(1 + ((at * 37) % 900))));
    const blocks = new Set(places.map(({ block }) => block));
    expect(texts.held).toBe(16_384 * blocks.size);
    for (const place of places.splice(0, 399)) texts.forget(place);
    // That of the first text of all, the newest, and a spare one.
    expect(texts.held).toBe(3 * 16_384);
    texts.clear();
    expect(texts.held).toBe(0);
  });
});
