/** Until when something is waited for. */
export class Deadline {
  readonly #at: number;

  /** @param patience milliseconds from now */
  constructor(patience: number) {
    this.#at = performance.now() + patience;
  }

  /** Milliseconds that are left; none is 0. */
  get left(): number {
    return Math.max(0, this.#at - performance.now());
  }
}
