import { describe, expect, it } from "vitest";
import { openAuth } from "../../src/auth/index.ts";
import { hostBudget, parsePhc, scryptProfiles } from "../../src/password/index.ts";

describe("the cost of a password where nothing is said of it", () => {
  it.each([1, 2])("is that of a profile whose memory this host has, %d at once", async (concurrency) => {
    const auth = await openAuth({ store: "memory", passwords: { concurrency } });
    const { cost, decoy } = auth.hasher;
    await auth.close();
    expect(parsePhc(decoy).cost).toEqual(cost);
    const profile = scryptProfiles.find((one) => JSON.stringify(one.cost) === JSON.stringify(cost))!;
    expect(profile.memoryBytes * concurrency).toBeLessThanOrEqual(hostBudget().memoryBytes);
  });
});
