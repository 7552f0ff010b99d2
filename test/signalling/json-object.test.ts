import { describe, expect, it } from "vitest";
import { jsonObject } from "../../src/signalling/json-object.ts";
import { Fault } from "../../src/signalling/shapes.ts";

const shape = jsonObject({ longest: 100, deepest: 3 });

function isRead(json: string): boolean {
  const value: unknown = JSON.parse(json);
  const read = shape.read(value);
  if (!(read instanceof Fault)) expect(read).toEqual(value);
  return !(read instanceof Fault);
}

/** An object of this many characters as JSON. */
function ofLength(length: number): string {
  return JSON.stringify({ a: "x".repeat(length - 8) });
}

describe("an object that is passed on", () => {
  it.each([
    ["nothing in it", "{}"],
    ["one of everything", '{"a":null,"b":true,"c":-1.5e3,"d":"x","e":[],"f":{}}'],
    ["all the depth there is", '{"a":[[1]],"b":{"c":{"d":1}}}'],
    ["a name that is also a method", '{"toString":1,"constructor":2}'],
    ["an emoji", '{"👍":"👍"}'],
    ["all the length there is", ofLength(100)],
  ])("is read with %s", (_what, json) => expect(isRead(json)).toBe(true));

  it.each([
    ["no object", "1"],
    ["null", "null"],
    ["an array", "[]"],
    ["one level too many, of arrays", '{"a":[[[]]]}'],
    ["one level too many, of objects", '{"a":{"b":{"c":{}}}}'],
    ["one character too many", ofLength(101)],
    ["a string that is longer as JSON than it looks", `{"a":"${'\\"'.repeat(50)}"}`],
    ["half a character", '{"a":["\\ud800"]}'],
    ["half a character in a name", '{"a":{"\\udc00":1}}'],
    ["a number that JSON cannot write", '{"a":[1e999]}'],
  ])("is refused with %s", (_what, json) => expect(isRead(json)).toBe(false));

  it.each([
    ["arrays", `{"a":${"[".repeat(32_000)}${"]".repeat(32_000)}}`],
    ["objects", `${'{"a":'.repeat(13_000)}1${"}".repeat(13_000)}`],
  ])("is refused without harm however deep its %s are", (_what, json) => {
    expect(isRead(json)).toBe(false);
  });

  it("is itself when it has a name that would be a prototype elsewhere", () => {
    const read = shape.read(JSON.parse('{"__proto__":{"a":1}}'));
    expect(JSON.stringify(read)).toBe('{"__proto__":{"a":1}}');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});
