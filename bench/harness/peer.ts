/**
 * The side of the harness inside a server under test: it says where it listens, reports what it has used
 * when asked, and ends with the one who started it.
 */

/** What a server has used since it started. */
export interface Usage {
  /** User and system time of all its threads, the garbage collector's too, in microseconds. */
  readonly cpu: number;
  /** Resident memory, in bytes. */
  readonly resident: number;
}

/** From a server under test to the harness. */
export type PeerMessage = { readonly listening: number } | { readonly usage: Usage };

/** Tells the harness that `port` of 127.0.0.1 is open, and answers it from then on. */
export function announce(port: number): void {
  process.on("message", (message) => {
    if (message === "usage") tell({ usage: usage() });
  });
  process.on("disconnect", () => process.exit());
  // Ctrl-C reaches every process of a terminal; the harness ends us in its own order.
  process.on("SIGINT", () => {});
  tell({ listening: port });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, resident: process.memoryUsage.rss() };
}

function tell(message: PeerMessage): void {
  if (process.send === undefined) throw new Error("a server under test is started by the harness");
  process.send(message);
}
