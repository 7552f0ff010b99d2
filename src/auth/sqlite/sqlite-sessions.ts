/** Sessions in SQLite. */
import type { StatementSync } from "node:sqlite";
import type { OpeningTerms, SessionSelection, SessionStore, StoredSession } from "../store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import type { SqliteRevocations } from "./sqlite-revocations.ts";
import { type Row, readId, readSession, writeRotations } from "./sqlite-rows.ts";

/** The table of sessions. Those it ends go to the table of revocations in the same step. */
export class SqliteSessions implements SessionStore {
  readonly #database: SqliteDatabase;
  readonly #revocations: SqliteRevocations;
  readonly #hasPassword: StatementSync;
  readonly #insert: StatementSync;
  readonly #deleteBeyond: StatementSync;
  readonly #findById: StatementSync;
  readonly #findByFamily: StatementSync;
  readonly #list: StatementSync;
  readonly #update: StatementSync;
  readonly #deleteOne: StatementSync;
  readonly #deleteOthers: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(database: SqliteDatabase, revocations: SqliteRevocations) {
    this.#database = database;
    this.#revocations = revocations;
    this.#hasPassword = database.prepare("SELECT id FROM accounts WHERE id = ? AND password_version = ?");
    this.#insert = database.prepare(
      `INSERT INTO sessions (id, account_id, family, scope, created_at, last_seen_at, expires_at,
         device, address, current, rotations, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#deleteBeyond = database.prepare(
      `DELETE FROM sessions WHERE id IN (
         SELECT id FROM sessions WHERE account_id = ? AND id <> ?
         ORDER BY last_seen_at DESC LIMIT -1 OFFSET ?
       ) RETURNING id`,
    );
    this.#findById = database.prepare("SELECT * FROM sessions WHERE id = ?");
    this.#findByFamily = database.prepare("SELECT * FROM sessions WHERE family = ?");
    this.#list = database.prepare("SELECT * FROM sessions WHERE account_id = ?");
    this.#update = database.prepare(
      `UPDATE sessions SET family = ?, scope = ?, last_seen_at = ?, expires_at = ?, device = ?, address = ?, current = ?,
         rotations = ?, version = ? WHERE id = ? AND version = ?`,
    );
    this.#deleteOne = database.prepare("DELETE FROM sessions WHERE id = ? RETURNING id");
    this.#deleteOthers = database.prepare(
      "DELETE FROM sessions WHERE account_id = ? AND id IS NOT ? RETURNING id",
    );
    this.#deleteExpired = database.prepare("DELETE FROM sessions WHERE expires_at <= ?");
  }

  async openSession(session: StoredSession, terms: OpeningTerms): Promise<readonly string[] | undefined> {
    const { id, accountId } = session;
    const others = Math.min(Math.max(0, terms.most - 1), Number.MAX_SAFE_INTEGER);
    return this.#database.writeAtomically(() => {
      if (this.#hasPassword.get(accountId, terms.passwordVersion) === undefined) return undefined;
      this.#add(session);
      return this.#revokeAll(this.#deleteBeyond.all(accountId, id, others), terms.revokedUntil);
    });
  }

  async findSessionById(id: string): Promise<StoredSession | undefined> {
    return this.#find(this.#findById, id);
  }

  async findSessionByFamily(family: string): Promise<StoredSession | undefined> {
    return this.#find(this.#findByFamily, family);
  }

  async listSessions(accountId: string): Promise<readonly StoredSession[]> {
    return this.#database.read(() => this.#list.all(accountId).map(readSession));
  }

  async updateSession(session: StoredSession): Promise<boolean> {
    const { id, family, scope, lastSeenAt, expiresAt, device, address, current, version } = session;
    const rotations = writeRotations(session.rotations);
    const whose = [family, scope] as const;
    const values = [lastSeenAt, expiresAt, device, address, current, rotations, version] as const;
    return this.#database.write(() => this.#update.run(...whose, ...values, id, version - 1).changes === 1);
  }

  async endSessions(which: SessionSelection, revokedUntil: number): Promise<readonly string[]> {
    return this.#database.writeAtomically(() => this.end(which, revokedUntil));
  }

  async deleteExpiredSessions(now: number): Promise<void> {
    await this.#database.write(() => this.#deleteExpired.run(now));
  }

  /** As {@link endSessions}, within a step that is under way. */
  end(which: SessionSelection, revokedUntil: number): readonly string[] {
    const ended =
      "id" in which
        ? this.#deleteOne.all(which.id)
        : this.#deleteOthers.all(which.accountId, which.except ?? null);
    return this.#revokeAll(ended, revokedUntil);
  }

  #revokeAll(rows: readonly Row[], expiresAt: number): readonly string[] {
    const ids = rows.map(readId);
    for (const id of ids) this.#revocations.revoke({ kind: "session", id, expiresAt });
    return ids;
  }

  #add(session: StoredSession): void {
    const { id, accountId, family, scope, createdAt, lastSeenAt, expiresAt } = session;
    const { device, address, current, rotations, version } = session;
    const first = [id, accountId, family, scope, createdAt, lastSeenAt, expiresAt] as const;
    this.#insert.run(...first, device, address, current, writeRotations(rotations), version);
  }

  async #find(statement: StatementSync, key: string): Promise<StoredSession | undefined> {
    return this.#database.read(() => {
      const row = statement.get(key);
      return row && readSession(row);
    });
  }
}
