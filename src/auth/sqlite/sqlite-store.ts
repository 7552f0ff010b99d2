/** Accounts, sessions and revocations in one SQLite file that survives crashes. */

import type {
  Account,
  AuthStore,
  OpeningTerms,
  PasswordChange,
  Revocation,
  SessionSelection,
  StoredSession,
} from "../store.ts";
import { SqliteAccounts } from "./sqlite-accounts.ts";
import { SqliteDatabase, type SqliteOptions } from "./sqlite-database.ts";
import { SqliteRevocations } from "./sqlite-revocations.ts";
import { SqliteSessions } from "./sqlite-sessions.ts";

/** Keeps accounts, sessions and revocations in an SQLite database. What it acknowledged is on the disk. */
export class SqliteStore implements AuthStore {
  readonly #database: SqliteDatabase;
  readonly #accounts: SqliteAccounts;
  readonly #sessions: SqliteSessions;
  readonly #revocations: SqliteRevocations;

  private constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#revocations = new SqliteRevocations(database);
    this.#sessions = new SqliteSessions(database, this.#revocations);
    this.#accounts = new SqliteAccounts(database, this.#sessions);
  }

  /**
   * Opens the database at `path`, creating it (for its owner alone) or bringing it up to date first.
   * `:memory:` is a database that dies with the store.
   *
   * Methods reject with {@link AuthError} `store/failed` when the disk is full, the file damaged, deleted, or
   * locked by another process for longer than `lockTimeout`; nothing has changed then.
   *
   * @throws {AuthError} `store/cannot-open`, `store/not-a-database`, `store/newer`, `store/read-only`, `store/failed`
   */
  static async open(path: string, options: SqliteOptions = {}): Promise<SqliteStore> {
    return SqliteDatabase.open(path, options, (database) => new SqliteStore(database));
  }

  /** Closes the file. Nothing may be called afterwards. */
  close(): void {
    this.#database.close();
  }

  createAccount(account: Account): Promise<boolean> {
    return this.#accounts.createAccount(account);
  }

  findAccountByUsername(username: string): Promise<Account | undefined> {
    return this.#accounts.findAccountByUsername(username);
  }

  findAccountById(id: string): Promise<Account | undefined> {
    return this.#accounts.findAccountById(id);
  }

  updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean> {
    return this.#accounts.updatePasswordHash(id, passwordHash, replacing);
  }

  changePassword(change: PasswordChange): Promise<readonly string[] | undefined> {
    return this.#accounts.changePassword(change);
  }

  openSession(session: StoredSession, terms: OpeningTerms): Promise<readonly string[] | undefined> {
    return this.#sessions.openSession(session, terms);
  }

  findSessionById(id: string): Promise<StoredSession | undefined> {
    return this.#sessions.findSessionById(id);
  }

  findSessionByFamily(family: string): Promise<StoredSession | undefined> {
    return this.#sessions.findSessionByFamily(family);
  }

  listSessions(accountId: string): Promise<readonly StoredSession[]> {
    return this.#sessions.listSessions(accountId);
  }

  updateSession(session: StoredSession): Promise<boolean> {
    return this.#sessions.updateSession(session);
  }

  endSessions(which: SessionSelection, revokedUntil: number): Promise<readonly string[]> {
    return this.#sessions.endSessions(which, revokedUntil);
  }

  deleteExpiredSessions(now: number): Promise<void> {
    return this.#sessions.deleteExpiredSessions(now);
  }

  addRevocation(revocation: Revocation): Promise<void> {
    return this.#revocations.addRevocation(revocation);
  }

  loadRevocations(nowSeconds: number): Promise<readonly Revocation[]> {
    return this.#revocations.loadRevocations(nowSeconds);
  }

  deleteExpiredRevocations(nowSeconds: number): Promise<void> {
    return this.#revocations.deleteExpiredRevocations(nowSeconds);
  }
}
