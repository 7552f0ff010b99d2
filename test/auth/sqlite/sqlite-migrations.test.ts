import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SqliteStore } from "../../../src/auth/sqlite/sqlite-store.ts";
import { alice, sessionOf, terms } from "../../../src/auth/store-suite/subject.ts";
import { coded, useSqliteFolder } from "./sqlite-folder.ts";
import { version1 } from "./version-1.ts";

const files = useSqliteFolder();

const contents = `
  INSERT INTO accounts VALUES ('a1', 'Alice', '${alice.passwordHash}', ${alice.createdAt});
  INSERT INTO accounts VALUES ('b2', 'bob', 'hash of bob', 0);
  INSERT INTO revocations VALUES ('jti-1', 100), ('JTI-1', 200), ('jti-2', 4102444800);`;

describe("a database of version 1", () => {
  it("keeps its accounts, whose passwords were never changed", async () => {
    files.tamper(version1 + contents);
    const store = await files.open();
    await expect(store.findAccountByUsername("ALICE")).resolves.toEqual(alice);
    await expect(store.findAccountById("b2")).resolves.toEqual({
      ...{ id: "b2", username: "bob", passwordHash: "hash of bob", passwordVersion: 0, createdAt: 0 },
    });
    await expect(store.createAccount({ ...alice, id: "c3" })).resolves.toBe(false);
  });

  it("keeps its revocations, all of tokens", async () => {
    files.tamper(version1 + contents);
    const revocations = await (await files.open()).loadRevocations(0);
    expect(revocations.toSorted((a, b) => a.expiresAt - b.expiresAt)).toEqual([
      { kind: "token", id: "jti-1", expiresAt: 100 },
      { kind: "token", id: "JTI-1", expiresAt: 200 },
      { kind: "token", id: "jti-2", expiresAt: 4102444800 },
    ]);
  });

  it("opens sessions of the accounts it had", async () => {
    files.tamper(version1 + contents);
    const store = await files.open();
    await expect(store.openSession(sessionOf({ id: "s1" }), terms())).resolves.toEqual([]);
    await expect(store.listSessions(alice.id)).resolves.toEqual([sessionOf({ id: "s1" })]);
  });

  it("becomes just what a new database is", async () => {
    const tables = "SELECT group_concat(name || ' ' || type) FROM pragma_table_info(?)";
    const shape = () =>
      ["accounts", "sessions", "revocations"].flatMap((table) => [
        ...files.ask(tables.replace("?", `'${table}'`)),
        ...files.ask(`SELECT name FROM pragma_index_list('${table}') ORDER BY name`),
      ]);
    await files.open();
    const fresh = shape();
    files.closeAll();
    files.tamper(
      "DROP TABLE sessions; DROP TABLE accounts; DROP TABLE revocations; PRAGMA application_id = 0",
    );
    files.tamper(version1 + contents);
    await files.open();
    // A column that was added comes last.
    expect(shape().map((part) => String(part).split(",").toSorted().join())).toEqual(
      fresh.map((part) => String(part).split(",").toSorted().join()),
    );
    expect(files.ask("PRAGMA integrity_check")).toEqual(["ok"]);
  });

  it("is brought up to date once, though many open it at the same moment", async () => {
    files.tamper(version1 + contents);
    const stores = await Promise.all(Array.from({ length: 4 }, () => files.open()));
    for (const store of stores) await expect(store.loadRevocations(0)).resolves.toHaveLength(3);
  });

  it("stays as it was when a step fails half way", async () => {
    files.tamper(`${version1}${contents} CREATE TABLE sessions (recipe TEXT);`);
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/not-a-database"));
    expect(files.ask("PRAGMA user_version")).toEqual([1]);
    expect(files.ask("SELECT count(*) FROM pragma_table_info('accounts')")).toEqual([4]);
    expect(files.ask("SELECT count(jti) FROM revocations")).toEqual([3]);
    files.tamper("DROP TABLE sessions");
    await expect((await files.open()).findAccountById("a1")).resolves.toEqual(alice);
  });
});

describe("a database of another version", () => {
  it("is refused as store/newer, and left alone, when a newer program wrote it", async () => {
    await files.open();
    files.closeAll();
    files.tamper("PRAGMA user_version = 3");
    const before = readFileSync(files.path);
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/newer"));
    await expect(SqliteStore.open(files.path)).rejects.toThrow(
      "has version 3; this program knows 2 and older",
    );
    expect(readFileSync(files.path)).toEqual(before);
    files.tamper("PRAGMA user_version = 2");
    await expect(files.open()).resolves.toBeInstanceOf(SqliteStore);
  });

  it("is refused as store/not-a-database when its version is one that never was", async () => {
    await files.open();
    files.closeAll();
    files.tamper("PRAGMA user_version = -1");
    await expect(SqliteStore.open(files.path)).rejects.toEqual(coded("store/not-a-database"));
  });
});
