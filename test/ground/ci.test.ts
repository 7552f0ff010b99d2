import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/**
 * `.ci/run` with a pretended npm, which does for each command what the test says. A script of bash cannot be
 * tried where there is none.
 */
describe.runIf(process.platform !== "win32")("the CI script", { timeout: 60_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ci-run-"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, ".ci"));
    cpSync(resolve(".ci/run"), join(folder, ".ci/run"));
    writeFileSync(join(folder, "README.md"), "npm ci && npm start\nnpm ci && npm test\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("sums the closing lines of its stages and ends with the sum alone", async () => {
    const run = await ci(folder, {});
    expect(run.lastLine).toBe("22 passed, 0 failed");
    expect(run.code).toBe(0);
    expect(run.summary).toEqual([
      "chromium 1 passed, 0 failed",
      "redis, coturn 1 passed, 0 failed",
      "README commands 1 passed, 0 failed",
      "npm ci 1 passed, 0 failed",
      "npm test 3 passed, 0 failed",
      "npm run check 1 passed, 0 failed",
      "npm run test:long 1 passed, 0 failed",
      "npm run test:browser 2 passed, 0 failed",
      "npm run test:services 5 passed, 0 failed",
      "npm run test:package 4 passed, 0 failed",
      "npm start 1 passed, 0 failed",
      "npm start with Redis 1 passed, 0 failed",
    ]);
  });

  it.each([
    ["a failed test", { test: "echo '2 passed, 1 failed'; exit 1" }, "npm test 2 passed, 1 failed"],
    [
      "a bad exit after a good line",
      { test: "echo '3 passed, 0 failed'; exit 1" },
      "npm test 3 passed, 1 failed",
    ],
    ["a bad exit without a line", { test: "exit 139" }, "npm test 0 passed, 1 failed"],
    ["a good exit without a line", { "run test:long": "true" }, "npm run test:long 0 passed, 1 failed"],
    ["a line that is not alone", { test: "echo 'x 3 passed, 0 failed'" }, "npm test 0 passed, 1 failed"],
    ["a failed check", { "run check": "exit 1" }, "npm run check 0 passed, 1 failed"],
  ])("counts %s, and still runs every other stage", async (_, commands, line) => {
    const run = await ci(folder, commands);
    expect(run.summary).toContain(line);
    expect(run.summary).toHaveLength(12);
    expect(run.lastLine).toMatch(/^\d+ passed, 1 failed$/);
    expect(run.code).toBe(1);
  });

  it("repeats at its end, without colours, what failed and why, and not what passed", async () => {
    const { output, lastLine } = await ci(folder, {
      "run test:long": `${vitestSaying("the error of the first", 3)}; echo '5 passed, 3 failed'; exit 1`,
      "run check": "echo 'a.ts is too long' >&2; exit 1",
    });
    const end = output.split("── summary\n")[1]!;
    expect(end).toContain("── npm run check\na.ts is too long\n");
    expect(end).toContain("\n FAIL  a.test.ts > number 3\n");
    expect(end).toContain("⎯ Failed Tests 3 ⎯\n FAIL  a.test.ts > number 1\nthe error of the first\n");
    for (const unwanted of ["noise", "\x1b"]) expect(end).not.toContain(unwanted);
    expect(lastLine).toBe("25 passed, 4 failed");
  });

  it("repeats no more of it than somebody reads", async () => {
    const command = `${vitestSaying("long ".repeat(100), 200)}; exit 1`;
    const { output } = await ci(folder, { test: command, "run test:services": command });
    const end = output.split("── summary\n")[1]!;
    expect(end.split("\n").length).toBeLessThan(300);
    expect(end.length).toBeLessThan(50_000);
    expect(output.trimEnd()).toMatch(/\n\d+ passed, 2 failed$/);
  });

  it("counts a server that does not come to share its rooms", async () => {
    const start = server("process.exit(0)", `"status":"ok","rooms":"local"`);
    const run = await ci(folder, { start }, { HEALTHY_SECONDS: "3" });
    expect(run.summary).toContain("npm start with Redis 0 passed, 1 failed");
    expect(run.lastLine).toMatch(/^\d+ passed, 1 failed$/);
  });

  it.each([
    ["dies", "exit 4"],
    ["ends badly", server("process.exit(1)")],
  ])("counts a server that %s, with Redis and without", async (_, start) => {
    const run = await ci(folder, { start });
    expect(run.summary.slice(-2)).toEqual([
      "npm start 0 passed, 1 failed",
      "npm start with Redis 0 passed, 1 failed",
    ]);
    expect(run.lastLine).toMatch(/^\d+ passed, 2 failed$/);
    expect(run.code).toBe(1);
  });

  it("stops after a failed install", async () => {
    const run = await ci(folder, { ci: "exit 1" });
    expect(run.summary).toEqual([
      "chromium 1 passed, 0 failed",
      "redis, coturn 1 passed, 0 failed",
      "README commands 1 passed, 0 failed",
      "npm ci 0 passed, 1 failed",
    ]);
    expect(run.lastLine).toBe("3 passed, 1 failed");
    expect(run.code).toBe(1);
  });

  it("fails when Chromium cannot be had", async () => {
    const run = await ci(folder, {}, { CHROMIUM: join(folder, "no-chromium") });
    expect(run.summary[0]).toBe("chromium 0 passed, 1 failed");
    expect(run.code).toBe(1);
  });

  it("fails when the README does not show the commands", async () => {
    writeFileSync(join(folder, "README.md"), "npm ci && npm test\n");
    const run = await ci(folder, {});
    expect(run.summary[2]).toBe("README commands 0 passed, 1 failed");
    expect(run.code).toBe(1);
  });
});

