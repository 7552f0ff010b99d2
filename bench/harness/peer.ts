/**
 * The side of the harness inside a server under test: it says where it listens, reports what it has used
 * when asked, and ends with the one who started it.
 */
import { setTimeout } from "node:timers/promises";

/** What a server has used since it started. */
export interface Usage {
  /** User and system time of all its threads, the garbage collector's too, in microseconds. */
  readonly cpu: number;
  /** Resident memory, in bytes. */
  readonly resident: number;
  /** Of that, what V8 has in use for JavaScript's values, in bytes; undefined in another engine. */
  readonly heap?: number;
}

/** From a server under test to the harness. */
export type PeerMessage =
  | { readonly listening: number }
  | { readonly usage: Usage }
  | { readonly failed: string };

/** Tells the harness that `port` of 127.0.0.1 is open, and answers it from then on. */
export function announce(port: number): void {
  process.on("message", (message) => {
    if (message === "usage") tell({ usage: usage() });
    if (message === "collect") {
      collectGarbage().then(
        () => tell({ usage: usage() }),
        ({ message: failed }: Error) => tell({ failed }),
      );
    }
  });
  process.on("disconnect", () => process.exit());
  // Ctrl-C reaches every process of a terminal; the harness ends us in its own order.
  process.on("SIGINT", () => {});
  tell({ listening: port });
}

/**
 * Collects all that can be, and gives back to the system what is free: then the resident memory is what is
 * in use, whatever came before. More than once, for what one collection finalizes is garbage to the next.
 */
async function collectGarbage(): Promise<void> {
  const { gc, Bun } = globalThis as { gc?: V8Collector; Bun?: { gc(synchronous: boolean): void } };
  if (gc === undefined && Bun === undefined) throw new Error("it was not started with --expose-gc");
  for (let i = 0; i < 3; i++) {
    if (Bun === undefined) gc!({ type: "major", execution: "sync", flavor: "last-resort" });
    else Bun.gc(true);
    await setTimeout(50);
  }
}

type V8Collector = (options: { type: string; execution: string; flavor: string }) => void;

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss: resident, heapUsed: heap } = process.memoryUsage();
  return { cpu: user + system, resident, heap };
}

function tell(message: PeerMessage): void {
  if (process.send === undefined) throw new Error("a server under test is started by the harness");
  process.send(message);
}
