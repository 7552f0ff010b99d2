/**
 * When a remote key set is asked for again, and for how long what it said may be used.
 *
 *             succeeded                lifetime over              staleFor over
 *     nothing ─────────▶ fresh ─────────────────────▶ stale ─────────────────────▶ nothing
 *                          ▲         succeeded          │
 *                          └────────────────────────────┘
 *
 * Pure: the time is an argument, in milliseconds on a clock that may be set. What lies in the future of
 * `now` has happened before the clock was set back, and counts for nothing: it can neither keep a key alive
 * nor lock the source out.
 */

/** Milliseconds, both. */
export interface RefetchLimits {
  /** After a failure, and between two fetches for the sake of keys that are not in the set. */
  readonly cooldown: number;
  /** How long the keys are used after their lifetime, as long as the source fails. */
  readonly staleFor: number;
}

/**
 * What to do when a key is asked for: `use` the set that is there; `use, and fetch` a new one meanwhile;
 * `fetch`, and wait for it; or `refuse`, since the source has just failed.
 */
export type Step = "use" | "use, and fetch" | "fetch" | "refuse";

/** What is remembered of the fetches, and what follows from it. Holds no keys. */
export class Refetching {
  readonly #limits: RefetchLimits;
  /** When the set that is there was asked for, and how long it is fresh. */
  #fetchedAt: number | undefined;
  #lifetime = 0;
  /** When the source failed; `undefined` since it has succeeded. */
  #failedAt: number | undefined;
  #soughtAt: number | undefined;

  constructor(limits: RefetchLimits) {
    this.#limits = limits;
  }

  /** A key is asked for. */
  next(now: number): Step {
    const { cooldown } = this.#limits;
    if (isWithin(this.#fetchedAt, this.#lifetime, now)) return "use";
    const cooling = isWithin(this.#failedAt, cooldown, now);
    if (!this.isUsable(now)) return cooling ? "refuse" : "fetch";
    // The first one after the lifetime waits. But while the source is down, it would be all of them, once
    // in a cooldown and for as long as the fetch may take; so they get the stale set meanwhile.
    if (cooling) return "use";
    return this.#failedAt === undefined ? "fetch" : "use, and fetch";
  }

  /** Whether what was fetched last may be used at all, if only because the source fails. */
  isUsable(now: number): boolean {
    return isWithin(this.#fetchedAt, this.#lifetime + this.#limits.staleFor, now);
  }

  /**
   * A key is asked for that is not in the set, perhaps because it is new: whether that is worth a fetch.
   * It is once in a cooldown, so that invented names cost the source no more than that.
   */
  mayLookAgain(now: number): boolean {
    const { cooldown } = this.#limits;
    if (isWithin(this.#soughtAt, cooldown, now) || isWithin(this.#failedAt, cooldown, now)) return false;
    this.#soughtAt = now;
    return true;
  }

  /**
   * A good set came. RFC 9111 §4.2.3, of its age: "A cache MUST interpret this value relative to the time the
   * request was initiated, not the time that the response was received." So its lifetime counts from then.
   */
  succeeded(requestedAt: number, lifetime: number): void {
    this.#fetchedAt = requestedAt;
    this.#lifetime = lifetime;
    this.#failedAt = undefined;
  }

  /** No set came, or none that is any good. */
  failed(now: number): void {
    this.#failedAt = now;
  }
}

function isWithin(since: number | undefined, duration: number, now: number): boolean {
  return since !== undefined && now >= since && now - since < duration;
}
