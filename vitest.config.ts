import { defineConfig, type ViteUserConfig } from "vitest/config";
import { slowTests } from "./test/long/slow-tests.ts";

/** What needs a browser, programs that are not ours, or minutes. */
const elsewhere = ["test/browser/**", "test/services/**", "test/long/**", ...slowTests];

/** `npm test`: everything that needs neither a browser, nor other programs, nor minutes. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 20_000,
    pool: "forks",
    // By default one core is left idle; where there are two, that is half of the machine.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "main",
          include: ["test/**/*.test.ts"],
          exclude: [...elsewhere, "test/conformance/**"],
        },
      },
      {
        extends: true,
        // Its files leave nothing behind, and load the same hundreds of cases: in one process they take two thirds.
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          exclude: elsewhere,
          isolate: false,
        },
      },
    ],
  },
});

export default config;
