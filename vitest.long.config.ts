import { defineConfig, type ViteUserConfig } from "vitest/config";
import { slowTests } from "./test/long/slow-tests.ts";

/** `npm run test:long`: what needs minutes (fuzzing, endurance, crowds), one file at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/long/**/*.test.ts", ...slowTests],
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: "forks",
    fileParallelism: false,
  },
});

export default config;
