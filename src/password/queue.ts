/**
 * A bounded queue: so many tasks at once, so many waiting, and everybody else is told so at once.
 *
 * A hash takes 128 MiB and a thread of Node's pool (four by default, which files and DNS need as well). A
 * flood of logins shall cost its senders time, not this process its memory.
 */
import { PasswordError } from "./errors.ts";

/** Runs asynchronous tasks in the order of their arrival, at most `concurrency` at a time. */
export class BoundedQueue {
  readonly #concurrency: number;
  readonly #limit: number;
  /** Each entry starts the task that waits there. */
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @throws {RangeError} unless `concurrency` is a positive and `limit` a non-negative integer */
  constructor(concurrency: number, limit: number) {
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new RangeError("concurrency must be a positive integer");
    }
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new RangeError("the queue's length must be a non-negative integer");
    }
    this.#concurrency = concurrency;
    this.#limit = limit;
  }

  /**
   * Settles as `task` does, once it had its turn.
   *
   * @throws {PasswordError} `password/busy` when the queue is full; `task` is then never called
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrency) this.#running += 1;
    else await this.#turn();
    try {
      return await task();
    } finally {
      // The place goes to the next in line without becoming free in between, so that nobody can jump in.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#limit) {
      throw new PasswordError("password/busy", "Too many passwords are being checked; try again later.");
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
