/** Puts load on a server and counts what it pays for it: CPU time for each operation, from idle to idle. */
import type { ServerProcess } from "./server-process.ts";

/** Loads the server for `duration` milliseconds, waits for the last answer, and returns how many there were. */
export type Load = (duration: number) => Promise<number>;

/** One stretch of load. */
export interface Stretch {
  readonly operations: number;
  /** What the server used, in microseconds. */
  readonly cpu: number;
  /** By the clock, in milliseconds. */
  readonly elapsed: number;
}

/** Loads the server once. It is idle before and after, so no operation is counted in part. */
export async function stretch(server: ServerProcess, load: Load, duration: number): Promise<Stretch> {
  const before = await server.usage();
  const started = performance.now();
  const operations = await load(duration);
  const elapsed = performance.now() - started;
  const after = await server.usage();
  if (operations === 0) throw new Error("the server answered nothing under load");
  return { operations, cpu: after.cpu - before.cpu, elapsed };
}

/** Loads the server until it has burnt `cpu` milliseconds, or twice as much went by on the clock. */
export async function warmUp(server: ServerProcess, load: Load, cpu: number): Promise<void> {
  const start = (await server.usage()).cpu;
  const deadline = performance.now() + 2 * cpu;
  for (;;) {
    const missing = cpu - ((await server.usage()).cpu - start) / 1_000;
    if (missing <= 0 || performance.now() > deadline) return;
    await load(Math.max(20, Math.min(missing, 1_000)));
  }
}
