/**
 * The shell over `node:sqlite`: accounts and revocations in one file that survives crashes.
 *
 * SQLite's calls are synchronous. One of ours reads or writes one row and waits for the disk at most once;
 * that is well under the time of the scrypt hash beside it, and saves a thread and a protocol to it.
 */
import { open } from "node:fs/promises";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AuthError } from "./errors.ts";
import type { Account, AccountStore, Revocation, RevocationStore } from "./store.ts";

/** Step n brings a database from version n to n + 1 (`PRAGMA user_version`). Steps are only ever added. */
const migrations: readonly string[] = [
  `CREATE TABLE accounts (
     id TEXT PRIMARY KEY NOT NULL,
     username TEXT NOT NULL UNIQUE COLLATE NOCASE,
     password_hash TEXT NOT NULL,
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE revocations (
     jti TEXT PRIMARY KEY NOT NULL,
     expires_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX revocations_by_expiry ON revocations (expires_at);`,
];

/** Written into the file's header, "brwr" in ASCII, so that nobody's other database is taken for ours. */
const applicationId = 0x62727772;

/** How long to wait for another process that holds the lock. The whole process waits with us. */
const busyMilliseconds = 1000;

/** Keeps accounts and revocations in an SQLite database. What it acknowledged is on the disk. */
export class SqliteStore implements AccountStore, RevocationStore {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #create: StatementSync;
  readonly #findByUsername: StatementSync;
  readonly #updatePasswordHash: StatementSync;
  readonly #add: StatementSync;
  readonly #load: StatementSync;
  readonly #deleteExpired: StatementSync;

  private constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
    this.#create = database.prepare(
      `INSERT INTO accounts (id, username, password_hash, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (username) DO NOTHING`,
    );
    this.#findByUsername = database.prepare(
      `SELECT id, username, password_hash AS passwordHash, created_at AS createdAt
       FROM accounts WHERE username = ?`,
    );
    this.#updatePasswordHash = database.prepare(
      "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?",
    );
    this.#add = database.prepare(
      `INSERT INTO revocations (jti, expires_at) VALUES (?, ?)
       ON CONFLICT (jti) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)`,
    );
    this.#load = database.prepare(
      "SELECT jti, expires_at AS expiresAt FROM revocations WHERE expires_at > ?",
    );
    this.#deleteExpired = database.prepare("DELETE FROM revocations WHERE expires_at <= ?");
  }

  /**
   * Opens the database at `path`, creating it (for its owner alone) or bringing it up to date first.
   * `:memory:` is a database that dies with the store.
   *
   * @throws {AuthError} `store/cannot-open`, `store/not-a-database`, `store/newer`, `store/read-only`, `store/failed`
   */
  static async open(path: string): Promise<SqliteStore> {
    // Imported here, so that whoever brings a store of their own never loads SQLite.
    const { DatabaseSync } = await import("node:sqlite");
    if (path !== ":memory:") await createPrivately(path);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path);
      prepareDatabase(database, path);
      return new SqliteStore(database, path);
    } catch (error) {
      database?.close();
      throw explain(error, path);
    }
  }

  /** Closes the file. Nothing may be called afterwards. */
  close(): void {
    this.#database.close();
  }

  async create(account: Account): Promise<boolean> {
    const { id, username, passwordHash, createdAt } = account;
    return this.#run(() => this.#create.run(id, username, passwordHash, createdAt).changes === 1);
  }

  async findByUsername(username: string): Promise<Account | undefined> {
    const row = this.#run(() => this.#findByUsername.get(username));
    return row === undefined ? undefined : ({ ...row } as unknown as Account);
  }

  async updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean> {
    return this.#run(() => this.#updatePasswordHash.run(passwordHash, id, replacing).changes === 1);
  }

  async add(jti: string, expiresAt: number): Promise<void> {
    this.#run(() => this.#add.run(jti, expiresAt));
  }

  async load(nowSeconds: number): Promise<readonly Revocation[]> {
    const rows = this.#run(() => this.#load.all(nowSeconds));
    return rows.map((row) => ({ ...row }) as unknown as Revocation);
  }

  async deleteExpired(nowSeconds: number): Promise<void> {
    this.#run(() => this.#deleteExpired.run(nowSeconds));
  }

  #run<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      throw isSqliteError(error) ? failed(error, this.#path) : error;
    }
  }
}

/** SQLite would create the file readable by everybody. Its journals take over the mode we give it here. */
async function createPrivately(path: string): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.close();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "EEXIST") return;
    throw new AuthError("store/cannot-open", `The database ${path} cannot be created: ${error.code}.`, {
      cause: error,
    });
  }
}

function prepareDatabase(database: DatabaseSync, path: string): void {
  database.exec(`PRAGMA busy_timeout = ${busyMilliseconds}`);
  // Before anything is written: a file that is not ours is left as it is.
  checkOwnership(database, path);
  // WAL: readers never wait. FULL: a commit is on the disk before it returns, so a power cut takes nothing back.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  migrate(database, path);
}

function checkOwnership(database: DatabaseSync, path: string): void {
  const owner = readNumber(database, "PRAGMA application_id");
  const tables = readNumber(database, "SELECT count(*) FROM sqlite_schema");
  if (owner === applicationId || (owner === 0 && tables === 0)) return;
  throw new AuthError("store/not-a-database", `The database ${path} belongs to another application.`);
}

/** IMMEDIATE takes the write lock at once: of two processes that start together, one migrates and one waits. */
function migrate(database: DatabaseSync, path: string): void {
  database.exec("BEGIN IMMEDIATE");
  const version = readNumber(database, "PRAGMA user_version");
  if (version > migrations.length) {
    throw new AuthError(
      "store/newer",
      `The database ${path} has version ${version}; this program knows ${migrations.length} and older. Run a newer one.`,
    );
  }
  for (const step of migrations.slice(version)) database.exec(step);
  database.exec(
    `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`,
  );
}

/** The one number a statement answers with. */
function readNumber(database: DatabaseSync, sql: string): number {
  const row = database.prepare(sql).get() ?? {};
  return Number(Object.values(row)[0]);
}

interface SqliteError extends Error {
  readonly errcode: number;
  readonly errstr: string;
}

function isSqliteError(error: unknown): error is SqliteError {
  return isSystemError(error) && error.code === "ERR_SQLITE_ERROR" && "errcode" in error;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}

/** What an error at opening means to who runs the server, by SQLite's primary result code (its low byte). */
function explain(error: unknown, path: string): unknown {
  if (!isSqliteError(error)) return error;
  const refuse = (code: "cannot-open" | "not-a-database" | "read-only", why: string): AuthError =>
    new AuthError(`store/${code}`, `The database ${path} ${why}`, { cause: error });
  switch (error.errcode & 0xff) {
    case 8: // SQLITE_READONLY
      return refuse("read-only", "cannot be written: it or its directory is read-only.");
    case 11: // SQLITE_CORRUPT
      return refuse("not-a-database", "is damaged.");
    case 14: // SQLITE_CANTOPEN
      return refuse("cannot-open", "cannot be opened: it is no file, or its directory cannot be written.");
    case 26: // SQLITE_NOTADB
      return refuse("not-a-database", "is not an SQLite database.");
  }
  return failed(error, path);
}

/** SQLite's own words name tables and columns, never what is in them. */
function failed(error: SqliteError, path: string): AuthError {
  return new AuthError("store/failed", `The database ${path} failed: ${error.errstr}.`, { cause: error });
}
