import { describe, expect, it } from "vitest";
import { DIGIT, TOKEN_CHAR } from "../../../src/signalling/grammar/characters.ts";
import { DOT, Fields } from "../../../src/signalling/grammar/fields.ts";

/** The fields of a text, read as tokens, until one is none; ends with whether all have been read. */
function tokensOf(text: string, separator?: number): readonly (string | boolean)[] {
  const surrounded = `x ${text} x`;
  const fields = new Fields(surrounded, 2, 2 + text.length, separator);
  const read: string[] = [];
  while (!fields.done && fields.next(TOKEN_CHAR)) read.push(surrounded.slice(fields.start, fields.end));
  return [...read, fields.done];
}

describe("fields between separators", () => {
  it.each([
    ["a b c", ["a", "b", "c", true]],
    ["a", ["a", true]],
    ["a  b", ["a", false]],
    [" a", [false]],
    ["a(b c", [false]],
    ["a b(c d", ["a", false]],
  ])("of %j are %j", (text, read) => {
    expect(tokensOf(text)).toEqual(read);
  });

  it("stand between dots as well", () => {
    expect(new Fields("1.2", 0, 3, DOT).next(DIGIT)).toBe(true);
    expect(new Fields("1 2", 0, 3, DOT).next(DIGIT)).toBe(false);
  });

  it.each(["", "a "])("ends %j with an empty one", (text) => {
    const fields = new Fields(text, 0, text.length);
    if (text !== "") expect(fields.next(TOKEN_CHAR)).toBe(true);
    expect(fields.done).toBe(false);
    expect(fields.nextVisible()).toBe(true);
    expect([fields.start, fields.end, fields.done]).toEqual([text.length, text.length, true]);
  });

  it("has no more than it has", () => {
    const fields = new Fields("a b", 0, 1);
    expect([fields.next(TOKEN_CHAR), fields.done]).toEqual([true, true]);
    expect([fields.next(TOKEN_CHAR), fields.done]).toEqual([false, true]);
    expect(fields.nextNumber(3)).toBe(-1);
  });

  it.each([
    ["0", 0],
    ["256", 256],
    ["0256", -1],
    ["", -1],
    ["-1", -1],
    ["1a", -1],
    ["007", 7],
  ])("reads the number %j of three digits at most as %j", (text, value) => {
    expect(new Fields(`${text} 1`, 0, text.length + 2).nextNumber(3)).toBe(value);
  });
});
