/**
 * Runs one benchmark in a plain Node process of its own: no loader's code in what is measured, and no memory
 * or type feedback left over from the benchmark before.
 *
 * This file is both sides: {@link runBench} starts it again as a child with the benchmark's module and the
 * settings as arguments.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Bench, fullSettings, quickSettings, type Section } from "./bench.ts";

type ChildMessage = { readonly progress: string } | { readonly section: Section };

export interface BenchRun {
  readonly quick: boolean;
  /** Ends the benchmark, and the servers it started, when it aborts. */
  readonly signal: AbortSignal;
  readonly progress: (what: string) => void;
}

/** Runs the benchmark whose module is `module`. Rejects when it fails or is aborted. */
export function runBench(module: URL, { quick, signal, progress }: BenchRun): Promise<Section> {
  const child = fork(fileURLToPath(import.meta.url), [module.href, quick ? "quick" : "full"], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const abort = (): void => {
      child.kill("SIGTERM");
      patience = setTimeout(() => child.kill("SIGKILL"), 2_000);
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    let section: Section | undefined;
    child.on("message", (message: ChildMessage) => {
      if ("progress" in message) progress(message.progress);
      else section = message.section;
    });
    child.once("error", reject);
    child.once("exit", (code, killedBy) => {
      signal.removeEventListener("abort", abort);
      clearTimeout(patience);
      if (signal.aborted) reject(signal.reason);
      else if (code === 0 && section !== undefined) resolve(section);
      else reject(new Error(`the benchmark failed (${killedBy ?? code})`));
    });
  });
}

/** The child: its servers end when it exits, and it exits when its parent is gone. */
async function serveParent(module: string, size: string): Promise<void> {
  process.on("disconnect", () => process.exit(1));
  process.on("SIGTERM", () => process.exit(1));
  process.on("SIGINT", () => {}); // Ctrl-C reaches all of us; the parent says SIGTERM
  const { bench } = (await import(module)) as { bench: Bench };
  const section = await bench(size === "quick" ? quickSettings : fullSettings, (what) =>
    tell({ progress: what }),
  );
  tell({ section }, () => process.exit(0));
}

function tell(message: ChildMessage, sent?: () => void): void {
  (process as unknown as ChildProcess).send(message, () => sent?.());
}

const [, script, module, size] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href && process.send !== undefined) {
  serveParent(module!, size!).catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
