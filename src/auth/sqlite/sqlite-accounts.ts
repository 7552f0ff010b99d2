/** Accounts in SQLite. */
import type { StatementSync } from "node:sqlite";
import type { Account, AccountStore, PasswordChange } from "../store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { readAccount } from "./sqlite-rows.ts";
import type { SqliteSessions } from "./sqlite-sessions.ts";

/** The table of accounts. */
export class SqliteAccounts implements AccountStore {
  readonly #database: SqliteDatabase;
  readonly #sessions: SqliteSessions;
  readonly #create: StatementSync;
  readonly #findByUsername: StatementSync;
  readonly #findById: StatementSync;
  readonly #updatePasswordHash: StatementSync;
  readonly #changePassword: StatementSync;

  constructor(database: SqliteDatabase, sessions: SqliteSessions) {
    this.#database = database;
    this.#sessions = sessions;
    this.#create = database.prepare(
      `INSERT INTO accounts (id, username, password_hash, password_version, created_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (username) DO NOTHING`,
    );
    // Where there is nobody of this name another row is read in place of theirs: finding out that somebody exists
    // would otherwise take some 13 µs longer than that nobody does (bench/auth/timing). Node 22.13 binds nothing to
    // numbered parameters, so the name is given twice.
    this.#findByUsername = database.prepare(
      `SELECT *, username = ? AS asked_for FROM accounts
       WHERE id = coalesce((SELECT id FROM accounts WHERE username = ?), (SELECT min(id) FROM accounts))`,
    );
    this.#findById = database.prepare("SELECT * FROM accounts WHERE id = ?");
    this.#updatePasswordHash = database.prepare(
      "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?",
    );
    this.#changePassword = database.prepare(
      `UPDATE accounts SET password_hash = ?, password_version = password_version + 1
       WHERE id = ? AND password_hash = ?`,
    );
  }

  async createAccount(account: Account): Promise<boolean> {
    const { id, username, passwordHash, passwordVersion, createdAt } = account;
    return this.#database.write(
      () => this.#create.run(id, username, passwordHash, passwordVersion, createdAt).changes === 1,
    );
  }

  async findAccountByUsername(username: string): Promise<Account | undefined> {
    return this.#database.read(() => {
      const row = this.#findByUsername.get(username, username);
      return row?.asked_for === 1 ? readAccount(row) : undefined;
    });
  }

  async findAccountById(id: string): Promise<Account | undefined> {
    return this.#database.read(() => {
      const row = this.#findById.get(id);
      return row && readAccount(row);
    });
  }

  async updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean> {
    return this.#database.write(
      () => this.#updatePasswordHash.run(passwordHash, id, replacing).changes === 1,
    );
  }

  async changePassword(change: PasswordChange): Promise<readonly string[] | undefined> {
    const { accountId, passwordHash, replacing, keep, revokedUntil } = change;
    return this.#database.writeAtomically(() => {
      if (this.#changePassword.run(passwordHash, accountId, replacing).changes !== 1) return undefined;
      return this.#sessions.end({ accountId, except: keep }, revokedUntil);
    });
  }
}
