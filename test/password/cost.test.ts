import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  defaultCost,
  isAffordable,
  isScryptCost,
  isWeaker,
  type ScryptCost,
} from "../../src/password/cost.ts";
import { scryptProfiles } from "../../src/password/profiles.ts";

const owasp = scryptProfiles.map(({ cost }) => cost);

describe("RFC 7914 §2 scrypt parameters", () => {
  it("takes the default and every profile of OWASP", () => {
    expect(owasp[0]).toEqual(defaultCost);
    for (const cost of owasp) expect(isScryptCost(cost)).toBe(true);
  });

  it("takes an N below 2^(128 * r / 8) and no other", () => {
    expect(isScryptCost({ ln: 15, r: 1, p: 1 })).toBe(true);
    expect(isScryptCost({ ln: 16, r: 1, p: 1 })).toBe(false);
  });

  it("takes a p up to ((2^32-1) * 32) / (128 * r) and no other", () => {
    expect(isScryptCost({ ln: 4, r: 8, p: 134_217_727 })).toBe(true);
    expect(isScryptCost({ ln: 4, r: 8, p: 134_217_728 })).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("takes no parameter of %d", (value) => {
    expect(isScryptCost({ ln: value, r: 8, p: 1 })).toBe(false);
    expect(isScryptCost({ ln: 10, r: value, p: 1 })).toBe(false);
    expect(isScryptCost({ ln: 10, r: 8, p: value })).toBe(false);
  });
});

describe("the cost ceiling", () => {
  it("admits 256 MiB of memory and not twice that", () => {
    expect(isAffordable({ ln: 18, r: 8, p: 1 })).toBe(true);
    expect(isAffordable({ ln: 19, r: 8, p: 1 })).toBe(false);
    expect(isAffordable({ ln: 17, r: 17, p: 1 })).toBe(false);
  });

  it("admits a gibibyte of work and no more, however little memory it takes", () => {
    expect(isAffordable({ ln: 17, r: 8, p: 8 })).toBe(true);
    expect(isAffordable({ ln: 17, r: 8, p: 9 })).toBe(false);
    expect(isAffordable({ ln: 1, r: 1, p: 2 ** 22 + 1 })).toBe(false);
  });

  it("admits every profile of OWASP", () => {
    for (const cost of owasp) expect(isAffordable(cost)).toBe(true);
  });
});

describe("isWeaker", () => {
  it("says so of less memory and of fewer passes", () => {
    expect(isWeaker({ ln: 16, r: 8, p: 1 }, defaultCost)).toBe(true);
    expect(isWeaker({ ln: 17, r: 7, p: 1 }, defaultCost)).toBe(true);
    expect(isWeaker({ ln: 17, r: 8, p: 1 }, { ln: 17, r: 8, p: 2 })).toBe(true);
  });

  it("does not say so of the same or of more", () => {
    expect(isWeaker(defaultCost, defaultCost)).toBe(false);
    expect(isWeaker({ ln: 18, r: 8, p: 1 }, defaultCost)).toBe(false);
    expect(isWeaker(defaultCost, { ln: 16, r: 8, p: 1 })).toBe(false);
  });

  it("says so of little memory, however many passes there are in return", () => {
    expect(isWeaker({ ln: 10, r: 8, p: 1024 }, defaultCost)).toBe(true);
  });

  it("says so of the profile with less memory alone, of any two of OWASP's", () => {
    for (const [at, more] of owasp.entries()) {
      for (const less of owasp.slice(at + 1)) {
        expect([isWeaker(less, more), isWeaker(more, less)]).toEqual([true, false]);
      }
    }
  });

  it("never sends a hash to and fro, whatever costs servers have (seed 7914)", () => {
    const number = fc.integer({ min: 1, max: 32 });
    const cost: fc.Arbitrary<ScryptCost> = fc.record({ ln: number, r: number, p: number });
    fc.assert(
      fc.property(cost, cost, cost, (a, b, c) => {
        expect(isWeaker(a, b) && isWeaker(b, a)).toBe(false);
        if (isWeaker(a, b) && isWeaker(b, c)) expect(isWeaker(a, c)).toBe(true);
      }),
      { seed: 7914 },
    );
  });
});
