import { describe, it } from "vitest";
import { liveByTheModel } from "./session-model-runs.ts";

describe("sessions do what a model does that remembers every token", () => {
  it("in 40 random lives of 50 steps (seed 6)", () => liveByTheModel(6, 40, 50));
});
