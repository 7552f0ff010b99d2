import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { SqliteStore } from "../../../src/auth/sqlite/sqlite-store.ts";
import type { AuthStore } from "../../../src/auth/store.ts";
import {
  alice,
  bob,
  openAll,
  rotated,
  sessionIds,
  sessionOf,
  terms,
} from "../../../src/auth/store-suite/subject.ts";
import { coded, useSqliteFolder } from "./sqlite-folder.ts";

const files = useSqliteFolder();
const one = rotated(sessionOf({ id: "s1" }), 5);

/** Every method that changes something. */
const changes: Readonly<Record<string, (store: AuthStore) => Promise<unknown>>> = {
  createAccount: (store) => store.createAccount(bob),
  updatePasswordHash: (store) => store.updatePasswordHash(alice.id, "new", alice.passwordHash),
  changePassword: (store) =>
    store.changePassword({
      ...{ accountId: alice.id, passwordHash: "new", replacing: alice.passwordHash, revokedUntil: 2000 },
    }),
  openSession: (store) => store.openSession(sessionOf({ id: "s2" }), terms({ most: 1 })),
  updateSession: (store) => store.updateSession(rotated(one, 6)),
  endSessions: (store) => store.endSessions({ accountId: alice.id }, 2000),
  deleteExpiredSessions: (store) => store.deleteExpiredSessions(Number.MAX_SAFE_INTEGER),
  addRevocation: (store) => store.addRevocation({ kind: "token", id: "t1", expiresAt: 2000 }),
  deleteExpiredRevocations: (store) => store.deleteExpiredRevocations(2000),
};

/** Alice with one session, and one revocation. */
async function fill(store: AuthStore): Promise<void> {
  await openAll(store, one);
  await store.addRevocation({ kind: "token", id: "t0", expiresAt: 1000 });
}

/** That everything is as {@link fill} left it. */
async function expectUntouched(store: AuthStore): Promise<void> {
  await expect(store.findAccountById(alice.id)).resolves.toEqual(alice);
  await expect(store.findAccountByUsername(bob.username)).resolves.toBeUndefined();
  await expect(store.listSessions(alice.id)).resolves.toEqual([one]);
  await expect(store.loadRevocations(0)).resolves.toEqual([{ kind: "token", id: "t0", expiresAt: 1000 }]);
}

describe("a database that another process keeps locked", () => {
  it.each(Object.entries(changes))(
    "fails %s with store/failed after a while, and nothing is half done",
    async (_, change) => {
      const store = await files.open();
      await fill(store);
      const other = new DatabaseSync(files.path);
      other.exec("BEGIN IMMEDIATE");
      const outcome = change(store);
      await expect(outcome).rejects.toEqual(coded("store/failed"));
      await expect(outcome).rejects.toThrow("is locked by another process.");
      other.close();
      await expectUntouched(store);
      await expect(change(store)).resolves.not.toBe(false);
    },
  );

  it("can be read all the same", async () => {
    const store = await files.open();
    await fill(store);
    const other = new DatabaseSync(files.path);
    other.exec("BEGIN IMMEDIATE; DELETE FROM sessions; DELETE FROM revocations");
    await expectUntouched(store);
    other.close();
  });

  it("takes a change as soon as it is free, and the process does other things meanwhile", async () => {
    const store = await files.open(files.path, 60_000);
    const other = new DatabaseSync(files.path);
    other.exec("BEGIN IMMEDIATE");
    const creating = store.createAccount(alice);
    // It waits for this very process, which could not go on if it were held up.
    setImmediate(() => other.close());
    await expect(creating).resolves.toBe(true);
    await expect(store.findAccountById(alice.id)).resolves.toEqual(alice);
  });

  it("fails with store/failed what waits when the store is closed", async () => {
    const store = await files.open();
    const other = new DatabaseSync(files.path);
    other.exec("BEGIN IMMEDIATE");
    const creating = store.createAccount(alice);
    files.closeAll();
    await expect(creating).rejects.toEqual(coded("store/failed"));
    await expect(creating).rejects.toThrow("has been closed.");
    other.close();
  });
});

describe("a database that goes away under way", () => {
  const ways: Readonly<Record<string, () => void>> = {
    "is deleted": () => rmSync(files.path),
    "is replaced by another": () => {
      renameSync(files.path, `${files.path}.old`);
      files.tamper("CREATE TABLE recipes (name TEXT)");
    },
    "makes way for a folder": () => {
      rmSync(files.path);
      mkdirSync(files.path);
    },
    "loses its journal": () => rmSync(`${files.path}-wal`),
    "moves with its folder": () => renameSync(files.folder, `${files.folder}-moved`),
  };

  it.each(Object.entries(ways))("fails every change with store/failed when it %s", async (_, goAway) => {
    const store = await files.open();
    await fill(store);
    goAway();
    for (const change of Object.values(changes)) {
      const outcome = change(store);
      await expect(outcome).rejects.toEqual(coded("store/failed"));
      await expect(outcome).rejects.toThrow("has been deleted or replaced.");
    }
    await expectUntouched(store);
    files.closeAll();
    if (goAway === ways["moves with its folder"]) renameSync(`${files.folder}-moved`, files.folder);
  });
});

