/**
 * Which tokens are refused although they have not expired.
 *
 * Asked for every request and every socket, so the answer comes from memory; told again after a restart, so
 * it is written to the store first. An entry is needed only until its token would have expired anyway. That
 * bounds both: by the number of tokens one lifetime can issue, and each takes a login.
 */
import type { RevocationStore } from "./store.ts";

/**
 * Entries are kept this much longer than their tokens, in seconds: a clock that is set back a little would
 * otherwise bring a revoked token to life again.
 */
const marginSeconds = 60;

/** Below this many entries, looking for expired ones is not worth while. */
const minSweep = 1024;

/** The revoked tokens, in memory and in a store. */
export class Revocations {
  readonly #store: RevocationStore;
  /** The expiry, in seconds since the epoch, by token id. */
  readonly #expiries = new Map<string, number>();
  #sweepAt = minSweep;

  private constructor(store: RevocationStore) {
    this.#store = store;
  }

  /** The revocations that `store` remembers. Expired ones are forgotten there. */
  static async load(store: RevocationStore, nowSeconds: number): Promise<Revocations> {
    const revocations = new Revocations(store);
    await store.deleteExpired(nowSeconds - marginSeconds);
    for (const { jti, expiresAt } of await store.load(nowSeconds - marginSeconds)) {
      revocations.#expiries.set(jti, expiresAt);
    }
    revocations.#sweepAt = nextSweep(revocations.size);
    return revocations;
  }

  /** How many are held in memory, a few expired ones among them. */
  get size(): number {
    return this.#expiries.size;
  }

  /** Whether the token is revoked. */
  has(tokenId: string): boolean {
    return this.#expiries.has(tokenId);
  }

  /**
   * Revokes a token that expires at `expiresAt` (seconds since the epoch). It is refused from the moment this
   * resolves, across a restart; of several calls for one token, the first to get there resolves to true. When
   * the store fails this rejects, and the token is as valid as before.
   */
  async add(tokenId: string, expiresAt: number, nowSeconds: number): Promise<boolean> {
    if (this.has(tokenId)) return false;
    if (this.size >= this.#sweepAt) await this.#sweep(nowSeconds - marginSeconds);
    await this.#store.add(tokenId, expiresAt);
    const first = !this.has(tokenId);
    this.#expiries.set(tokenId, expiresAt);
    return first;
  }

  /** Done each time the number has doubled, so that it costs one step an entry, all in all. */
  async #sweep(beforeSeconds: number): Promise<void> {
    for (const [tokenId, expiresAt] of this.#expiries) {
      if (expiresAt <= beforeSeconds) this.#expiries.delete(tokenId);
    }
    this.#sweepAt = nextSweep(this.size);
    await this.#store.deleteExpired(beforeSeconds);
  }
}

function nextSweep(size: number): number {
  return Math.max(minSweep, 2 * size);
}
