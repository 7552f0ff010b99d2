/** Resolves with the next event of a type. */
interface Source<Event> {
  addEventListener(type: string, listener: (event: Event) => void, options: { once: boolean }): void;
}

// The listener types of our own events, of the DOM's and of ws are three different ones.
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
