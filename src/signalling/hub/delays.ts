/** Things that each wait for the same time, in the order in which it will be over: without a heap, and without a rest. */
export class Delays<Item> {
  /** In milliseconds. The last that was added is the last whose time is over. */
  readonly #deadlines = new Map<Item, number>();

  get size(): number {
    return this.#deadlines.size;
  }

  /** When the first is due; Infinity: never. */
  get next(): number {
    for (const deadline of this.#deadlines.values()) return deadline;
    return Number.POSITIVE_INFINITY;
  }

  /** Waits until `deadline`, which is no earlier than that of any other; what it waited for before is forgotten. */
  add(item: Item, deadline: number): void {
    this.#deadlines.delete(item);
    if (deadline < Number.POSITIVE_INFINITY) this.#deadlines.set(item, deadline);
  }

  delete(item: Item): void {
    this.#deadlines.delete(item);
  }

  /** Takes those that are due. */
  take(now: number): readonly Item[] {
    const due: Item[] = [];
    for (const [item, deadline] of this.#deadlines) {
      if (deadline > now) break;
      due.push(item);
    }
    for (const item of due) this.#deadlines.delete(item);
    return due;
  }
}
