/** Runs the tests of a folder against each of its mutants, in processes of their own. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { Mutant } from "./mutant.ts";

/** Resolves with the exit code of the suite, and what it said. */
async function runSuite(
  config: string,
  mutant: string | undefined,
  files: readonly string[],
): Promise<{ code: number; output: string }> {
  const { MUTANT: _, ...environment } = process.env;
  const args = ["node_modules/vitest/vitest.mjs", "run", "--config", config, "--root", ".", ...files];
  const suite = spawn(process.execPath, args, {
    env: { ...environment, ...(mutant !== undefined && { MUTANT: mutant }) },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  const ended = new Promise<number | null>((resolve) => suite.on("close", resolve));
  const [code, output, complaints] = await Promise.all([ended, text(suite.stdout), text(suite.stderr)]);
  if (code === null) throw new Error("the suite did not end in 120 s");
  return { code, output: output + complaints };
}

/** Declares the tests: the suite passes as it is, and fails against each mutant. */
export function testMutants(folder: string, config: string, mutants: readonly Mutant[]): void {
  const fileOf = (test: string): string => `test/${folder}/${test}.test.ts`;

  describe(`the suite of src/${folder}`, () => {
    it("passes with every rule in place", async () => {
      const files = [...new Set(mutants.map(({ test }) => fileOf(test)))];
      const { code, output } = await runSuite(config, undefined, files);
      expect(code, output.slice(-2_000)).toBe(0);
    });

    it.each(mutants)("fails without this one: $rule", async ({ rule, test }) => {
      const { code, output } = await runSuite(config, rule, [fileOf(test)]);
      expect(code, output.slice(-2_000)).toBe(1);
      // Because a test failed: not because nothing could be loaded, nor because nothing ran.
      expect(output).toMatch(/Tests .*failed/);
    });
  });
}
