import { defineConfig, type ViteUserConfig } from "vitest/config";

/** `npm test`: everything that needs neither a browser nor minutes. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/long/**"],
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 20_000,
    pool: "forks",
    // By default one core is left idle; where there are two, that is half of the machine.
    maxWorkers: "100%",
  },
});

export default config;
