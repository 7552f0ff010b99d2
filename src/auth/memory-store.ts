/** A store for tests and for trying things out: it forgets everything with the process. */
import { AuthError } from "./errors.ts";
import type { Account, AccountStore, Revocation, RevocationStore } from "./store.ts";

/** Keeps accounts and revocations in memory. */
export class MemoryStore implements AccountStore, RevocationStore {
  readonly #accounts = new Map<string, Account>();
  /** The folded username of every id. */
  readonly #usernames = new Map<string, string>();
  readonly #revocations = new Map<string, number>();

  async create(account: Account): Promise<boolean> {
    const folded = foldCase(account.username);
    if (this.#accounts.has(folded)) return false;
    if (this.#usernames.has(account.id))
      throw new AuthError("store/failed", "The account's id exists already.");
    this.#accounts.set(folded, { ...account });
    this.#usernames.set(account.id, folded);
    return true;
  }

  async findByUsername(username: string): Promise<Account | undefined> {
    return this.#accounts.get(foldCase(username));
  }

  async updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean> {
    const folded = this.#usernames.get(id);
    const account = folded === undefined ? undefined : this.#accounts.get(folded);
    if (folded === undefined || account?.passwordHash !== replacing) return false;
    this.#accounts.set(folded, { ...account, passwordHash });
    return true;
  }

  async add(jti: string, expiresAt: number): Promise<void> {
    this.#revocations.set(jti, Math.max(expiresAt, this.#revocations.get(jti) ?? expiresAt));
  }

  async load(nowSeconds: number): Promise<readonly Revocation[]> {
    return [...this.#revocations]
      .map(([jti, expiresAt]) => ({ jti, expiresAt }))
      .filter(({ expiresAt }) => expiresAt > nowSeconds);
  }

  async deleteExpired(nowSeconds: number): Promise<void> {
    for (const [jti, expiresAt] of this.#revocations) {
      if (expiresAt <= nowSeconds) this.#revocations.delete(jti);
    }
  }
}

/** A to Z only, as SQLite's NOCASE does: full folding would make one of "k" and the Kelvin sign. */
function foldCase(username: string): string {
  return username.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
