import { defineConfig, type ViteUserConfig } from "vitest/config";

/** `npm test`: everything that needs neither a browser nor minutes. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/long/**"],
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 20_000,
    pool: "forks",
  },
});

export default config;
