import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteStore } from "../../src/auth/sqlite-store.ts";
import { describeStore } from "./store-suite.ts";

const alice = { id: "a1", username: "Alice", passwordHash: "hash", createdAt: 1 };
const code = (value: string) => expect.objectContaining({ code: value });

let folder: string;
let path: string;
let opened: SqliteStore[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-store-"));
  path = join(folder, "barewire.db");
  opened = [];
});

afterEach(async () => {
  for (const store of opened) store.close();
  await rm(folder, { recursive: true });
});

async function open(at: string = path): Promise<SqliteStore> {
  const store = await SqliteStore.open(at);
  opened.push(store);
  return store;
}

function closeAll(): void {
  for (const store of opened.splice(0)) store.close();
}

/** Runs SQL on the file behind the store's back. */
function tamper(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Runs `task` as somebody whom permissions bind: as root, as nobody. */
async function unprivileged<T>(task: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return task();
  process.seteuid!(65534);
  try {
    return await task();
  } finally {
    process.seteuid!(0);
  }
}

describeStore("SqliteStore", {
  open: () => open(),
  reopen: async () => {
    closeAll();
    return open();
  },
});

describeStore("SqliteStore in memory", { open: () => open(":memory:") });

describe("a crash", () => {
  it("takes nothing back: what was acknowledged is in the files, though the store was never closed", async () => {
    const store = await open();
    await store.create(alice);
    await store.add("token", 100);
    const copy = join(folder, "copy");
    await mkdir(copy);
    for (const file of (await readdir(folder)).filter((name) => name.startsWith("barewire.db"))) {
      await copyFile(join(folder, file), join(copy, file));
    }
    const again = await open(join(copy, "barewire.db"));
    await expect(again.findByUsername("alice")).resolves.toEqual(alice);
    await expect(again.load(0)).resolves.toEqual([{ jti: "token", expiresAt: 100 }]);
  });
});

describe("the file", () => {
  it("is for its owner alone, and so are its journals", async () => {
    const store = await open();
    await store.create(alice);
    const files = await readdir(folder);
    expect(files).toContain("barewire.db-wal");
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it("is in WAL mode at the current version and bears our mark", async () => {
    await open();
    closeAll();
    const database = new DatabaseSync(path);
    const value = (pragma: string) => Object.values(database.prepare(`PRAGMA ${pragma}`).get()!)[0];
    expect(value("journal_mode")).toBe("wal");
    expect(value("user_version")).toBe(1);
    expect(value("application_id")).toBe(0x62727772);
    database.close();
  });

  it("may be open in two stores at once, which see each other's changes", async () => {
    const [one, two] = [await open(), await open()];
    await one.create(alice);
    await expect(two.findByUsername("alice")).resolves.toEqual(alice);
    await expect(two.create({ ...alice, id: "b2" })).resolves.toBe(false);
  });

  it("may be opened by many at the moment it is created", async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => open()));
    await stores[0]!.create(alice);
    await expect(stores[7]!.findByUsername("alice")).resolves.toEqual(alice);
  });
});

describe("a database that cannot be used", () => {
  it("is refused as store/not-a-database, and left alone, when it is some other file", async () => {
    const text = "This is a shopping list, not a database. ".repeat(100);
    await writeFile(path, text);
    await expect(SqliteStore.open(path)).rejects.toEqual(code("store/not-a-database"));
    await expect(SqliteStore.open(path)).rejects.toThrow(`The database ${path} is not an SQLite database.`);
    await expect(readFile(path, "utf8")).resolves.toBe(text);
  });

  it("is refused as store/not-a-database, and left alone, when it is another application's", async () => {
    tamper("CREATE TABLE recipes (name TEXT)");
    const before = await readFile(path);
    await expect(SqliteStore.open(path)).rejects.toThrow(`${path} belongs to another application.`);
    await expect(readFile(path)).resolves.toEqual(before);
  });

  it("is refused as store/not-a-database when it bears another application's mark", async () => {
    tamper("PRAGMA application_id = 42");
    await expect(SqliteStore.open(path)).rejects.toEqual(code("store/not-a-database"));
  });

  it("is refused as store/not-a-database when its pages are damaged", async () => {
    await open();
    closeAll();
    const bytes = await readFile(path);
    bytes.fill(0xff, 100, 4096);
    await writeFile(path, bytes);
    await expect(SqliteStore.open(path)).rejects.toThrow(`The database ${path} is damaged.`);
  });

  it("is refused as store/newer, and left alone, when a newer program wrote it", async () => {
    await open();
    closeAll();
    tamper("PRAGMA user_version = 2");
    await expect(SqliteStore.open(path)).rejects.toEqual(code("store/newer"));
    await expect(SqliteStore.open(path)).rejects.toThrow("has version 2; this program knows 1 and older");
    tamper("PRAGMA user_version = 1");
    await expect(open()).resolves.toBeInstanceOf(SqliteStore);
  });

  it("is refused as store/read-only when it cannot be written", async () => {
    await open();
    closeAll();
    await chmod(folder, 0o777);
    await chmod(path, 0o444);
    await unprivileged(async () => {
      await expect(SqliteStore.open(path)).rejects.toEqual(code("store/read-only"));
    });
  });

  it("is refused as store/cannot-open when its directory cannot be written", async () => {
    await chmod(folder, 0o555);
    await unprivileged(async () => {
      await expect(SqliteStore.open(path)).rejects.toEqual(code("store/cannot-open"));
    });
  });

  it("is refused as store/cannot-open when its directory does not exist", async () => {
    const missing = join(folder, "missing", "barewire.db");
    await expect(SqliteStore.open(missing)).rejects.toEqual(code("store/cannot-open"));
    await expect(SqliteStore.open(missing)).rejects.toThrow("cannot be created: ENOENT");
  });

  it("is refused as store/cannot-open when it is a directory", async () => {
    await expect(SqliteStore.open(folder)).rejects.toEqual(code("store/cannot-open"));
  });

  it("is refused as store/failed while another process holds its lock", async () => {
    await open();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(SqliteStore.open(path)).rejects.toThrow(`The database ${path} failed: database is locked.`);
    other.close();
  });
});

describe("a database that fails later", () => {
  it("rejects with store/failed, and works again when the cause is gone", async () => {
    const store = await open();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(store.create(alice)).rejects.toEqual(code("store/failed"));
    other.close();
    await expect(store.create(alice)).resolves.toBe(true);
  });

  it("names neither the account nor its hash in the error", async () => {
    const store = await open();
    await store.create(alice);
    const error = await store.create({ ...alice, username: "bob" }).catch((error: unknown) => error);
    expect(error).toEqual(code("store/failed"));
    expect(String(error)).not.toMatch(/a1|bob|hash/);
  });
});
