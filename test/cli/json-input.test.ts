import { describe, expect, it } from "vitest";
import { parseJsonObject } from "../../src/cli/json-input.ts";

describe("JSON from a file", () => {
  it("is an object, and nothing else", () => {
    expect(parseJsonObject('{"kty":"EC"}')).toEqual({ kty: "EC" });
    for (const other of ["[]", '"text"', "7", "null", "", "{", '{"a":1} x']) {
      expect(parseJsonObject(other)).toBeUndefined();
    }
  });

  it("names no member twice: a reader could take the one, and the writer have meant the other", () => {
    expect(parseJsonObject('{"sub":"alice","sub":"bob"}')).toBeUndefined();
    expect(parseJsonObject('{"a":{"b":1,"\\u0062":2}}')).toBeUndefined();
    expect(parseJsonObject('{"a":{"b":1},"b":2}')).toEqual({ a: { b: 1 }, b: 2 });
  });
});