const commandsThatPass: Readonly<Record<string, string>> = {
  ci: "true",
  test: "echo noise; echo '3 passed, 0 failed'",
  "run check": "echo '9 passed, 0 failed'",
  "run test:long": "echo '1 passed, 0 failed'",
  "run test:browser": "echo '2 passed, 0 failed'",
  "run test:services": "echo '5 passed, 0 failed'",
  "run test:package": "echo '1 passed, 0 failed'; echo '4 passed, 0 failed'",
  start: server("process.exit(0)"),
};

/** A shell command that says what vitest does of so many failed tests, in colours. */
function vitestSaying(error: string, count: number): string {
  const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;
  const tests = Array.from({ length: count }, (_, i) => ` ${red("FAIL ")} a.test.ts > number ${i + 1}`);
  const lines = ["noise", red(`⎯ Failed Tests ${count} ⎯`), ...tests.flatMap((test) => [test, error])];
  return `printf '${lines.join("\\n")}\\n'`;
}

/** A shell command that serves /healthz and on SIGTERM does `stop`. */
function server(stop: string, health = `"status":"ok","rooms":"shared"`): string {
  const answer = `require("http").createServer((q, r) => { r.statusCode = q.url === "/healthz" ? 200 : 404; r.end(\`${health}\`); })`;
  return `exec node -e 'process.once("SIGTERM", () => ${stop}); ${answer}.listen(process.env.BAREWIRE_PORT)'`;
}

interface Run {
  readonly output: string;
  readonly lastLine: string;
  readonly summary: readonly string[];
  readonly code: number;
}

/** Runs the script in `folder` with an npm that does `commands`. */
async function ci(
  folder: string,
  commands: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const cases = Object.entries({ ...commandsThatPass, ...commands }).map(
    ([command, script]) => `"${command}") ${script} ;;`,
  );
  program("npm", `case "$*" in\n${cases.join("\n")}\n*) exit 99 ;;\nesac`);
  program("apt-get", "exit 100");
  program("redis-server", "exec sleep 60");
  program("turnserver", "exit 1");
  const path = `${join(folder, "bin")}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, CHROMIUM: process.execPath, ...environment };
  return new Promise((done) => {
    const child = execFile(join(folder, ".ci/run"), { env }, (_, stdout) => {
      const summary = stdout.split("── summary\n")[1]?.split("\n\n")[0]?.split("\n") ?? [];
      done({
        output: stdout,
        lastLine: stdout.trimEnd().split("\n").at(-1) ?? "",
        summary: summary.map((line) => line.replaceAll(/ +/g, " ")),
        code: child.exitCode ?? -1,
      });
    });
  });

  function program(name: string, script: string): void {
    writeFileSync(join(folder, "bin", name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
}
