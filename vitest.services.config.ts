import { defineConfig, type ViteUserConfig } from "vitest/config";

/** `npm run test:services`: what needs programs that are not ours, `redis-server` and `turnserver`; each test starts its own. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    include: ["test/services/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    fileParallelism: false,
  },
});

export default config;
