/**
 * What every store must do: run `describeStore` on yours. Pass `reopen` when it outlives the process, and
 * it must also remember.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account, AccountStore, Revocation, RevocationStore } from "../../src/auth/store.ts";

export type Store = AccountStore & RevocationStore;

/** How the suite gets a store, and gets rid of it. */
export interface StoreUnderTest {
  /** An empty store. */
  open(): Promise<Store>;
  /** Another store over what the last one left behind, as after a restart. Absent: it does not outlive the process. */
  reopen?: (() => Promise<Store>) | undefined;
  /** Called after each test. */
  dispose?: (() => Promise<void>) | undefined;
}

const alice: Account = {
  id: "a1",
  username: "Alice",
  passwordHash: "$scrypt$ln=17,r=8,p=1$one$one",
  createdAt: 1_700_000_000_123,
};
const bob: Account = { ...alice, id: "b2", username: "bob.builder-2_", createdAt: 0 };

const byJti = (revocations: readonly Revocation[]): Revocation[] =>
  [...revocations].sort((a, b) => a.jti.localeCompare(b.jti));

/** Declares the tests that `name` must pass. */
export function describeStore(name: string, { open, reopen, dispose }: StoreUnderTest): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await dispose?.();
    });
    describe("as an account store", () => describeAccounts(() => store));
    describe("as a revocation store", () => describeRevocations(() => store));
    if (reopen !== undefined) describe("after a restart", () => describeRestart(() => store, reopen));
  });
}

function describeAccounts(store: () => Store): void {
  it("finds an account as it was created", async () => {
    await expect(store().create(alice)).resolves.toBe(true);
    await expect(store().create(bob)).resolves.toBe(true);
    await expect(store().findByUsername("Alice")).resolves.toEqual(alice);
    await expect(store().findByUsername("bob.builder-2_")).resolves.toEqual(bob);
  });

  it("finds nobody where there is nobody", async () => {
    await expect(store().findByUsername("Alice")).resolves.toBeUndefined();
    await store().create(alice);
    for (const other of ["", "Alic", "Alice2", "%", "Al_ce", "' OR 1=1 --"]) {
      await expect(store().findByUsername(other)).resolves.toBeUndefined();
    }
  });

  it("finds an account by its username in any case, and keeps the case it was registered in", async () => {
    await store().create(alice);
    await expect(store().findByUsername("aLICE")).resolves.toEqual(alice);
  });

  it("folds the case of A to Z only: the Kelvin sign is no k", async () => {
    await store().create({ ...alice, username: "kim" });
    await expect(store().findByUsername("\u212aim")).resolves.toBeUndefined();
  });

  it("refuses a username that is taken, in any case, and changes nothing", async () => {
    await store().create(alice);
    await expect(store().create({ ...bob, username: "Alice" })).resolves.toBe(false);
    await expect(store().create({ ...bob, username: "ALICE" })).resolves.toBe(false);
    await expect(store().findByUsername("alice")).resolves.toEqual(alice);
  });

  it("gives a username to one of many who ask for it at once", async () => {
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store().create({ ...alice, id: `id${i}` })),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    const winner = `id${created.indexOf(true)}`;
    await expect(store().findByUsername("alice")).resolves.toEqual({ ...alice, id: winner });
  });

  it("rejects an id that exists and leaves both usernames as they were", async () => {
    await store().create(alice);
    await expect(store().create({ ...bob, id: alice.id })).rejects.toThrow();
    await expect(store().findByUsername("alice")).resolves.toEqual(alice);
    await expect(store().findByUsername(bob.username)).resolves.toBeUndefined();
  });

  it("replaces the password hash of one account", async () => {
    await store().create(alice);
    await store().create(bob);
    await expect(store().updatePasswordHash("a1", "new", alice.passwordHash)).resolves.toBe(true);
    await expect(store().findByUsername("Alice")).resolves.toEqual({ ...alice, passwordHash: "new" });
    await expect(store().findByUsername(bob.username)).resolves.toEqual(bob);
  });

  it("leaves a password hash that changed in between, and says so", async () => {
    await store().create(alice);
    await store().updatePasswordHash("a1", "changed meanwhile", alice.passwordHash);
    await expect(store().updatePasswordHash("a1", "late", alice.passwordHash)).resolves.toBe(false);
    await expect(store().findByUsername("Alice")).resolves.toEqual({
      ...alice,
      passwordHash: "changed meanwhile",
    });
  });

  it("says false of an account that does not exist", async () => {
    await expect(store().updatePasswordHash("a1", "new", "old")).resolves.toBe(false);
  });
}

function describeRevocations(store: () => Store): void {
  it("has none at first", async () => {
    await expect(store().load(0)).resolves.toEqual([]);
  });

  it("loads those that are not over, an expiry of now being over", async () => {
    await store().add("past", 99);
    await store().add("now", 100);
    await store().add("future", 101);
    await expect(store().load(100)).resolves.toEqual([{ jti: "future", expiresAt: 101 }]);
  });

  it("deletes those that are over and no others", async () => {
    await store().add("past", 99);
    await store().add("now", 100);
    await store().add("future", 101);
    await store().deleteExpired(100);
    await expect(store().load(0)).resolves.toEqual([{ jti: "future", expiresAt: 101 }]);
  });

  it("takes the same token twice and keeps the later expiry", async () => {
    await store().add("one", 100);
    await store().add("one", 200);
    await store().add("one", 150);
    await expect(store().load(0)).resolves.toEqual([{ jti: "one", expiresAt: 200 }]);
  });

  it("tells tokens apart by case and by every character", async () => {
    await store().add("abc", 100);
    await store().add("ABC", 200);
    expect(byJti(await store().load(150))).toEqual([{ jti: "ABC", expiresAt: 200 }]);
  });

  it("deletes from nothing without complaint", async () => {
    await expect(store().deleteExpired(100)).resolves.toBeUndefined();
  });
}

function describeRestart(store: () => Store, reopen: () => Promise<Store>): void {
  it("knows its accounts with the hash that was stored last", async () => {
    await store().create(alice);
    await store().updatePasswordHash("a1", "new", alice.passwordHash);
    const again = await reopen();
    await expect(again.findByUsername("alice")).resolves.toEqual({ ...alice, passwordHash: "new" });
    await expect(again.create({ ...bob, username: "ALICE" })).resolves.toBe(false);
  });

  it("knows its revocations, and not those it deleted", async () => {
    await store().add("one", 100);
    await store().add("two", 200);
    await store().deleteExpired(100);
    const again = await reopen();
    await expect(again.load(0)).resolves.toEqual([{ jti: "two", expiresAt: 200 }]);
  });
}
