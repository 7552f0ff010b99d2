/** What a mutant is, and how a folder of the source is tested against one. */
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** One rule taken out. */
export interface Mutant {
  /** The rule that the mutant lacks, as a name; also how it is asked for. */
  readonly rule: string;
  /** In the folder of the source. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The test file, in the folder of the tests, that has to notice. */
  readonly test: string;
}

/** The tests of `src/<folder>`, run against the mutant that MUTANT names; without one, against the code as it is. */
export function configOf(
  folder: string,
  mutants: readonly Mutant[],
  exclude: readonly string[] = [],
): ViteUserConfig {
  const rule = process.env.MUTANT;
  const mutant = mutants.find((candidate) => candidate.rule === rule);
  if (rule !== undefined && mutant === undefined) throw new Error(`there is no mutant "${rule}"`);
  return defineConfig({
    plugins: [
      {
        name: "mutant",
        enforce: "pre",
        transform: (code, id) =>
          mutant !== undefined && id.endsWith(`/src/${folder}/${mutant.file}`)
            ? code.replace(mutant.find, () => mutant.replace)
            : undefined,
      },
    ],
    test: {
      include: [`test/${folder}/**/*.test.ts`],
      exclude: [...exclude],
      testTimeout: 20_000,
      pool: "forks",
      bail: 1,
      // What was transformed for one mutant must not be run for the next.
      fsModuleCache: false,
    },
  });
}
