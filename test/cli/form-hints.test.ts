import { describe, expect, it } from "vitest";
import { hintFor } from "../../src/cli/form-hints.ts";

describe("hintFor", () => {
  it.each([
    ["", "Nothing was given"],
    ["Bearer a.b.c", "Bearer"],
    ["Authorization: bearer a.b.c", "Bearer"],
    ['"a.b.c"', "quotation marks"],
    ["a.b\n.c", "white space"],
    ["a.b.c.d.e", "encrypted"],
    ["a", "1 part,"],
    ["a.b", "2 parts"],
    ["a.b.c.d", "4 parts"],
    ["a.b.c.d.e.f.g", "more than five parts"],
  ])("knows what is the matter with %j", (token, words) => expect(hintFor(token)).toContain(words));

  it("has nothing to say about three parts", () => expect(hintFor("a.b.c")).toBeUndefined());
});
