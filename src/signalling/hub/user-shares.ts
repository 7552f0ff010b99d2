/** How many users' shares are told apart at most. */
export const maxUsers = 256;

/**
 * What each user may take of something that all share, so that nobody takes it all. It keeps one number a user, and none
 * of who has taken nothing of late; of too many users, whoever took least lately may begin anew.
 */
export class UserShares {
  /** Milliseconds in which one comes back, and in which all do. */
  readonly #one: number;
  readonly #all: number;
  /** When the share of each will be whole again. Who took last is last. */
  readonly #wholeAt = new Map<string, number>();

  constructor(perSecond: number, burst: number) {
    this.#one = 1000 / perSecond;
    this.#all = burst * this.#one;
  }

  /** How many users are remembered. */
  get size(): number {
    return this.#wholeAt.size;
  }

  /** Takes one of a user's share. Returns 0, or after how many milliseconds there would be one. */
  spend(user: string, now: number): number {
    this.#forget(now);
    const wholeAt = Math.max(now, this.#wholeAt.get(user) ?? now) + this.#one;
    const wait = wholeAt - now - this.#all;
    if (wait > 0) return Math.ceil(wait);
    this.#wholeAt.delete(user);
    for (const first of this.#wholeAt.keys()) {
      if (this.#wholeAt.size < maxUsers) break;
      this.#wholeAt.delete(first);
    }
    this.#wholeAt.set(user, wholeAt);
    return 0;
  }

  /** Who took first is about the first whose share is whole. */
  #forget(now: number): void {
    for (const [user, wholeAt] of this.#wholeAt) {
      if (wholeAt > now) return;
      this.#wholeAt.delete(user);
    }
  }
}
