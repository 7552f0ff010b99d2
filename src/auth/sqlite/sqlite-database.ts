/**
 * The shell over `node:sqlite`: one file, opened with care, and calls that are durable when they return.
 *
 * SQLite's calls are synchronous. One of ours reads or writes a few rows and waits for the disk at most once;
 * that is well under the time of the scrypt hash beside it, and saves a thread and a protocol to it. Only for
 * the lock of another process the wait is ours, and asynchronous: SQLite's own would hold up every socket.
 */
import { chmodSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { AuthError } from "../errors.ts";
import { explain, explainAtStart, isLocked, isSqliteError, isSystemError } from "./sqlite-errors.ts";
import { checkIntegrity, checkOwnership, migrate } from "./sqlite-migrations.ts";

/** How an SQLite database is opened. */
export interface SqliteOptions {
  /**
   * How long a call waits for another process that holds the lock, in milliseconds: 1000 by default. The rest of
   * the process goes on meanwhile.
   */
  readonly lockTimeout?: number | undefined;
}

/** How often to ask for the lock meanwhile, in milliseconds. A commit of another process takes less. */
const retryInterval = 5;

/** A file and the journal that holds what was written last: its inodes as they were at start. */
type Identity = ReadonlyMap<string, string>;

/** An SQLite database of ours. What a write acknowledged is on the disk. */
export class SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #lockTimeout: number;
  readonly #identity: Identity;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  private constructor(database: DatabaseSync, path: string, lockTimeout: number) {
    this.#database = database;
    this.#path = path;
    this.#lockTimeout = lockTimeout;
    this.#identity = identify(path === ":memory:" ? [] : [path, `${path}-wal`]);
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  /**
   * Opens the database at `path`, creating it (for its owner alone) or bringing it up to date first, and makes
   * of it what `use` says. `:memory:` is a database that dies with its connection.
   *
   * @throws {AuthError} `store/cannot-open`, `store/not-a-database`, `store/newer`, `store/read-only`, `store/failed`
   */
  static async open<T>(
    path: string,
    { lockTimeout = 1000 }: SqliteOptions,
    use: (database: SqliteDatabase) => T,
  ): Promise<T> {
    // Imported here, so that whoever brings a store of their own never loads SQLite.
    const { DatabaseSync } = await import("node:sqlite");
    const file = path === ":memory:" ? path : resolve(path);
    if (file !== ":memory:") await createPrivately(file);
    const connect = (): T => {
      const database = new DatabaseSync(file);
      try {
        prepareDatabase(database, file);
        return use(new SqliteDatabase(database, file, lockTimeout));
      } catch (error) {
        database.close();
        throw error;
      }
    };
    try {
      return await whenUnlocked(connect, lockTimeout);
    } catch (error) {
      throw explainAtStart(error, file);
    }
  }

  close(): void {
    this.#database.close();
  }

  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /** Runs statements that only read. @throws {AuthError} `store/failed` */
  async read<T>(operation: () => T): Promise<T> {
    try {
      return await whenUnlocked(operation, this.#lockTimeout);
    } catch (error) {
      throw explain(error, this.#path);
    }
  }

  /** Runs one statement that writes. @throws {AuthError} `store/failed`: then nothing has changed */
  async write<T>(operation: () => T): Promise<T> {
    return this.read(() => {
      this.#checkInPlace();
      return operation();
    });
  }

  /**
   * Runs several statements as one step, which nobody sees half done.
   *
   * @throws {AuthError} `store/failed`: then nothing has changed
   */
  async writeAtomically<T>(operation: () => T): Promise<T> {
    return this.write(() => {
      // IMMEDIATE: what we read is still so when we write.
      this.#begin.run();
      try {
        const result = operation();
        this.#commit.run();
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch (error) {
      // After some errors, such as a full disk, SQLite has rolled back by itself. The first error is the one to tell.
      if (!isSqliteError(error)) throw error;
    }
  }

  /** A deleted file takes writes, and takes them with it when it is closed. */
  #checkInPlace(): void {
    for (const [path, inode] of identify(this.#identity.keys())) {
      if (inode !== this.#identity.get(path))
        throw new AuthError("store/failed", `The database ${this.#path} has been deleted or replaced.`);
    }
  }
}

/**
 * Runs what needs a lock again until it is free. In the meantime the process does other things, which it would
 * not while SQLite waits (`PRAGMA busy_timeout`). What finds a lock taken has done nothing yet.
 */
async function whenUnlocked<T>(operation: () => T, timeout: number): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return operation();
    } catch (error) {
      if (!isLocked(error) || performance.now() - start >= timeout) throw error;
    }
    await setTimeout(retryInterval);
  }
}

function identify(paths: Iterable<string>): Identity {
  return new Map(Array.from(paths, (path) => [path, inodeOf(path)]));
}

function inodeOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code ?? "none";
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

/**
 * Takes from others what they may do with the files. One that was copied back has the mode it happened to get, and
 * the journals take it over. What is somebody else's stays as it is: whoever owns it can read it anyway.
 */
function keepPrivate(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const { mode = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if ((mode & 0o077) === 0) continue;
    try {
      chmodSync(file, mode & 0o700);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}

function prepareDatabase(database: DatabaseSync, path: string): void {
  // Before anything is written: a file that is not ours is left as it is.
  checkOwnership(database, path);
  if (path !== ":memory:") keepPrivate(path);
  checkIntegrity(database);
  // WAL: readers never wait. FULL: a commit is on the disk before it returns, so a power cut takes nothing back.
  // (On macOS the disk itself has to be told, which is what fullfsync does.)
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON");
  migrate(database, path);
}
