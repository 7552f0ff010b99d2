/** Waiting for what other parts of a test do. */
import { vi } from "vitest";

interface Source<Event> {
  addEventListener(type: string, listener: (event: Event) => void, options: { once: boolean }): void;
}

/** Resolves with the next event of a type: ours, the DOM's or that of ws, whose listener types all differ. */
export function nextEvent<Event = { code: number; reason: string; wasClean: boolean; data: string | Buffer }>(
  target: object,
  type: string,
): Promise<Event> {
  return new Promise((resolve) => {
    (target as Source<Event>).addEventListener(type, resolve, { once: true });
  });
}

/** Lets everything happen that this turn of the event loop still has to do. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until `check` no longer throws, on a machine as slow as may be. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}
