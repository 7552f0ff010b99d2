/** Closing many connections in an orderly way: spread over time, with a hint when to come back, and an end. */
import type { Endpoint } from "../endpoint/endpoint.ts";
import { startTimer } from "../endpoint/timer.ts";
import type { DrainOptions } from "./server-options.ts";

/** How long peers may take where nothing else sets an end to it, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Closes all, and resolves when the last is gone.
 *
 * @param closeTimeout how long each connection waits by itself for its peer's Close, in milliseconds
 * @throws {TypeError|RangeError} on a time that is none, before anything is closed
 */
export async function drain(
  sockets: readonly Endpoint[],
  options: DrainOptions,
  closeTimeout: number,
): Promise<void> {
  checkDrainOptions(options);
  const { code = 1001, spread = 0, deadline = spread + closeTimeout } = options;
  const isEndless = deadline === Number.POSITIVE_INFINITY && closeTimeout === Number.POSITIVE_INFINITY;
  const reason = reasonOf(options);
  const gone = sockets.map(
    (socket) => new Promise<void>((resolve) => socket.addEventListener("close", () => resolve())),
  );
  const timers = sockets.map((socket, i) => {
    const close = (): void => socket.close(code, reason);
    if (spread > 0) return startTimer((spread * i) / sockets.length, close);
    close();
    return () => {};
  });
  const stopDeadline = startTimer(isEndless ? spread + PATIENCE : deadline, () => {
    for (const socket of sockets) socket.terminate();
  });
  await Promise.all(gone);
  stopDeadline();
  for (const stop of timers) stop();
}

/** @throws {TypeError|RangeError} on a time that is none: a timer would take it for no time at all */
export function checkDrainOptions({ spread, deadline, retryAfter }: DrainOptions): void {
  for (const [name, value] of Object.entries({ spread, deadline, retryAfter })) {
    if (value === undefined) continue;
    if (typeof value !== "number") throw new TypeError(`${name} is a number of milliseconds`);
    const isTime = value >= 0 && (name === "deadline" || value < Number.POSITIVE_INFINITY);
    if (!isTime) throw new RangeError(`${name} is 0 milliseconds or more`);
  }
}

/** Our reconnecting client reads the hint (see reconnect.ts). */
function reasonOf({ reason = "the server is going away", retryAfter }: DrainOptions): string {
  return retryAfter === undefined ? reason : `retry-after=${Math.floor(retryAfter)} ${reason}`;
}
