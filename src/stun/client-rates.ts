/**
 * How often one client may ask: a bucket of tokens for each, and no more than so many buckets. Time is given.
 *
 * A bucket is one number: when it will be full again. Each token taken puts that off by the time in which one comes
 * in; the bucket is empty when it would be put off by more than it takes to fill it.
 */

/** What {@link ClientRates} are told. */
export interface ClientRatesOptions {
  /** Tokens that come in each second; Infinity: no limit. */
  readonly perSecond: number;
  /** Tokens that a full bucket holds. */
  readonly burst: number;
  /** Buckets kept; when there are more, the one that was used longest ago is forgotten, which is as if it were full. */
  readonly maxClients: number;
}

export class ClientRates {
  readonly #interval: number;
  readonly #tolerance: number;
  readonly #maxClients: number;
  /** By client: when its bucket is full, in milliseconds. The one used longest ago comes first. */
  readonly #fullAt = new Map<string, number>();

  /** @throws {RangeError} when a number is not positive */
  constructor({ perSecond, burst, maxClients }: ClientRatesOptions) {
    for (const [name, value] of Object.entries({ perSecond, burst, maxClients })) {
      if (!(value > 0)) throw new RangeError(`${name} must be more than 0`);
    }
    this.#interval = 1000 / perSecond;
    this.#tolerance = (burst - 1) * this.#interval;
    this.#maxClients = maxClients;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#fullAt.size;
  }

  /**
   * Takes a token of `client`; false: it has none.
   *
   * @param client what `clientOf` calls its address
   * @param now milliseconds
   */
  take(client: string, now: number): boolean {
    const fullAt = Math.max(now, this.#fullAt.get(client) ?? now);
    const allowed = fullAt - now <= this.#tolerance;
    this.#fullAt.delete(client);
    this.#fullAt.set(client, allowed ? fullAt + this.#interval : fullAt);
    if (this.#fullAt.size > this.#maxClients) this.#forgetOne();
    return allowed;
  }

  #forgetOne(): void {
    for (const client of this.#fullAt.keys()) {
      this.#fullAt.delete(client);
      return;
    }
  }
}
