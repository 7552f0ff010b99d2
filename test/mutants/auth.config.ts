import type { ViteUserConfig } from "vitest/config";
import { mutants } from "./auth.ts";
import { configOf } from "./mutant.ts";

// The mutants' own test reads the sources, and the stores have a suite of their own.
const config: ViteUserConfig = configOf("auth", mutants, [
  "test/auth/mutants.test.ts",
  "test/auth/sqlite/**",
]);

export default config;
