import { chmod, copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { SqliteDatabase } from "../../../src/auth/sqlite/sqlite-database.ts";
import { SqliteStore } from "../../../src/auth/sqlite/sqlite-store.ts";
import { describeStore } from "../../../src/auth/store-suite/store-suite.ts";
import { alice, openAll, rotated, sessionOf } from "../../../src/auth/store-suite/subject.ts";
import { coded, useSqliteFolder } from "./sqlite-folder.ts";

const files = useSqliteFolder();

const openFile = () => SqliteStore.open(files.path);

describeStore("SqliteStore", { open: openFile, openBeside: openFile, reopen: openFile }, { describe, it });

describeStore("SqliteStore in memory", { open: () => SqliteStore.open(":memory:") }, { describe, it });

describe("a crash", () => {
  it("takes nothing back: what was acknowledged is in the files, though the store was never closed", async () => {
    const store = await files.open();
    const session = rotated(sessionOf({ id: "s1" }), 5);
    await openAll(store, session);
    await store.addRevocation({ kind: "token", id: "token", expiresAt: 100 });
    const copy = join(files.folder, "copy");
    await mkdir(copy);
    for (const file of (await readdir(files.folder)).filter((name) => name.startsWith("barewire.db"))) {
      await copyFile(join(files.folder, file), join(copy, file));
    }
    const again = await files.open(join(copy, "barewire.db"));
    await expect(again.findAccountByUsername("alice")).resolves.toEqual(alice);
    await expect(again.listSessions(alice.id)).resolves.toEqual([session]);
    await expect(again.loadRevocations(0)).resolves.toHaveLength(1);
  });
});

describe("the file", () => {
  it("is for its owner alone, and so are its journals", async () => {
    const store = await files.open();
    await store.createAccount(alice);
    const names = await readdir(files.folder);
    expect(names).toContain("barewire.db-wal");
    for (const name of names) expect((await stat(join(files.folder, name))).mode & 0o777).toBe(0o600);
  });

  it("is again, when a copy that others may read was put in its place", async () => {
    await files.open();
    files.closeAll();
    await chmod(files.path, 0o666);
    await files.open();
    const names = await readdir(files.folder);
    expect(names).toContain(basename(files.path));
    for (const name of names) expect((await stat(join(files.folder, name))).mode & 0o777).toBe(0o600);
  });

  it("of another application keeps its mode", async () => {
    files.tamper("CREATE TABLE theirs (a)");
    await chmod(files.path, 0o644);
    await expect(files.open()).rejects.toMatchObject({ code: "store/not-a-database" });
    expect((await stat(files.path)).mode & 0o777).toBe(0o644);
  });

  it("is in WAL mode at the current version and bears our mark", async () => {
    await files.open();
    files.closeAll();
    expect(files.ask("PRAGMA journal_mode")).toEqual(["wal"]);
    expect(files.ask("PRAGMA user_version")).toEqual([2]);
    expect(files.ask("PRAGMA application_id")).toEqual([0x62727772]);
  });

  it("waits for the disk at each commit", async () => {
    const database = await SqliteDatabase.open(files.path, {}, (opened) => opened);
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    database.close();
  });

  it("has strict tables alone, and nothing that points nowhere", async () => {
    await openAll(await files.open(), sessionOf({ id: "s1" }));
    expect(
      files.ask("SELECT strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"),
    ).toEqual([1, 1, 1]);
    expect(files.ask("PRAGMA foreign_key_check")).toEqual([]);
    expect(files.ask("PRAGMA integrity_check")).toEqual(["ok"]);
  });

  it("is searched by an index wherever a session or an expiry is asked for", async () => {
    await files.open();
    for (const where of ["family = ''", "account_id = ''", "expires_at <= 1", "id = ''"]) {
      const plan = files.ask(`EXPLAIN QUERY PLAN SELECT * FROM sessions WHERE ${where}`);
      expect(plan.at(-1)).toMatch(/^SEARCH sessions USING INDEX/);
    }
    expect(files.ask("EXPLAIN QUERY PLAN DELETE FROM revocations WHERE expires_at <= 1").at(-1)).toMatch(
      /^SEARCH/,
    );
  });

  it("may be opened by many at the moment it is created", async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => files.open()));
    await stores[0]!.createAccount(alice);
    await expect(stores[7]!.findAccountById(alice.id)).resolves.toEqual(alice);
  });

  it("is where it was when the process goes to another folder", async () => {
    const home = process.cwd();
    const store = await files.open(relative(home, files.path));
    process.chdir(files.folder);
    await store.createAccount(alice).finally(() => process.chdir(home));
    await expect((await files.open()).findAccountById(alice.id)).resolves.toEqual(alice);
  });

  it("is none where the path is empty", async () => {
    await expect(SqliteStore.open("")).rejects.toEqual(coded("store/cannot-open"));
  });
});
