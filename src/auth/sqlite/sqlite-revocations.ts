/** Revocations in SQLite. */
import type { StatementSync } from "node:sqlite";
import type { Revocation, RevocationStore } from "../store.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { readRevocation } from "./sqlite-rows.ts";

/** The table of revocations. */
export class SqliteRevocations implements RevocationStore {
  readonly #database: SqliteDatabase;
  readonly #add: StatementSync;
  readonly #load: StatementSync;
  readonly #deleteExpired: StatementSync;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#add = database.prepare(
      `INSERT INTO revocations (kind, id, expires_at) VALUES (?, ?, ?)
       ON CONFLICT (kind, id) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)`,
    );
    this.#load = database.prepare("SELECT kind, id, expires_at FROM revocations WHERE expires_at > ?");
    this.#deleteExpired = database.prepare("DELETE FROM revocations WHERE expires_at <= ?");
  }

  async addRevocation(revocation: Revocation): Promise<void> {
    await this.#database.write(() => this.revoke(revocation));
  }

  async loadRevocations(nowSeconds: number): Promise<readonly Revocation[]> {
    return this.#database.read(() => this.#load.all(nowSeconds).map(readRevocation));
  }

  async deleteExpiredRevocations(nowSeconds: number): Promise<void> {
    await this.#database.write(() => this.#deleteExpired.run(nowSeconds));
  }

  /** As {@link addRevocation}, within a step that is under way. */
  revoke({ kind, id, expiresAt }: Revocation): void {
    this.#add.run(kind, id, expiresAt);
  }
}