describe("a database that is damaged under way", () => {
  /** Overwrites all pages but the first, as a broken disk does, behind the back of SQLite. */
  function scribble(): void {
    // Another's change makes the store forget the pages it holds in memory.
    files.tamper("PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)");
    const pages = Number(files.ask("PRAGMA page_count")[0]);
    const file = openSync(files.path, "r+");
    writeSync(file, Buffer.alloc(4096 * (pages - 1), 0xaa), 0, 4096 * (pages - 1), 4096);
    closeSync(file);
  }

  it("fails with store/failed whatever comes upon the damage, and is refused at the next start", async () => {
    await fill(await files.open());
    files.closeAll();
    const store = await files.open();
    scribble();
    for (const change of Object.values(changes)) {
      const outcome = change(store);
      await expect(outcome).rejects.toEqual(coded("store/failed"));
      await expect(outcome).rejects.toThrow("is damaged.");
    }
    await expect(store.findAccountByUsername("alice")).rejects.toEqual(coded("store/failed"));
    await expect(store.listSessions(alice.id)).rejects.toEqual(coded("store/failed"));
    await expect(store.loadRevocations(0)).rejects.toEqual(coded("store/failed"));
    files.closeAll();
    await expect(files.open()).rejects.toEqual(coded("store/not-a-database"));
  });
});

describe("a row that is damaged", () => {
  const damages = [
    ...["'no JSON'", "''", "'{}'", "'null'", "'[1]'", "'[null]'", "'[{}]'", "'[[]]'"].map(
      (json) => `rotations = ${json}`,
    ),
    `rotations = '[{"spent":1,"sealedSuccessor":"","at":1,"by":""}]'`,
    `rotations = '[{"spent":"","sealedSuccessor":"","at":1.5,"by":""}]'`,
    `rotations = '[{"spent":"","sealedSuccessor":"","at":1e300,"by":""}]'`,
    "created_at = 9223372036854775807",
    "version = -9007199254740993",
  ];

  async function damaged(change: string): Promise<SqliteStore> {
    const store = await files.open();
    await openAll(store, one, sessionOf({ id: "s2" }));
    files.tamper(change);
    return store;
  }

  it.each(damages)("fails with store/failed whoever reads the session: %s", async (damage) => {
    const store = await damaged(`UPDATE sessions SET ${damage} WHERE id = 's1'`);
    for (const reading of [
      store.findSessionById("s1"),
      store.findSessionByFamily(one.family),
      store.listSessions(alice.id),
    ]) {
      await expect(reading).rejects.toEqual(coded("store/failed"));
      await expect(reading).rejects.toThrow(`The database ${files.path} is damaged.`);
    }
  });

  it("leaves the rest as good as it was: others are found, and the damaged one can be ended", async () => {
    const store = await damaged("UPDATE sessions SET rotations = '[1]' WHERE id = 's1'");
    await expect(store.findSessionById("s1")).rejects.toThrow();
    await expect(store.findSessionById("s2")).resolves.toEqual(sessionOf({ id: "s2" }));
    await expect(store.endSessions({ id: "s1" }, 2000)).resolves.toEqual(["s1"]);
    await expect(sessionIds(store)).resolves.toEqual(["s2"]);
  });

  it("keeps no lock: another process writes, and the journal is emptied", async () => {
    const store = await damaged("UPDATE sessions SET created_at = 9223372036854775807 WHERE id = 's1'");
    await expect(store.findSessionById("s1")).rejects.toThrow();
    files.tamper("UPDATE accounts SET created_at = 5");
    expect(files.ask("PRAGMA wal_checkpoint(TRUNCATE)")).toEqual([0, 0, 0]);
  });

  it("fails with store/failed whoever reads an account whose numbers are beyond ours", async () => {
    const store = await damaged("UPDATE accounts SET created_at = 9223372036854775807");
    await expect(store.findAccountById(alice.id)).rejects.toEqual(coded("store/failed"));
    await expect(store.findAccountByUsername("alice")).rejects.toEqual(coded("store/failed"));
  });
});

describe("the error of a change that failed", () => {
  it("names neither the account nor its hash", async () => {
    const store = await files.open();
    await fill(store);
    for (const change of [
      store.createAccount({ ...alice, username: "carol" }),
      store.openSession(one, terms()),
      store.openSession(sessionOf({ id: "new", family: one.family }), terms()),
    ]) {
      const error = await change.catch((caught: unknown) => caught);
      expect(error).toEqual(coded("store/failed"));
      expect(String(error)).not.toMatch(/a1|carol|scrypt|s1|family|current/);
    }
    await expectUntouched(store);
  });

  it("is the same for numbers that are none: a fraction, NaN, an end that never comes", async () => {
    const store = await files.open();
    await fill(store);
    for (const expiresAt of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(store.addRevocation({ kind: "token", id: "t1", expiresAt })).rejects.toEqual(
        coded("store/failed"),
      );
      await expect(store.endSessions({ id: "s1" }, expiresAt)).rejects.toEqual(coded("store/failed"));
      const odd = sessionOf({ id: "s2", expiresAt });
      await expect(store.openSession(odd, terms())).rejects.toEqual(coded("store/failed"));
    }
    await expectUntouched(store);
  });
});
