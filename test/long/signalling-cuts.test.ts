import { describe, expect, it } from "vitest";
import { cutEverywhere, forgetEverywhere } from "../signalling/client/cuts.ts";

describe("between three peers whose offers meet", () => {
  it.each(["lost", "cut"] as const)(
    "a connection that breaks at any message (%s) is resumed: all pairs end stable, every description arrives once",
    async (fate) => {
      expect(await cutEverywhere(3, fate)).toBeGreaterThan(20);
    },
  );

  it("a connection that breaks at any message and cannot be resumed is joined anew, and all pairs end stable", async () => {
    expect(await forgetEverywhere(3)).toBeGreaterThan(10);
  });
});
