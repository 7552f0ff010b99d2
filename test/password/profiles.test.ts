import { describe, expect, it } from "vitest";
import { defaultCost } from "../../src/password/cost.ts";
import {
  chooseProfile,
  completeBudget,
  type ProfileMeasurement,
  type ScryptProfileName,
  scryptProfile,
  scryptProfiles,
} from "../../src/password/profiles.ts";

const MIB = 2 ** 20;
const roomy = completeBudget({}, 2 ** 40);

/** Milliseconds of one hash, from the most memory to the least. */
function measured(...times: readonly number[]): readonly ProfileMeasurement[] {
  return times.map((milliseconds, at) => ({ profile: scryptProfiles[at]!, milliseconds }));
}

describe("OWASP's profiles of scrypt", () => {
  it("are these five, and the first is the default", () => {
    expect(scryptProfiles.map(({ name, cost: { ln, r, p } }) => [name, 2 ** ln, r, p])).toEqual([
      ["scrypt-128mib", 131_072, 8, 1],
      ["scrypt-64mib", 65_536, 8, 2],
      ["scrypt-32mib", 32_768, 8, 3],
      ["scrypt-16mib", 16_384, 8, 5],
      ["scrypt-8mib", 8_192, 8, 10],
    ]);
    expect(scryptProfiles[0]?.cost).toEqual(defaultCost);
  });

  it("are called after the memory they take", () => {
    for (const { name, memoryBytes } of scryptProfiles) expect(name).toBe(`scrypt-${memoryBytes / MIB}mib`);
  });

  it("are found by name, and nothing else is", () => {
    for (const profile of scryptProfiles) expect(scryptProfile(profile.name)).toBe(profile);
    for (const name of ["", "scrypt", "SCRYPT-8MIB", "constructor"])
      expect(scryptProfile(name)).toBeUndefined();
  });
});

describe("the choice of a profile", () => {
  it.each<[string, readonly number[], number, ScryptProfileName, boolean]>([
    ["the most memory where all fit", [300, 300, 220, 180, 180], 1024, "scrypt-128mib", true],
    ["a hash of exactly the time", [500, 500, 400, 300, 300], 1024, "scrypt-128mib", true],
    ["the next where the first is too slow", [501, 499, 400, 300, 300], 1024, "scrypt-64mib", true],
    ["memory for exactly two at once", [300, 300, 220, 180, 180], 128, "scrypt-64mib", true],
    ["memory for less than that", [300, 300, 220, 180, 180], 127, "scrypt-32mib", true],
    ["the quickest where all are too slow", [900, 910, 700, 620, 640], 1024, "scrypt-16mib", false],
    ["the quickest that has room", [600, 910, 700, 720, 740], 128, "scrypt-32mib", false],
    ["the least memory where none has room", [300, 300, 220, 180, 180], 15, "scrypt-8mib", false],
  ])("is %s", (_what, times, mib, name, withinBudget) => {
    const choice = chooseProfile(measured(...times), { ...roomy, memoryBytes: mib * MIB });
    expect([choice.profile.name, choice.withinBudget]).toEqual([name, withinBudget]);
  });

  it("does not depend on the order of the measurements", () => {
    const backwards = measured(501, 499, 400, 300, 300).toReversed();
    expect(chooseProfile(backwards, roomy).profile.name).toBe("scrypt-64mib");
  });

  it("is the least memory where nothing was measured", () => {
    const { profile, withinBudget } = chooseProfile([], roomy);
    expect([profile.name, withinBudget]).toEqual(["scrypt-8mib", false]);
  });
});

describe("the budget", () => {
  it("is half a second and a quarter of the memory for two at once by default", () => {
    expect(completeBudget({}, 1024)).toEqual({ milliseconds: 500, memoryBytes: 256, concurrency: 2 });
    expect(completeBudget({ milliseconds: 9 }, 1024).milliseconds).toBe(9);
  });

  it.each([
    { milliseconds: 0 },
    { milliseconds: Number.NaN },
    { memoryBytes: -1 },
    { concurrency: 0 },
    { concurrency: 1.5 },
  ])("is refused with %j", (given) => {
    expect(() => completeBudget(given, 1024)).toThrow(RangeError);
  });
});
