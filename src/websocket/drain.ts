/** Closing many connections in an orderly way: spread over time, with a hint when to come back, and an end. */
import type { Endpoint } from "./endpoint.ts";
import type { DrainOptions } from "./server-options.ts";
import { startTimer } from "./timer.ts";

/** Closes all, and resolves when the last is gone. */
export async function drain(
  sockets: readonly Endpoint[],
  options: DrainOptions,
  closeTimeout: number,
): Promise<void> {
  const { code = 1001, spread = 0, deadline = spread + closeTimeout } = options;
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
  const stopDeadline = startTimer(deadline, () => {
    for (const socket of sockets) socket.terminate();
  });
  await Promise.all(gone);
  stopDeadline();
  for (const stop of timers) stop();
}

/** Our reconnecting client reads the hint (see reconnect.ts). */
function reasonOf({ reason = "the server is going away", retryAfter }: DrainOptions): string {
  return retryAfter === undefined ? reason : `retry-after=${Math.floor(retryAfter)} ${reason}`;
}
