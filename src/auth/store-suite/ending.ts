/** What `SessionStore` says of the end of sessions. */
import type { AuthStore } from "../store.ts";
import { expectEqual, expectSame } from "./expectations.ts";
import { alice, bob, openAll, type StoreTests, sessionIds, sessionOf, terms } from "./subject.ts";

/** Three sessions of Alice and one of Bob. */
async function fill(store: AuthStore): Promise<void> {
  await openAll(store, sessionOf({ id: "s1" }), sessionOf({ id: "s2" }), sessionOf({ id: "s3" }));
  await store.createAccount(bob);
  await store.openSession(sessionOf({ id: "bob's", accountId: bob.id }), terms({ passwordVersion: 3 }));
}

export const endingTests: StoreTests = {
  "ends one session, and nobody finds it any more": async ({ store }) => {
    await fill(store);
    expectEqual(await store.endSessions({ id: "s2" }, 4000), ["s2"]);
    expectSame(await sessionIds(store), ["s1", "s3"]);
    expectEqual(await store.findSessionById("s2"), undefined);
    expectEqual(await store.findSessionByFamily("family of s2"), undefined);
  },

  "ends all sessions of an account and of nobody else": async ({ store }) => {
    await fill(store);
    expectSame(await store.endSessions({ accountId: alice.id }, 4000), ["s1", "s2", "s3"]);
    expectEqual(await sessionIds(store), []);
    expectEqual(await sessionIds(store, bob.id), ["bob's"]);
  },

  "ends all sessions of an account but one": async ({ store }) => {
    await fill(store);
    expectSame(await store.endSessions({ accountId: alice.id, except: "s1" }, 4000), ["s2", "s3"]);
    expectEqual(await store.listSessions(alice.id), [sessionOf({ id: "s1" })]);
  },

  "ends all sessions of an account when the exception is none of them, or undefined": async ({ store }) => {
    await fill(store);
    expectSame(await store.endSessions({ accountId: alice.id, except: "bob's" }, 4000), ["s1", "s2", "s3"]);
    expectEqual(await store.endSessions({ accountId: bob.id, except: undefined }, 4000), ["bob's"]);
  },

  "revokes those it ended until the moment it was told, and no others": async ({ store }) => {
    await fill(store);
    await store.endSessions({ accountId: alice.id, except: "s1" }, 4000);
    await store.endSessions({ id: "bob's" }, 5000);
    expectSame(await store.loadRevocations(0), [
      { kind: "session", id: "s2", expiresAt: 4000 },
      { kind: "session", id: "s3", expiresAt: 4000 },
      { kind: "session", id: "bob's", expiresAt: 5000 },
    ]);
  },

  "ends nothing and revokes nothing where there is nothing to end": async ({ store }) => {
    await fill(store);
    expectEqual(await store.endSessions({ id: "s4" }, 4000), []);
    expectEqual(await store.endSessions({ id: "" }, 4000), []);
    expectEqual(await store.endSessions({ accountId: "c3" }, 4000), []);
    expectEqual(await store.loadRevocations(0), []);
    expectEqual((await sessionIds(store)).length, 3);
  },

  "ends a session once": async ({ store }) => {
    await fill(store);
    await store.endSessions({ id: "s1" }, 4000);
    expectEqual(await store.endSessions({ id: "s1" }, 9000), []);
    expectEqual(await store.loadRevocations(0), [{ kind: "session", id: "s1", expiresAt: 4000 }]);
  },

  "does not shorten a revocation that was there": async ({ store }) => {
    await fill(store);
    await store.addRevocation({ kind: "session", id: "s1", expiresAt: 9000 });
    await store.endSessions({ id: "s1" }, 4000);
    expectEqual(await store.loadRevocations(0), [{ kind: "session", id: "s1", expiresAt: 9000 }]);
  },

  "ends an expired session as any other": async ({ store }) => {
    await openAll(store, sessionOf({ id: "s1", expiresAt: 1 }));
    expectEqual(await store.endSessions({ id: "s1" }, 4000), ["s1"]);
  },

  "forgets expired sessions, an expiry of now being over, and revokes none of them": async ({ store }) => {
    const left = sessionOf({ id: "later", expiresAt: 101 });
    await openAll(
      store,
      sessionOf({ id: "past", expiresAt: 99 }),
      sessionOf({ id: "now", expiresAt: 100 }),
      left,
    );
    await store.deleteExpiredSessions(100);
    expectEqual(await store.listSessions(alice.id), [left]);
    expectEqual(await store.findSessionByFamily("family of now"), undefined);
    expectEqual(await store.loadRevocations(0), []);
  },

  "forgets nothing where nothing expired": async ({ store }) => {
    await store.deleteExpiredSessions(Number.MAX_SAFE_INTEGER);
    await fill(store);
    await store.deleteExpiredSessions(0);
    expectEqual((await sessionIds(store)).length, 3);
  },
};
