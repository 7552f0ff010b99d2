/** Waiting that ends. */
import { SetupFailed } from "../verdict.ts";

/** Waits for `event`, but no longer than so many milliseconds; says whether it came. Without a number there is no limit. */
export async function within(patience: number, event: Promise<unknown>): Promise<boolean> {
  if (patience === Number.POSITIVE_INFINITY) return event.then(() => true);
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), patience);
  try {
    return await Promise.race([event.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Who waits for a state of things to change, and asks again when it has. */
export class Changes {
  #next = Promise.withResolvers<void>();

  /** Something is other than it was. */
  tell(): void {
    const told = this.#next;
    this.#next = Promise.withResolvers();
    told.resolve();
  }

  /**
   * Waits until `state` says something else than `undefined`; asks at once, and after every change.
   *
   * @param patience milliseconds after which it is given up
   */
  async until<T>(
    state: () => T | undefined,
    patience: number = Number.POSITIVE_INFINITY,
  ): Promise<T | undefined> {
    const deadline = performance.now() + patience;
    for (;;) {
      const found = state();
      if (found !== undefined) return found;
      if (!(await within(deadline - performance.now(), this.#next.promise))) return undefined;
    }
  }
}

/**
 * What `running` comes to, unless `signal` is aborted first.
 *
 * @throws {SetupFailed} when it is; what `running` comes to is then nobody's business
 */
export async function unlessAborted<T>(signal: AbortSignal, running: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(new SetupFailed("ended early"));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([running, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
    running.catch(() => {});
  }
}
