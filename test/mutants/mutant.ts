/** What a mutant is, and how a folder of the source is tested against each, all in one run of vitest. */
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from "vitest/config";

/** One rule taken out. */
export interface Mutant {
  /** The rule that the mutant lacks, as a name; also that of its project. */
  readonly rule: string;
  /** In the folder of the source. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The test file, in the folder of the tests, that has to notice. */
  readonly test: string;
}

/** The project that tests the code as it is, with the tests of all mutants. */
export const AS_IT_IS = "every rule in place";

/** A project for each mutant, whose test runs against it until it fails, and one for the code as it is. */
export function configOf(folder: string, mutants: readonly Mutant[]): ViteUserConfig {
  const fileOf = ({ test }: Mutant): string => `test/${folder}/${test}.test.ts`;
  return defineConfig({
    test: {
      reporters: ["./test/mutants/outcome-reporter.ts"],
      pool: "forks",
      projects: [
        project(AS_IT_IS, [...new Set(mutants.map(fileOf))], {}),
        ...mutants.map((mutant) =>
          project(mutant.rule, [fileOf(mutant)], {
            plugins: [mutation(folder, mutant)],
            test: { setupFiles: ["test/mutants/first-failure.ts"] },
          }),
        ),
      ],
    },
  });
}

type Project = TestProjectInlineConfiguration;

function project(name: string, include: string[], { plugins = [], test = {} }: Project): Project {
  const cache = process.env.MUTANTS_CACHE;
  return {
    plugins,
    test: {
      ...{ name, include, testTimeout: 20_000, ...test },
      // What was transformed for one serves all the others: but for the mutated file itself, see below.
      ...{ fsModuleCache: cache !== undefined, ...(cache !== undefined && { fsModuleCachePath: cache }) },
    },
  };
}

function mutation(folder: string, { file, find, replace }: Mutant): NonNullable<Project["plugins"]>[number] {
  const isMutated = (id: string): boolean => id.endsWith(`/src/${folder}/${file}`);
  return {
    name: "mutant",
    enforce: "pre",
    transform: (code, id) => (isMutated(id) ? code.replace(find, () => replace) : undefined),
    configureVitest: ({ defineCacheKeyGenerator }) =>
      defineCacheKeyGenerator(({ id }) => (isMutated(id) ? false : undefined)),
  };
}
