import type { ViteUserConfig } from "vitest/config";
import { configOf } from "./mutant.ts";
import { mutants } from "./websocket.ts";

const config: ViteUserConfig = configOf("websocket", mutants);

export default config;
