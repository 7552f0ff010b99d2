import { describe, expect, it } from "vitest";
import { checkLimits, defaultLimits } from "../../src/jwt/limits.ts";

const names = ["maxTokenLength", "maxHeaderLength", "maxDepth"] as const;

describe("limits", () => {
  it("are the documented ones where the caller says nothing, and cannot be changed for all", () => {
    expect(defaultLimits).toEqual({ maxTokenLength: 262_144, maxHeaderLength: 16_384, maxDepth: 32 });
    expect(checkLimits(undefined)).toBe(defaultLimits);
    expect(Object.isFrozen(defaultLimits)).toBe(true);
  });

  it("are each as the caller says, the others as documented", () => {
    expect(checkLimits({})).toEqual(defaultLimits);
    for (const name of names) {
      expect(checkLimits({ [name]: 7 })).toEqual({ ...defaultLimits, [name]: 7 });
      expect(checkLimits({ [name]: undefined })).toEqual(defaultLimits);
    }
    expect(checkLimits({ maxDepth: 1_000 }).maxDepth).toBe(1_000);
  });

  it.each(names)("throw a TypeError for a %s that is no integer", (name) => {
    for (const wrong of ["7", null, Number.NaN, Number.POSITIVE_INFINITY, 1.5, 7n, true, [7], {}, 2 ** 53]) {
      expect(() => checkLimits({ [name]: wrong } as never)).toThrow(TypeError);
    }
  });

  it.each(names)("throw a RangeError for a %s below one", (name) => {
    for (const wrong of [0, -1, -0]) expect(() => checkLimits({ [name]: wrong })).toThrow(RangeError);
    expect(checkLimits({ [name]: 1 })[name]).toBe(1);
  });

  it("throw a RangeError for a depth that could exhaust the stack", () => {
    expect(() => checkLimits({ maxDepth: 1_001 })).toThrow(RangeError);
  });

  it("throw a TypeError for what is no object of limits", () => {
    for (const wrong of [
      null,
      7,
      "7",
      [],
      () => ({}),
      { maxTokenlength: 7 },
      { maxdepth: 7 },
      { depth: 7 },
    ]) {
      expect(() => checkLimits(wrong as never)).toThrow(TypeError);
    }
  });
});
