/** Every change that was acknowledged is there after a restart. */
import { expectEqual, expectRejection, expectSame } from "./expectations.ts";
import { alice, bob, openAll, rotated, type StoreTests, sessionIds, sessionOf, terms } from "./subject.ts";

const one = sessionOf({ id: "s1" });
const two = sessionOf({ id: "s2" });

export const restartTests: StoreTests = {
  "knows its accounts, with the hash that was stored last": async ({ store, restart }) => {
    await store.createAccount(alice);
    await store.createAccount(bob);
    await store.updatePasswordHash("a1", "stronger", alice.passwordHash);
    const again = await restart();
    expectEqual(await again.findAccountByUsername("alice"), { ...alice, passwordHash: "stronger" });
    expectEqual(await again.findAccountById(bob.id), bob);
    expectEqual(await again.createAccount({ ...bob, id: "c3", username: "ALICE" }), false);
    await expectRejection(again.createAccount({ ...bob, username: "carol" }));
  },

  "knows which version a password has, and which sessions its change ended": async ({ store, restart }) => {
    await openAll(store, one, two);
    const change = { accountId: alice.id, passwordHash: "new", replacing: alice.passwordHash };
    await store.changePassword({ ...change, keep: "s2", revokedUntil: 3000 });
    const again = await restart();
    expectEqual(await again.findAccountById("a1"), { ...alice, passwordHash: "new", passwordVersion: 1 });
    expectEqual(await again.listSessions("a1"), [two]);
    expectEqual(await again.loadRevocations(0), [{ kind: "session", id: "s1", expiresAt: 3000 }]);
    expectEqual(await again.openSession(sessionOf({ id: "s3" }), terms()), undefined);
  },

  "knows its sessions as they were updated last": async ({ store, restart }) => {
    await openAll(store, one, two);
    const next = rotated(one, 1_700_000_009_000);
    await store.updateSession(next);
    const again = await restart();
    expectSame(await again.listSessions("a1"), [next, two]);
    expectEqual(await again.findSessionByFamily(one.family), next);
    expectEqual(await again.updateSession(next), false);
    await expectRejection(again.openSession(sessionOf({ id: "s1", family: "new" }), terms()));
  },

  "knows which sessions were ended and which had to go": async ({ store, restart }) => {
    await openAll(store, one, sessionOf({ id: "old", lastSeenAt: 1 }));
    await store.openSession(two, terms({ most: 2, revokedUntil: 2500 }));
    await store.endSessions({ id: "s1" }, 4000);
    const again = await restart();
    expectEqual(await sessionIds(again), ["s2"]);
    expectSame(await again.loadRevocations(0), [
      { kind: "session", id: "old", expiresAt: 2500 },
      { kind: "session", id: "s1", expiresAt: 4000 },
    ]);
  },

  "knows its revocations, and nothing that it was to forget": async ({ store, restart }) => {
    await openAll(store, sessionOf({ id: "expired", expiresAt: 100 }), one);
    await store.addRevocation({ kind: "token", id: "past", expiresAt: 100 });
    await store.addRevocation({ kind: "token", id: "future", expiresAt: 200 });
    await store.deleteExpiredRevocations(100);
    await store.deleteExpiredSessions(100);
    const again = await restart();
    expectEqual(await again.loadRevocations(0), [{ kind: "token", id: "future", expiresAt: 200 }]);
    expectEqual(await again.listSessions("a1"), [one]);
  },
};
