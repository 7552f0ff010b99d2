import { describe, it } from "vitest";
import { liveByTheModel } from "../auth/session-model-runs.ts";

describe("sessions do what a model does that remembers every token", () => {
  it("in 800 random lives of 100 steps (seed 7)", () => liveByTheModel(7, 800, 100));
  it("in 40 random lives of 500 steps (seed 8)", () => liveByTheModel(8, 40, 500));
});
