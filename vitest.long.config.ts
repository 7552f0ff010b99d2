import { defineConfig, type ViteUserConfig } from "vitest/config";
import { slowTests } from "./test/long/slow-tests.ts";

/** What only calculates, and so may share the cores. */
const calculations = ["fuzz", "mutants", "model", "interleavings"].map(
  (kind) => `test/long/*-${kind}.test.ts`,
);

/** `npm run test:long`: what needs minutes (fuzzing, endurance, crowds). What waits for others runs one file at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "calculations",
          include: calculations,
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts", ...slowTests],
          exclude: calculations,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
