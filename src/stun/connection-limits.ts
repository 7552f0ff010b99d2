/** How many connections may be open, and how many of one client: all of a server's listeners count together. */

/** What {@link ConnectionLimits} have counted. */
export interface ConnectionCounts {
  /** Open now. */
  readonly open: number;
  /** Taken so far. */
  readonly accepted: number;
  /** Closed at once, because there were too many. */
  readonly refused: number;
}

export class ConnectionLimits {
  readonly #max: number;
  readonly #maxPerClient: number;
  readonly #open = new Map<string, number>();
  readonly #counts = { open: 0, accepted: 0, refused: 0 };

  /** @throws {RangeError} when a number is not positive */
  constructor(max: number, maxPerClient: number) {
    if (!(max > 0 && maxPerClient > 0)) throw new RangeError("limits of connections must be more than 0");
    this.#max = max;
    this.#maxPerClient = maxPerClient;
  }

  get counts(): ConnectionCounts {
    return this.#counts;
  }

  /** Counts a connection in; false: there are too many. */
  enter(client: string): boolean {
    const mine = this.#open.get(client) ?? 0;
    if (this.#counts.open >= this.#max || mine >= this.#maxPerClient) {
      this.#counts.refused++;
      return false;
    }
    this.#open.set(client, mine + 1);
    this.#counts.open++;
    this.#counts.accepted++;
    return true;
  }

  /** Counts one out that was counted in. */
  leave(client: string): void {
    const mine = this.#open.get(client) ?? 0;
    if (mine > 1) this.#open.set(client, mine - 1);
    else this.#open.delete(client);
    this.#counts.open--;
  }
}
