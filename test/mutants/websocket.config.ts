import { defineConfig, type ViteUserConfig } from "vitest/config";
import { mutants } from "./websocket.ts";

/** Tests of `src/websocket`, run against the mutant that MUTANT names; without one, against the code as it is. */
const rule = process.env.MUTANT;
const mutant = mutants.find((candidate) => candidate.rule === rule);
if (rule !== undefined && mutant === undefined) throw new Error(`there is no mutant "${rule}"`);

const config: ViteUserConfig = defineConfig({
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code, id) =>
        mutant !== undefined && id.endsWith(`/src/websocket/${mutant.file}`)
          ? code.replace(mutant.find, () => mutant.replace)
          : undefined,
    },
  ],
  test: {
    include: ["test/websocket/**/*.test.ts"],
    testTimeout: 20_000,
    pool: "forks",
    bail: 1,
    // What was transformed for one mutant must not be run for the next.
    fsModuleCache: false,
  },
});

export default config;
