/** Those who wait until the peer has read. */

/** What has to be true before somebody goes on: asked each time that something may have changed. */
type Condition = () => boolean;

interface Waiter {
  readonly condition: Condition;
  readonly resolve: () => void;
}

export class Waiting {
  #waiters: Waiter[] = [];

  /** Resolves when `condition` holds. */
  until(condition: Condition): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ condition, resolve });
    });
  }

  /** Something has changed. */
  check(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (waiter.condition()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }
}

/** For who was told to wait and did not. Nobody has to listen: the message is counted as dropped. */
export function noRoom(): Promise<void> {
  const refusal = Promise.reject(new Error("the send buffer is full: wait for the promise of the last send"));
  refusal.catch(() => {});
  return refusal;
}
