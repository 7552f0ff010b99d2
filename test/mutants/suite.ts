/** Runs the tests of a folder against each of its mutants, in a vitest of their own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AS_IT_IS, type Mutant } from "./mutant.ts";
import type { Outcome } from "./outcome-reporter.ts";

/** Vitest with the projects of one folder. */
class Suite {
  readonly #outcomes = new Map<string, Outcome[]>();
  readonly #cache: string = mkdtempSync(join(tmpdir(), "barewire-mutants-"));
  /** Fulfilled with all it said, when it is over. */
  readonly ended: Promise<string>;
  #over = false;
  readonly #waiting = new Set<() => void>();

  constructor(config: string) {
    const args = ["node_modules/vitest/vitest.mjs", "run", "--config", config, "--root", "."];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, MUTANTS_CACHE: this.#cache },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      timeout: 580_000,
    });
    child.on("message", (outcome: Outcome) => {
      this.#outcomes.set(outcome.project, [...this.of(outcome.project), outcome]);
      this.#wake();
    });
    const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
    this.ended = Promise.all([text(child.stdout!), text(child.stderr!), closed]).then((said) => {
      this.#over = true;
      this.#wake();
      return said.join("");
    });
  }

  /** What became of the files of a project so far. */
  of(project: string): readonly Outcome[] {
    return this.#outcomes.get(project) ?? [];
  }

  /** Waits for the one file of a project. */
  async one(project: string): Promise<Outcome> {
    while (this.of(project).length === 0) {
      if (this.#over) throw new Error(`vitest has ended without a word about it: ${await this.ended}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this.of(project)[0]!;
  }

  async remove(): Promise<void> {
    await this.ended;
    rmSync(this.#cache, { recursive: true });
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Declares the tests: the suite passes as it is, and fails against each mutant. */
export function testMutants(folder: string, config: string, mutants: readonly Mutant[]): void {
  describe(`the suite of src/${folder}`, () => {
    let suite: Suite;
    beforeAll(() => {
      suite = new Suite(config);
    });
    afterAll(() => suite.remove());

    it.each(mutants)("fails without this one: $rule", async ({ rule }) => {
      const { failed, errors } = await suite.one(rule);
      // Because a test failed: not because nothing could be loaded, nor because nothing ran.
      expect(failed, errors.join("\n")).toBeGreaterThan(0);
    });

    it("passes with every rule in place", async () => {
      const said = await suite.ended;
      const outcomes = suite.of(AS_IT_IS);
      expect(outcomes.flatMap(({ errors }) => errors)).toEqual([]);
      expect(outcomes.length, said).toBe(new Set(mutants.map(({ test }) => test)).size);
      for (const { passed, failed } of outcomes) expect([passed > 0, failed]).toEqual([true, 0]);
    });
  });
}
