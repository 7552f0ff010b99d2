/** What `AccountStore` says of the change of a password. */
import type { AuthStore, PasswordChange } from "../store.ts";
import { expectEqual, expectSame } from "./expectations.ts";
import { alice, bob, openAll, type StoreTests, sessionIds, sessionOf, terms } from "./subject.ts";

const change: PasswordChange = {
  accountId: alice.id,
  passwordHash: "new",
  replacing: alice.passwordHash,
  revokedUntil: 3000,
};

/** Three sessions of Alice and one of Bob. */
async function fill(store: AuthStore): Promise<void> {
  await openAll(store, sessionOf({ id: "s1" }), sessionOf({ id: "s2" }), sessionOf({ id: "s3" }));
  await store.createAccount(bob);
  await store.openSession(sessionOf({ id: "bob's", accountId: bob.id }), terms({ passwordVersion: 3 }));
}

export const passwordTests: StoreTests = {
  "replaces the hash and raises the version of the password by one": async ({ store }) => {
    await fill(store);
    await store.changePassword(change);
    expectEqual(await store.findAccountById("a1"), { ...alice, passwordHash: "new", passwordVersion: 1 });
    await store.changePassword({ ...change, passwordHash: "newer", replacing: "new" });
    expectEqual(await store.findAccountByUsername("alice"), {
      ...alice,
      passwordHash: "newer",
      passwordVersion: 2,
    });
  },

  "ends all sessions of the account and of nobody else, and says which": async ({ store }) => {
    await fill(store);
    expectSame(await store.changePassword(change), ["s1", "s2", "s3"]);
    expectEqual(await sessionIds(store), []);
    expectEqual(await sessionIds(store, bob.id), ["bob's"]);
    expectEqual(await store.findAccountById(bob.id), bob);
  },

  "lets one session go on, as it is": async ({ store }) => {
    await fill(store);
    expectSame(await store.changePassword({ ...change, keep: "s2" }), ["s1", "s3"]);
    expectEqual(await store.listSessions(alice.id), [sessionOf({ id: "s2" })]);
  },

  "lets no session go on when the one that should is not the account's": async ({ store }) => {
    await fill(store);
    expectSame(await store.changePassword({ ...change, keep: "bob's" }), ["s1", "s2", "s3"]);
    expectEqual(await sessionIds(store, bob.id), ["bob's"]);
  },

  "revokes the sessions it ended until the moment it was told, and no others": async ({ store }) => {
    await fill(store);
    await store.changePassword({ ...change, keep: "s2" });
    expectSame(await store.loadRevocations(0), [
      { kind: "session", id: "s1", expiresAt: 3000 },
      { kind: "session", id: "s3", expiresAt: 3000 },
    ]);
  },

  "changes nothing when the hash is another": async ({ store }) => {
    await fill(store);
    expectEqual(await store.changePassword({ ...change, replacing: "another" }), undefined);
    expectEqual(await store.findAccountById("a1"), alice);
    expectSame(await sessionIds(store), ["s1", "s2", "s3"]);
    expectEqual(await store.loadRevocations(0), []);
  },

  "changes nothing when there is no such account": async ({ store }) => {
    await fill(store);
    expectEqual(await store.changePassword({ ...change, accountId: "c3" }), undefined);
    expectSame(await sessionIds(store), ["s1", "s2", "s3"]);
    expectEqual(await store.findAccountById("c3"), undefined);
  },

  "resolves to no ids when there was nothing to end": async ({ store }) => {
    await store.createAccount(alice);
    expectEqual(await store.changePassword(change), []);
    expectEqual((await store.findAccountById("a1"))?.passwordVersion, 1);
  },
};
