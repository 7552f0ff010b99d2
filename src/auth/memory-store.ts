/** A store for tests and for trying things out: it forgets everything with the process. */
import { AuthError } from "./errors.ts";
import type {
  Account,
  AuthStore,
  OpeningTerms,
  PasswordChange,
  Revocation,
  SessionSelection,
  StoredSession,
} from "./store.ts";

/**
 * Keeps accounts, sessions and revocations in memory, as frozen copies. No method waits for anything, so each
 * is one step.
 */
export class MemoryStore implements AuthStore {
  readonly #accounts = new Map<string, Account>();
  /** The id of every folded username. */
  readonly #ids = new Map<string, string>();
  readonly #sessions = new Map<string, StoredSession>();
  /** The session's id of every family. */
  readonly #families = new Map<string, string>();
  /** The ids of the sessions of every account that has had one. */
  readonly #sessionsOf = new Map<string, Set<string>>();
  readonly #revocations = new Map<string, Revocation>();

  async createAccount(account: Account): Promise<boolean> {
    const folded = foldCase(account.username);
    if (this.#ids.has(folded)) return false;
    if (this.#accounts.has(account.id)) throw exists("account", "id");
    this.#accounts.set(account.id, Object.freeze({ ...account }));
    this.#ids.set(folded, account.id);
    return true;
  }

  async findAccountByUsername(username: string): Promise<Account | undefined> {
    const id = this.#ids.get(foldCase(username));
    return id === undefined ? undefined : this.#accounts.get(id);
  }

  async findAccountById(id: string): Promise<Account | undefined> {
    return this.#accounts.get(id);
  }

  async updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean> {
    const account = this.#accounts.get(id);
    if (account?.passwordHash !== replacing) return false;
    this.#accounts.set(id, Object.freeze({ ...account, passwordHash }));
    return true;
  }

  async changePassword(change: PasswordChange): Promise<readonly string[] | undefined> {
    const { accountId, passwordHash, replacing, keep, revokedUntil } = change;
    const account = this.#accounts.get(accountId);
    if (account?.passwordHash !== replacing) return undefined;
    const passwordVersion = account.passwordVersion + 1;
    this.#accounts.set(accountId, Object.freeze({ ...account, passwordHash, passwordVersion }));
    return this.#end(this.#select({ accountId, except: keep }), revokedUntil);
  }

  async openSession(session: StoredSession, terms: OpeningTerms): Promise<readonly string[] | undefined> {
    const { id, accountId, family } = session;
    if (this.#accounts.get(accountId)?.passwordVersion !== terms.passwordVersion) return undefined;
    if (this.#sessions.has(id)) throw exists("session", "id");
    if (this.#families.has(family)) throw exists("session", "family");
    const others = this.#select({ accountId }).sort((a, b) => b.lastSeenAt - a.lastSeenAt);
    this.#sessions.set(id, copySession(session));
    this.#families.set(family, id);
    this.#sessionsOf.set(accountId, (this.#sessionsOf.get(accountId) ?? new Set()).add(id));
    return this.#end(others.slice(Math.max(0, terms.most - 1)), terms.revokedUntil);
  }

  async findSessionById(id: string): Promise<StoredSession | undefined> {
    return this.#sessions.get(id);
  }

  async findSessionByFamily(family: string): Promise<StoredSession | undefined> {
    const id = this.#families.get(family);
    return id === undefined ? undefined : this.#sessions.get(id);
  }

  async listSessions(accountId: string): Promise<readonly StoredSession[]> {
    return this.#select({ accountId });
  }

  async updateSession(session: StoredSession): Promise<boolean> {
    const stored = this.#sessions.get(session.id);
    if (stored === undefined || stored.version !== session.version - 1) return false;
    const { id, accountId, createdAt } = stored;
    const { family } = session;
    if (this.#families.get(family) !== id) {
      if (this.#families.has(family)) throw exists("session", "family");
      this.#families.delete(stored.family);
      this.#families.set(family, id);
    }
    this.#sessions.set(id, copySession({ ...session, accountId, createdAt }));
    return true;
  }

  async endSessions(which: SessionSelection, revokedUntil: number): Promise<readonly string[]> {
    return this.#end(this.#select(which), revokedUntil);
  }

  async deleteExpiredSessions(now: number): Promise<void> {
    for (const session of this.#sessions.values()) {
      if (session.expiresAt <= now) this.#remove(session);
    }
  }

  async addRevocation(revocation: Revocation): Promise<void> {
    this.#revoke(revocation);
  }

  async loadRevocations(nowSeconds: number): Promise<readonly Revocation[]> {
    return [...this.#revocations.values()].filter(({ expiresAt }) => expiresAt > nowSeconds);
  }

  async deleteExpiredRevocations(nowSeconds: number): Promise<void> {
    for (const [key, { expiresAt }] of this.#revocations) {
      if (expiresAt <= nowSeconds) this.#revocations.delete(key);
    }
  }

  #select(which: SessionSelection): StoredSession[] {
    const ids = "id" in which ? [which.id] : [...(this.#sessionsOf.get(which.accountId) ?? [])];
    const except = "id" in which ? undefined : which.except;
    return ids.flatMap((id) => (id === except ? [] : (this.#sessions.get(id) ?? [])));
  }

  #end(sessions: readonly StoredSession[], expiresAt: number): readonly string[] {
    return sessions.map((session) => {
      this.#remove(session);
      this.#revoke({ kind: "session", id: session.id, expiresAt });
      return session.id;
    });
  }

  #remove({ id, accountId, family }: StoredSession): void {
    this.#sessions.delete(id);
    this.#families.delete(family);
    const siblings = this.#sessionsOf.get(accountId);
    siblings?.delete(id);
    if (siblings?.size === 0) this.#sessionsOf.delete(accountId);
  }

  #revoke({ kind, id, expiresAt }: Revocation): void {
    const key = `${kind} ${id}`;
    const latest = Math.max(expiresAt, this.#revocations.get(key)?.expiresAt ?? expiresAt);
    this.#revocations.set(key, Object.freeze({ kind, id, expiresAt: latest }));
  }
}

function copySession(session: StoredSession): StoredSession {
  const rotations = Object.freeze(session.rotations.map((rotation) => Object.freeze({ ...rotation })));
  return Object.freeze({ ...session, rotations });
}

function exists(what: "account" | "session", key: "id" | "family"): AuthError {
  return new AuthError("store/failed", `The ${what}'s ${key} exists already.`);
}

/** A to Z only, as SQLite's NOCASE does: full folding would make one of "k" and the Kelvin sign. */
function foldCase(username: string): string {
  return username.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
