import { defineConfig, type ViteUserConfig } from "vitest/config";

/** `npm run test:browser`: needs Chromium on the machine; test/browser/ says how to get one. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});

export default config;
