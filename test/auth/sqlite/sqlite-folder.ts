/** A folder of its own for each test, and what is done to the database in it behind the store's back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect } from "vitest";
import { SqliteStore } from "../../../src/auth/sqlite/sqlite-store.ts";

/** Where Linux keeps files in memory, if it does: each commit of hundreds of tests would wait for the disk. */
export const memory: string = await access("/dev/shm", constants.W_OK).then(
  () => "/dev/shm",
  () => tmpdir(),
);

export interface SqliteFolder {
  /** The folder, a new one in each test. */
  readonly folder: string;
  /** Where the database is to be. */
  readonly path: string;
  /** Opens a store, which is closed after the test. It does not wait long for locks unless it is told to. */
  open(path?: string, lockTimeout?: number): Promise<SqliteStore>;
  closeAll(): void;
  /** Runs SQL on the file. */
  tamper(sql: string): void;
  /** What a statement answers with, in a connection of its own. */
  ask(sql: string): readonly unknown[];
  /** Overwrites octets of the file while no store is open. */
  damage(change: (octets: Buffer) => void): void;
}

/** Declares what happens before and after each test of the file. */
export function useSqliteFolder(): SqliteFolder {
  let folder = "";
  const opened: SqliteStore[] = [];
  const inFolder: SqliteFolder = {
    get folder() {
      return folder;
    },
    get path() {
      return join(folder, "barewire.db");
    },
    async open(path = inFolder.path, lockTimeout = 20) {
      const store = await SqliteStore.open(path, { lockTimeout });
      opened.push(store);
      return store;
    },
    closeAll() {
      for (const store of opened.splice(0)) store.close();
    },
    tamper(sql) {
      withDatabase(inFolder.path, (database) => database.exec(sql));
    },
    ask(sql) {
      return withDatabase(inFolder.path, (database) => database.prepare(sql).all().map(Object.values)).flat();
    },
    damage(change) {
      inFolder.closeAll();
      const octets = readFileSync(inFolder.path);
      change(octets);
      writeFileSync(inFolder.path, octets);
    },
  };
  beforeEach(() => {
    folder = mkdtempSync(join(memory, "barewire-store-"));
  });
  afterEach(() => {
    inFolder.closeAll();
    rmSync(folder, { recursive: true });
  });
  return inFolder;
}

/** An error with this code. */
export function coded(code: string): unknown {
  return expect.objectContaining({ name: "AuthError", code });
}

/** Runs `task` as somebody whom permissions bind: as root, as nobody. */
export async function unprivileged<T>(task: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return task();
  process.seteuid!(65534);
  try {
    return await task();
  } finally {
    process.seteuid!(0);
  }
}

function withDatabase<T>(path: string, task: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return task(database);
  } finally {
    database.close();
  }
}
