/** What `AccountStore` says of accounts. */
import { expectEqual, expectRejection } from "./expectations.ts";
import { alice, bob, type StoreTests } from "./subject.ts";

export const accountTests: StoreTests = {
  "finds an account as it was created, by its username and by its id": async ({ store }) => {
    expectEqual(await store.createAccount(alice), true);
    expectEqual(await store.createAccount(bob), true);
    for (const account of [alice, bob]) {
      expectEqual(await store.findAccountByUsername(account.username), account);
      expectEqual(await store.findAccountById(account.id), account);
    }
  },

  "finds nobody where there is nobody": async ({ store }) => {
    expectEqual(await store.findAccountByUsername("Alice"), undefined);
    expectEqual(await store.findAccountById("a1"), undefined);
    await store.createAccount(alice);
    for (const other of ["", "Alic", "Alice2", "Alice ", "%", "Al_ce", "Al?ce", "' OR 1=1 --", "a1"]) {
      expectEqual(await store.findAccountByUsername(other), undefined);
    }
  },

  "finds an account by its id in no other case": async ({ store }) => {
    await store.createAccount(alice);
    for (const other of ["A1", "", "a", "a1 ", "Alice"]) {
      expectEqual(await store.findAccountById(other), undefined);
    }
  },

  "finds an account by its username in any case, and keeps the case it was registered in": async ({
    store,
  }) => {
    await store.createAccount(alice);
    for (const same of ["alice", "ALICE", "aLICE"]) {
      expectEqual(await store.findAccountByUsername(same), alice);
    }
  },

  "folds the case of A to Z only: the Kelvin sign is no k": async ({ store }) => {
    await store.createAccount({ ...alice, username: "kim" });
    expectEqual(await store.findAccountByUsername("\u212aim"), undefined);
  },

  "folds no other characters into each other": async ({ store }) => {
    await store.createAccount({ ...alice, username: "a_[b" });
    for (const other of ["a_{b", "a-[b", "A_{B"])
      expectEqual(await store.findAccountByUsername(other), undefined);
  },

  "refuses a username that is taken, in any case, and changes nothing": async ({ store }) => {
    await store.createAccount(alice);
    expectEqual(await store.createAccount({ ...bob, username: "Alice" }), false);
    expectEqual(await store.createAccount({ ...bob, username: "ALICE" }), false);
    expectEqual(await store.findAccountByUsername("alice"), alice);
    expectEqual(await store.findAccountById(bob.id), undefined);
  },

  "rejects an id that exists, and leaves both usernames as they were": async ({ store }) => {
    await store.createAccount(alice);
    await expectRejection(store.createAccount({ ...bob, id: alice.id }));
    expectEqual(await store.findAccountByUsername("alice"), alice);
    expectEqual(await store.findAccountById(alice.id), alice);
    expectEqual(await store.findAccountByUsername(bob.username), undefined);
  },

  "replaces the password hash of one account, which is no change of the password": async ({ store }) => {
    await store.createAccount(alice);
    await store.createAccount(bob);
    expectEqual(await store.updatePasswordHash("b2", "stronger", bob.passwordHash), true);
    expectEqual(await store.findAccountById("b2"), { ...bob, passwordHash: "stronger" });
    expectEqual(await store.findAccountByUsername("alice"), alice);
  },

  "leaves a password hash that changed in between, and says so": async ({ store }) => {
    await store.createAccount(alice);
    await store.updatePasswordHash("a1", "changed meanwhile", alice.passwordHash);
    expectEqual(await store.updatePasswordHash("a1", "late", alice.passwordHash), false);
    expectEqual(await store.findAccountById("a1"), { ...alice, passwordHash: "changed meanwhile" });
  },

  "compares password hashes by every character and its case": async ({ store }) => {
    await store.createAccount(alice);
    for (const other of [alice.passwordHash.toUpperCase(), `${alice.passwordHash} `, "", "%"]) {
      expectEqual(await store.updatePasswordHash("a1", "new", other), false);
    }
    expectEqual(await store.findAccountById("a1"), alice);
  },

  "replaces no password hash of an account that does not exist": async ({ store }) => {
    await store.createAccount(bob);
    expectEqual(await store.updatePasswordHash("a1", "new", bob.passwordHash), false);
  },
};
