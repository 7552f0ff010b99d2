import { describe, expect, it } from "vitest";
import { fileEntityTag, matchesEntityTag } from "../../../src/http/routing/conditional.ts";

describe("RFC 9110 §8.8.3 entity tag of a file", () => {
  it("is weak and changes with the size and with the nanosecond", () => {
    const tags = [
      fileEntityTag({ size: 10n, mtimeNs: 1n }),
      fileEntityTag({ size: 11n, mtimeNs: 1n }),
      fileEntityTag({ size: 10n, mtimeNs: 2n }),
    ];
    expect(tags[0]).toBe('W/"a-1"');
    expect(new Set(tags).size).toBe(3);
  });
});

describe("RFC 9110 §13.1.2 If-None-Match", () => {
  it.each([
    ['W/"1"', 'W/"1"', true],
    ['W/"1"', 'W/"2"', false],
    ['W/"1"', '"1"', true],
    ['"1"', '"1"', true],
  ])("compares %s with %s weakly, as table 3 of §8.8.3.2 has it: %s", (field, tag, matches) => {
    expect(matchesEntityTag(field, tag)).toBe(matches);
  });

  it.each([
    ["*", true],
    ['"xyzzy", "r2d2xxxx", "c3piozzzz"', true],
    ['W/"xyzzy" ,W/"r2d2xxxx"', true],
    ['"a,"', false],
    ['"a", "b"', false],
    ["", false],
    [undefined, false],
    ["xyzzy", false],
    ['"xyzzy', false],
    ['w/"xyzzy"', false],
    ['*, "xyzzy"', false],
    ['"xyzzy" "a"', false],
  ])("finds the tag xyzzy in %j: %s", (field, matches) => {
    expect(matchesEntityTag(field, 'W/"xyzzy"')).toBe(matches);
  });

  it("takes time in proportion to a field of 16 KiB", () => {
    expect(matchesEntityTag(`${'"a" ,\t'.repeat(2700)}x`, '"a"')).toBe(false);
  });
});
