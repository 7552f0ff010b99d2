/**
 * Which access tokens are refused although they have not expired: single ones, and all of a session.
 *
 * Asked for every request and every socket, so the answer comes from memory; told again after a restart, so
 * it is written to the store first. An entry is needed only until the last token it concerns would have expired
 * anyway, minutes later. That bounds both, by what one lifetime of a token can see of logouts; and a session
 * takes a login. An account is revoked as its sessions, of which it has no more than a few dozen.
 */
import type { Revocation, RevocationStore } from "./store.ts";

/**
 * Entries are kept this much longer than their tokens, in seconds: a clock that is set back a little would
 * otherwise bring a revoked token to life again.
 */
const marginSeconds = 60;

/** Below this many entries, looking for expired ones is not worthwhile. */
const minSweep = 1024;

/** The revoked tokens and sessions, in memory. */
export class Revocations {
  /** The end of each entry, in seconds since the epoch, by the token's or the session's id. */
  readonly #ends = { token: new Map<string, number>(), session: new Map<string, number>() };
  #sweepAt = minSweep;

  /** The revocations that `store` remembers. Expired ones are forgotten there. */
  static async load(store: RevocationStore, nowSeconds: number): Promise<Revocations> {
    const revocations = new Revocations();
    await store.deleteExpiredRevocations(nowSeconds - marginSeconds);
    for (const revocation of await store.loadRevocations(nowSeconds - marginSeconds)) {
      revocations.add(revocation, nowSeconds);
    }
    return revocations;
  }

  /** Has `store` forget what no token needs any more. */
  static async sweep(store: RevocationStore, nowSeconds: number): Promise<void> {
    await store.deleteExpiredRevocations(nowSeconds - marginSeconds);
  }

  /** How many are held in memory, a few expired ones among them. */
  get size(): number {
    return this.#ends.token.size + this.#ends.session.size;
  }

  /** Whether a token is revoked, by itself or with its session. Two looks into maps. */
  has({ tokenId, sessionId }: { readonly tokenId: string; readonly sessionId: string }): boolean {
    return this.#ends.session.has(sessionId) || this.#ends.token.has(tokenId);
  }

  /**
   * Refuses what `revocation` names from now on. It is durable already: the store has it.
   *
   * @returns false when it was refused before
   */
  add({ kind, id, expiresAt }: Revocation, nowSeconds: number): boolean {
    if (this.size >= this.#sweepAt) this.#sweep(nowSeconds - marginSeconds);
    const ends = this.#ends[kind];
    const before = ends.get(id);
    ends.set(id, Math.max(expiresAt, before ?? expiresAt));
    return before === undefined;
  }

  /** Done each time the number has doubled, so that it costs one step an entry, all in all. */
  #sweep(beforeSeconds: number): void {
    for (const ends of [this.#ends.token, this.#ends.session]) {
      for (const [id, expiresAt] of ends) {
        if (expiresAt <= beforeSeconds) ends.delete(id);
      }
    }
    this.#sweepAt = Math.max(minSweep, 2 * this.size);
  }
}
