import type { ViteUserConfig } from "vitest/config";
import { mutants } from "./auth.ts";
import { configOf } from "./mutant.ts";

const config: ViteUserConfig = configOf("auth", mutants);

export default config;
