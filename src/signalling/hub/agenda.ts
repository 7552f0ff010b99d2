/**
 * What is to be done later, in the order of its time: a binary heap, so that a hundred thousand peers with some
 * deadlines each cost neither a timer apiece nor a walk over all of them.
 *
 * Nothing is ever taken off before its time. Whoever put it there looks, when its time has come, whether it still
 * means something.
 */
export class Agenda<Task> {
  readonly #heap: { readonly at: number; readonly task: Task }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the next task is due, in milliseconds; Infinity: never. */
  get next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** To be done at a time, in milliseconds; one at Infinity is never done, and not kept. */
  add(at: number, task: Task): void {
    if (at === Number.POSITIVE_INFINITY) return;
    const heap = this.#heap;
    let place = heap.length;
    heap.push({ at, task });
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (heap[parent]!.at <= at) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = { at, task };
  }

  /** Takes the next task that is due; undefined when there is none. */
  take(now: number): Task | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.at > now) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first.task;
  }

  /** Puts an item at the top and lets it sink to where it belongs. */
  #sink(item: { readonly at: number; readonly task: Task }): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= item.at) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = item;
  }
}
