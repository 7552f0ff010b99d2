/**
 * When grants end. A walk over all of them when the first has ended is cheap, next to what it costs to keep an order
 * in which any may be taken out: most go with their peer, long before their time.
 */
export class GrantEnds<Holder> {
  readonly #ends = new Map<Holder, number>();
  #next = Number.POSITIVE_INFINITY;

  /** When {@link take} may find something; Infinity: never. */
  get next(): number {
    return this.#next;
  }

  /** @param end in milliseconds; Infinity: never */
  set(holder: Holder, end: number): void {
    if (end === Number.POSITIVE_INFINITY) {
      this.#ends.delete(holder);
      return;
    }
    this.#ends.set(holder, end);
    this.#next = Math.min(this.#next, end);
  }

  delete(holder: Holder): void {
    this.#ends.delete(holder);
  }

  /** Takes those whose grants have ended. */
  take(now: number): readonly Holder[] {
    if (this.#next > now) return [];
    const ended: Holder[] = [];
    this.#next = Number.POSITIVE_INFINITY;
    for (const [holder, end] of this.#ends) {
      if (end <= now) ended.push(holder);
      else this.#next = Math.min(this.#next, end);
    }
    for (const holder of ended) this.#ends.delete(holder);
    return ended;
  }
}
