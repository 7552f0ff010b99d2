import { chmod, mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { SqliteStore } from "../../../src/auth/sqlite/sqlite-store.ts";
import { alice, openAll, sessionOf } from "../../../src/auth/store-suite/subject.ts";
import { coded, unprivileged, useSqliteFolder } from "./sqlite-folder.ts";

const files = useSqliteFolder();

/** A database with an account and enough revocations for many pages. */
async function fill(): Promise<void> {
  await openAll(await files.open(), sessionOf({ id: "s1" }));
  files.closeAll();
  files.tamper(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO revocations SELECT 'token', 'token number ' || i, i FROM n`);
}

describe("a file that is not ours is refused as store/not-a-database and left alone", () => {
  it("when it is no database", async () => {
    const text = "This is a shopping list, not a database. ".repeat(100);
    await writeFile(files.path, text);
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/not-a-database"));
    await expect(SqliteStore.open(files.path)).rejects.toThrow(`${files.path} is not an SQLite database.`);
    await expect(readFile(files.path, "utf8")).resolves.toBe(text);
  });

  it("when it is another application's", async () => {
    files.tamper("CREATE TABLE recipes (name TEXT)");
    const before = await readFile(files.path);
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/not-a-database"));
    await expect(SqliteStore.open(files.path)).rejects.toThrow("belongs to another application.");
    await expect(readFile(files.path)).resolves.toEqual(before);
  });

  it("when it bears another application's mark", async () => {
    files.tamper("PRAGMA application_id = 42");
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/not-a-database"));
  });

  it("when it bears our mark and has none of our tables", async () => {
    await files.open();
    files.closeAll();
    files.tamper("DROP TABLE sessions; DROP TABLE accounts; CREATE TABLE recipes (name TEXT)");
    await expect(SqliteStore.open(files.path)).rejects.toThrow("its tables are others.");
    expect(files.ask("SELECT count(*) FROM recipes")).toEqual([0]);
  });
});

describe("a damaged database is refused as store/not-a-database", () => {
  const refused = async () => {
    const outcome = SqliteStore.open(files.path);
    await expect(outcome).rejects.toEqual(coded("store/not-a-database"));
    await expect(outcome).rejects.toThrow(`The database ${files.path} is damaged.`);
  };

  it("when its first page is", async () => {
    await fill();
    files.damage((octets) => octets.fill(0xff, 100, 4096));
    await refused();
  });

  it("when its header is", async () => {
    await fill();
    files.damage((octets) => octets.fill(0, 0, 16));
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/not-a-database"));
  });

  it("when a page in the middle is", async () => {
    await fill();
    files.damage((octets) => octets.fill(0xaa, 4096 * 12, 4096 * 13));
    await refused();
  });

  it("when it ends too early", async () => {
    await fill();
    await truncate(files.path, 4096 * 12);
    await refused();
  });
});

describe("a database that cannot be reached", () => {
  it("is refused as store/read-only when its file cannot be written", async () => {
    await fill();
    await chmod(files.folder, 0o777);
    await chmod(files.path, 0o444);
    await unprivileged(async () => {
      await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/read-only"));
    });
  });

  it("is refused as store/cannot-open when its file cannot even be read", async () => {
    await fill();
    await chmod(files.folder, 0o777);
    await chmod(files.path, 0);
    await unprivileged(async () => {
      await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/cannot-open"));
    });
  });

  it("is refused as store/cannot-open when it is new and its folder cannot be written", async () => {
    await chmod(files.folder, 0o555);
    await unprivileged(async () => {
      await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/cannot-open"));
    });
  });

  it("is refused as store/read-only when the journal beside it cannot be written", async () => {
    await fill();
    await chmod(files.path, 0o666);
    await chmod(files.folder, 0o555);
    await unprivileged(async () => {
      await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/read-only"));
    });
  });

  it("is refused as store/cannot-open when its folder does not exist", async () => {
    const missing = join(files.folder, "missing", "barewire.db");
    await expect(SqliteStore.open(missing)).rejects.toEqual(coded("store/cannot-open"));
    await expect(SqliteStore.open(missing)).rejects.toThrow("cannot be created: ENOENT");
  });

  it("is refused as store/cannot-open when a folder is in its place", async () => {
    await mkdir(files.path);
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/cannot-open"));
    expect((await stat(files.path)).isDirectory()).toBe(true);
  });
});

describe("a database that another process keeps locked", () => {
  it("is refused as store/failed after a while", async () => {
    await fill();
    const other = new DatabaseSync(files.path);
    other.exec("BEGIN IMMEDIATE");
    const outcome = SqliteStore.open(files.path, { lockTimeout: 20 });
    await expect(outcome).rejects.toThrow(`The database ${files.path} is locked by another process.`);
    await expect(outcome).rejects.toEqual(coded("store/failed"));
    other.close();
  });

  it("is opened as soon as the lock is free, and the process does other things meanwhile", async () => {
    await fill();
    const other = new DatabaseSync(files.path);
    other.exec("BEGIN EXCLUSIVE");
    const opening = files.open(files.path, 60_000);
    // It waits for this very process, which could not go on if it were held up.
    setImmediate(() => other.close());
    await expect((await opening).findAccountById(alice.id)).resolves.toEqual(alice);
  });
});
