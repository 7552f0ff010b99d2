/**
 * A bounded queue: so many tasks at once, so many waiting, and everybody else is told so at once.
 *
 * A hash takes 128 MiB and a thread of Node's pool (four by default, which files and DNS need as well). A
 * flood of logins shall cost its senders time, not this process its memory, and not the others their turn.
 */
import { PasswordError } from "./errors.ts";

/** On whose behalf a password is hashed. */
export interface PasswordCaller {
  /** Aborted when nobody waits for the answer any more: a task that has not started is dropped then. */
  readonly signal?: AbortSignal | undefined;
  /** Who asks, such as a network address: each name may have so many tasks waiting. Without one, any number. */
  readonly client?: string | undefined;
}

interface Entry {
  readonly client: string | undefined;
  readonly start: () => void;
}

/** How many may wait. */
export interface QueueLimits {
  readonly total: number;
  /** With the same `client`; as many as there is room for unless given. */
  readonly perClient?: number | undefined;
}

/** Runs asynchronous tasks in the order of their arrival, at most `concurrency` at a time. */
export class BoundedQueue {
  readonly #concurrency: number;
  readonly #total: number;
  readonly #perClient: number;
  readonly #waiting: Entry[] = [];
  #running = 0;

  /** @throws {RangeError} unless `concurrency` is a positive and each limit a non-negative integer */
  constructor(concurrency: number, { total, perClient = total }: QueueLimits) {
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new RangeError("concurrency must be a positive integer");
    }
    if (![total, perClient].every((limit) => Number.isSafeInteger(limit) && limit >= 0)) {
      throw new RangeError("the queue's length must be a non-negative integer");
    }
    this.#concurrency = concurrency;
    this.#total = total;
    this.#perClient = perClient;
  }

  /** How many tasks are under way. */
  get running(): number {
    return this.#running;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Settles as `task` does, once it had its turn.
   *
   * @throws {PasswordError} `password/busy` when the queue is full; `task` is then never called
   * @throws the reason of `caller.signal` when it is aborted before `task` has started; then neither
   */
  async run<T>(task: () => Promise<T>, caller: PasswordCaller = {}): Promise<T> {
    caller.signal?.throwIfAborted();
    if (this.#running < this.#concurrency) this.#running += 1;
    else await this.#turn(caller);
    try {
      return await task();
    } finally {
      // The place goes to the next in line without becoming free in between, so that nobody can jump in.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next.start();
    }
  }

  #turn({ signal, client }: PasswordCaller): Promise<void> {
    const full = this.#waiting.length >= this.#total;
    if (full || (client !== undefined && this.#waitingOf(client) >= this.#perClient)) {
      throw new PasswordError("password/busy", "Too many passwords are being checked; try again later.");
    }
    return new Promise((resolve, reject) => {
      const drop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener("abort", drop);
        resolve();
      };
      const entry = { client, start };
      this.#waiting.push(entry);
      signal?.addEventListener("abort", drop, { once: true });
    });
  }

  #waitingOf(client: string): number {
    return this.#waiting.filter((entry) => entry.client === client).length;
  }
}
