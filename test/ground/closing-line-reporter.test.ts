import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closingLine, settle } from "../../tools/closing-line-reporter.ts";

describe("the closing line", () => {
  it("counts passed and failed", () => {
    expect(closingLine({ passed: 12, failed: 3 })).toBe("12 passed, 3 failed");
  });

  it("leaves a good run alone", () => {
    expect(settle({ passed: 2, failed: 0 }, 0)).toEqual({ passed: 2, failed: 0 });
  });

  it("turns a bad exit code without a failed test into one failure", () => {
    expect(settle({ passed: 2, failed: 0 }, 1)).toEqual({ passed: 2, failed: 1 });
  });

  it("does not add to failures that explain the exit code", () => {
    expect(settle({ passed: 2, failed: 3 }, 1)).toEqual({ passed: 2, failed: 3 });
  });

  it("turns a run of nothing into one failure", () => {
    expect(settle({ passed: 0, failed: 0 }, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe("a vitest run with the closing-line reporter", { timeout: 60_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "closing-line-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends with the counts and exit code 0 when every test passes", async () => {
    const run = await vitest(folder, { "a.test.ts": `it("a", () => {}); it("b", () => {});` });
    expect(run).toEqual({ lastLine: "2 passed, 0 failed", code: 0 });
  });

  it("counts a failed test once", async () => {
    const run = await vitest(folder, {
      "a.test.ts": `it("a", () => {}); it("b", () => { expect(1).toBe(2); });`,
    });
    expect(run).toEqual({ lastLine: "1 passed, 1 failed", code: 1 });
  });

  it("counts a file that does not load, a broken hook and a stray rejection", async () => {
    const run = await vitest(folder, {
      "good.test.ts": `it("a", () => {});`,
      "unloadable.test.ts": `throw new Error("at load");`,
      "hook.test.ts": `describe("s", () => { afterAll(() => { throw new Error("hook"); }); it("b", () => {}); });`,
      "stray.test.ts": `it("c", () => { Promise.reject(new Error("stray")); });`,
    });
    expect(run).toEqual({ lastLine: "3 passed, 3 failed", code: 1 });
  });

  it("counts a failure when every test is skipped", async () => {
    const run = await vitest(folder, { "a.test.ts": `it.skip("a", () => {});` });
    expect(run).toEqual({ lastLine: "0 passed, 1 failed", code: 1 });
  });

  it("counts a failure when there is no test file at all", async () => {
    expect(await vitest(folder, {})).toEqual({ lastLine: "0 passed, 1 failed", code: 1 });
  });

  it("counts a failure when the worker dies in the middle", async () => {
    const run = await vitest(folder, {
      "a.test.ts": `it("a", () => {}); it("b", () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); });`,
    });
    expect(run.code).toBe(1);
    expect(run.lastLine).toMatch(/^\d+ passed, [1-9]\d* failed$/);
  });
});

/** Runs vitest on `files` alone and gives back how it ended. */
async function vitest(
  root: string,
  files: Record<string, string>,
): Promise<{ lastLine: string; code: number }> {
  for (const [name, source] of Object.entries(files)) writeFileSync(join(root, name), source);
  const child = spawn(
    process.execPath,
    [
      resolve("node_modules/vitest/vitest.mjs"),
      ...["run", "--root", root, "--globals", "--pool", "forks"],
      ...["--reporter", "default", "--reporter", resolve("tools/closing-line-reporter.ts")],
    ],
    { env: { ...process.env, CI: "true" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.resume();
  const code = await new Promise<number>((done) => child.once("close", (status) => done(status ?? -1)));
  return { lastLine: output.trimEnd().split("\n").at(-1) ?? "", code };
}
