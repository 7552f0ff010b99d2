/** An example in a process of its own, started as its first comment says, on a free port. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll } from "vitest";

export interface RunningExample {
  /** Where it says that it listens. */
  readonly url: string;
  /** The same, for WebSockets. */
  readonly socketUrl: string;
  readonly process: ChildProcess;
  /** What it has written to standard error. */
  readonly complaints: () => string;
  /** Sends SIGTERM and resolves with the exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}

export async function startExample(
  file: string,
  { args = [], environment = {} }: { args?: readonly string[]; environment?: Record<string, string> } = {},
): Promise<RunningExample> {
  const child = spawn(process.execPath, [...libraryOptions(), resolve("examples", file), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PORT: "0", ...environment },
  });
  children.push(child);
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const exited = once(child, "exit");
  const url = await Promise.race([firstLine(child.stdout), exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`${file} did not start: ${complaints}`);
  return {
    url,
    socketUrl: url.replace(/^http/, "ws"),
    process: child,
    complaints: () => complaints,
    stop: async () => {
      child.kill("SIGTERM");
      const impatience = setTimeout(() => child.kill("SIGKILL"), 8_000);
      const [code] = (await exited) as [number | null];
      clearTimeout(impatience);
      return code;
    },
  };
}

async function firstLine(stream: Readable): Promise<string> {
  const [line] = (await once(createInterface(stream), "line")) as [string];
  return line;
}

let options: readonly string[] | undefined;
const children: ChildProcess[] = [];
const builds: string[] = [];

afterAll(() => {
  for (const child of children) child.kill("SIGKILL"); // those that a failed test has not ended
  for (const folder of builds) rmSync(folder, { recursive: true, force: true });
});

/**
 * What to tell Node so that an example finds the library. Nothing, when the build is newer than the sources, as after
 * `npm ci`; else where there is a build that was made for this process.
 */
export function libraryOptions(): readonly string[] {
  options ??= isFresh() ? [] : ["--import", pathToFileURL(freshBuild()).href];
  return options;
}

function isFresh(): boolean {
  const newest = Math.max(
    ...readdirSync("src", { recursive: true }).map((name) => statSync(join("src", String(name))).mtimeMs),
  );
  const built = statSync("dist/websocket/index.js", { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs > newest;
}

/** Compiles the sources, and returns a module that leads imports of `barewire/…` to the result. */
function freshBuild(): string {
  const folder = mkdtempSync(join(tmpdir(), "barewire-build-"));
  builds.push(folder);
  const compiler = resolve("node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", folder]);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const hook = join(folder, "hook.mjs");
  writeFileSync(
    hook,
    `import { registerHooks } from "node:module";
     registerHooks({
       resolve: (specifier, context, next) =>
         next(specifier.replace(/^barewire(\\/.+)?$/, (_, entry = "") => ${JSON.stringify(pathToFileURL(folder).href)} + entry + "/index.js"), context),
     });`,
  );
  return hook;
}
