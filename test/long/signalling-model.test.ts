import { describe, it } from "vitest";
import { live } from "../signalling/hub/live.ts";

describe("hubs and their clients, step by step against a model of rooms", () => {
  it("hear each notice once and in order through 100,000 steps (seed 71)", () => {
    live({ seed: 71, runs: 1_000, steps: 100, kind: "together" });
  });

  it("hear each notice once and in order through 100,000 steps of longer lives (seed 72)", () => {
    live({ seed: 72, runs: 250, steps: 400, kind: "together" });
  });

  it("agree again after they were apart, through 100,000 steps (seed 73)", () => {
    live({ seed: 73, runs: 1_000, steps: 100, kind: "apart" });
  });

  it("agree again after they were apart, through 100,000 steps of longer lives (seed 74)", () => {
    live({ seed: 74, runs: 250, steps: 400, kind: "apart" });
  });
});
