import { totalmem } from "node:os";
import { describe, expect, it } from "vitest";
import { type ScryptProfile, scryptProfile } from "../../src/password/profiles.ts";
import { hostBudget, measureProfile, tunePasswordCost } from "../../src/password/tuning.ts";

/** A host on which a hash takes so long, whatever the profile; and which were tried. */
function host(milliseconds: (profile: ScryptProfile) => number) {
  const tried: string[] = [];
  const measure = async (profile: ScryptProfile): Promise<number> => {
    tried.push(profile.name);
    return milliseconds(profile);
  };
  return { tried, measure };
}

const memoryBytes = 2 ** 30;

describe("tuning to a host", () => {
  it("measures one profile where the first fits", async () => {
    const { tried, measure } = host(() => 300);
    const tuning = await tunePasswordCost({ memoryBytes, measure });
    expect([tuning.profile.name, tuning.withinBudget]).toEqual(["scrypt-128mib", true]);
    expect(tried).toEqual(["scrypt-128mib"]);
    expect(tuning.measurements).toEqual([{ profile: tuning.profile, milliseconds: 300 }]);
  });

  it("goes down until one is quick enough", async () => {
    const { tried, measure } = host(({ cost }) => cost.ln * 32);
    expect((await tunePasswordCost({ memoryBytes, measure })).profile.name).toBe("scrypt-32mib");
    expect(tried).toEqual(["scrypt-128mib", "scrypt-64mib", "scrypt-32mib"]);
  });

  it("never tries what the host has no memory for", async () => {
    const { tried, measure } = host(() => 300);
    const tuning = await tunePasswordCost({ memoryBytes: 2 ** 26, measure });
    expect([tuning.profile.name, tried]).toEqual(["scrypt-32mib", ["scrypt-32mib"]]);
    const small = await tunePasswordCost({ memoryBytes: 1, measure });
    expect([small.profile.name, small.withinBudget]).toEqual(["scrypt-8mib", false]);
    expect(tried).toEqual(["scrypt-32mib"]);
  });

  it("tries all five where none is quick enough, and takes the quickest", async () => {
    const { tried, measure } = host(({ cost }) => 1000 + cost.p);
    const tuning = await tunePasswordCost({ memoryBytes, measure });
    expect([tuning.profile.name, tuning.withinBudget]).toEqual(["scrypt-128mib", false]);
    expect(tried).toHaveLength(5);
  });

  it("refuses a budget that is none", async () => {
    await expect(tunePasswordCost({ concurrency: 0 })).rejects.toThrow(RangeError);
  });

  it("takes at most a quarter of the machine's memory by default", () => {
    const budget = hostBudget();
    expect(budget.memoryBytes).toBeGreaterThan(0);
    expect(budget.memoryBytes).toBeLessThanOrEqual(totalmem() / 4);
  });

  it("measures a real hash", async () => {
    expect(
      await measureProfile({ ...scryptProfile("scrypt-8mib")!, cost: { ln: 4, r: 8, p: 1 } }),
    ).toBeGreaterThan(0);
  });
});
