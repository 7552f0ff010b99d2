import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { mutants } from "../mutants/jwt.ts";

/** Runs the suite of src/jwt in a process of its own; resolves with its exit code and what it said. */
async function runSuite(mutant: string | undefined): Promise<{ code: number; output: string }> {
  const { MUTANT: _, ...environment } = process.env;
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "test/mutants/vitest.config.ts",
    "--root",
    ".",
  ];
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

describe("the suite of src/jwt", () => {
  it("passes with every rule in place", async () => {
    const { code, output } = await runSuite(undefined);
    expect(code, output.slice(-2_000)).toBe(0);
  });

  it.each(mutants)("fails without this one: $rule", async ({ rule }) => {
    const { code, output } = await runSuite(rule);
    expect(code).toBe(1);
    // Not because nothing could be loaded, nor because nothing ran.
    expect(output).toMatch(/AssertionError|Tests .*failed/);
  });
});
