import fc from "fast-check";
import { lives } from "./steps.ts";
import { World } from "./world.ts";

export interface Lives {
  readonly seed: number;
  readonly runs: number;
  /** Of each. */
  readonly steps: number;
  readonly kind: "together" | "apart";
}

/** Lets many worlds live, each until all have left it. */
export function live({ seed, runs, steps, kind }: Lives): void {
  const property = fc.property(lives(steps, kind), (life) => {
    const real = new World({ processes: 2, exact: kind === "together" });
    fc.modelRun(() => ({ model: {}, real }), life);
    real.end();
  });
  fc.assert(property, { seed, numRuns: runs });
}
