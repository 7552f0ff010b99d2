import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "../mutants/auth.ts";

describe("the mutants of src/auth", () => {
  it("are at least 40, no two of one name", () => {
    expect(new Set(mutants.map(({ rule }) => rule)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(40);
  });

  it.each(mutants)("can still be made: $rule", ({ file, find, replace }) => {
    const source = readFileSync(new URL(`../../src/auth/${file}`, import.meta.url), "utf8");
    expect(source.split(find)).toHaveLength(2);
    expect(source.replace(find, () => replace)).not.toBe(source);
  });
});
