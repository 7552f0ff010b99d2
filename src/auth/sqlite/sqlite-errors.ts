/**
 * What SQLite's errors mean, in one line to whoever runs the server. SQLite's own words name tables and columns,
 * never what is in them; ours name nothing but the file.
 */
import { AuthError, type AuthErrorCode } from "../errors.ts";

/** What was read cannot be what one of our programs wrote. It is not quoted: it may be secret. */
export class DamageError extends Error {
  override readonly name = "DamageError";
}

interface SqliteError extends Error {
  /** The extended result code. */
  readonly errcode: number;
  readonly errstr: string;
}

/** What goes wrong while the server runs, by SQLite's primary result code. */
const running: Readonly<Record<number, string>> = {
  5: "is locked by another process", // SQLITE_BUSY
  8: "cannot be written: it has become read-only", // SQLITE_READONLY
  11: "is damaged", // SQLITE_CORRUPT
  13: "cannot grow: the disk is full", // SQLITE_FULL
  26: "is damaged", // SQLITE_NOTADB
};

/** What goes wrong at start, by SQLite's primary result code. */
const starting: Readonly<Record<number, readonly [AuthErrorCode, string]>> = {
  1: ["store/not-a-database", "bears our mark but is not ours: its tables are others"], // SQLITE_ERROR
  8: ["store/read-only", "cannot be written: it or its directory is read-only"], // SQLITE_READONLY
  11: ["store/not-a-database", "is damaged"], // SQLITE_CORRUPT
  14: ["store/cannot-open", "cannot be opened: it is no file, or its directory cannot be written"], // SQLITE_CANTOPEN
  26: ["store/not-a-database", "is not an SQLite database"], // SQLITE_NOTADB
};

/** What an error at opening the database at `path` means; one that is not SQLite's is returned as it is. */
export function explainAtStart(error: unknown, path: string): unknown {
  const result = error instanceof DamageError ? 11 : isSqliteError(error) ? primary(error) : undefined;
  const known = result === undefined ? undefined : starting[result];
  if (known === undefined) return explain(error, path);
  const [code, why] = known;
  return new AuthError(code, `The database ${path} ${why}.`, { cause: error });
}

/** What an error of a statement means; one that is not SQLite's is returned as it is. */
export function explain(error: unknown, path: string): unknown {
  const failed = (why: string): AuthError =>
    new AuthError("store/failed", `The database ${path} ${why}.`, { cause: error });
  if (error instanceof DamageError) return failed("is damaged");
  if (isSqliteError(error)) return failed(running[primary(error)] ?? `failed: ${error.errstr}`);
  if (!isSystemError(error)) return error;
  // node:sqlite refuses integers that a number cannot hold. We write none.
  if (error.code === "ERR_OUT_OF_RANGE") return failed("is damaged");
  if (error.code === "ERR_INVALID_STATE") return failed("has been closed");
  return error;
}

/** Whether another process holds a lock that the statement needs. It did nothing then. */
export function isLocked(error: unknown): boolean {
  return isSqliteError(error) && primary(error) === 5; // SQLITE_BUSY
}

/** The primary result code is the low byte of the extended one. */
function primary(error: SqliteError): number {
  return error.errcode & 0xff;
}

/** Whether SQLite itself says that something went wrong. */
export function isSqliteError(error: unknown): error is SqliteError {
  return isSystemError(error) && error.code === "ERR_SQLITE_ERROR" && "errcode" in error;
}

/** Whether it is an error of Node, with a code. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
