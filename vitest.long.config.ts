import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { slowCalculations, slowTests } from "./test/long/slow-tests.ts";

/** What only calculates, and so may share the cores. */
const calculations: readonly string[] = [
  ...["fuzz", "mutants", "model", "interleavings"].map((kind) => `test/long/*-${kind}.test.ts`),
  ...slowCalculations,
];

/** In a fresh clone nobody knows yet what takes how long: two cores end together when these begin first. */
const longest: readonly RegExp[] = [/websocket-fuzz/, /-mutants/, /-interleavings/, /-fuzz/];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => name.test(moduleId));
      return at < 0 ? longest.length : at;
    };
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/** `npm run test:long`: what needs minutes (fuzzing, endurance, crowds). What waits for others runs one file at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", "./tools/closing-line-reporter.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "calculations",
          include: [...calculations],
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "long",
          include: ["test/long/**/*.test.ts", ...slowTests],
          exclude: [...calculations],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
