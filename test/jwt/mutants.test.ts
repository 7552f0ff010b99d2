import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "../mutants/jwt.ts";

describe("the mutants of src/jwt", () => {
  it("are at least 30, no two of one name", () => {
    expect(new Set(mutants.map(({ rule }) => rule)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(30);
  });

  it.each(mutants)("can still be made: $rule", ({ file, find, replace }) => {
    const source = readFileSync(new URL(`../../src/jwt/${file}`, import.meta.url), "utf8");
    expect(source.split(find)).toHaveLength(2);
    expect(source.replace(find, () => replace)).not.toBe(source);
  });
});
