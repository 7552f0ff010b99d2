import { describe, it } from "vitest";
import { live } from "./hub/live.ts";

describe("hubs and their clients, step by step against a model of rooms", () => {
  it("hear each notice once and in order, are in one place, and leave nothing behind (seed 20250707)", () => {
    live({ seed: 20_250_707, runs: 40, steps: 60, kind: "together" });
  });

  it("agree again after they were apart (seed 20250708)", () => {
    live({ seed: 20_250_708, runs: 25, steps: 60, kind: "apart" });
  });
});
