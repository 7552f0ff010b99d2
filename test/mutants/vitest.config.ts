import type { ViteUserConfig } from "vitest/config";
import { mutants } from "./jwt.ts";
import { configOf } from "./mutant.ts";

// The mutants' own test reads the sources, and the peers are slow.
const config: ViteUserConfig = configOf("jwt", mutants, ["test/jwt/mutants.test.ts", "test/jwt/interop/**"]);

export default config;
