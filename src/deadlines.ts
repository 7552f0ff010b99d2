/**
 * One clock and one timer for many machines.
 *
 * Every core says when it wants to be called next (`nextTimeout`) and never reads a clock. A timer for
 * each of 100,000 connections would cost memory and a heap operation per message; one sweep over all of
 * them each `interval` costs a comparison apiece, and a deadline is met at most `interval` late.
 */

/** What the cores of this project have in common with regard to time. */
export interface Machine {
  /** When {@link handleTimeout} is due, in milliseconds on the clock of {@link Deadlines.now}; Infinity: never. */
  readonly nextTimeout: number;
  handleTimeout(now: number): void;
}

/** Calls {@link Machine.handleTimeout} on every machine whose time has come. Its timer never keeps a process alive. */
export class Deadlines {
  readonly #machines = new Set<Machine>();
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval milliseconds between two sweeps, so the most by which a deadline is missed */
  constructor(interval = 250) {
    this.#interval = interval;
  }

  /** Milliseconds on a clock that only goes forward. */
  now(): number {
    return performance.now();
  }

  /** Watches `machine` until it is deleted. The timer runs only while there is something to watch. */
  add(machine: Machine): void {
    this.#machines.add(machine);
    this.#timer ??= setInterval(() => this.#sweep(), this.#interval).unref();
  }

  delete(machine: Machine): void {
    this.#machines.delete(machine);
    if (this.#machines.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sweep(): void {
    const now = this.now();
    // A Set may lose members while it is walked: those are then not visited, as it should be.
    for (const machine of this.#machines) {
      if (machine.nextTimeout <= now) machine.handleTimeout(now);
    }
  }
}
