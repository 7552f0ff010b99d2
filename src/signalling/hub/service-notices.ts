import type { Notice } from "../protocol.ts";

/** Whether peers know that those of other processes cannot be reached, and what they have to be told. */
export class ServiceNotices {
  #alone = false;

  /** What a peer is told that has just come. */
  get atFirst(): Notice | undefined {
    return this.#alone ? { type: "service", rooms: "local" } : undefined;
  }

  /** What all are told now; undefined when they know. @param merging some rooms are not shared again yet */
  change({ shared, merging }: { readonly shared: boolean; readonly merging: boolean }): Notice | undefined {
    const alone = !shared || (this.#alone && merging);
    if (alone === this.#alone) return undefined;
    this.#alone = alone;
    return { type: "service", rooms: alone ? "local" : "shared" };
  }
}
