import type { ViteUserConfig } from "vitest/config";
import { mutants } from "./jwt.ts";
import { configOf } from "./mutant.ts";

const config: ViteUserConfig = configOf("jwt", mutants);

export default config;
