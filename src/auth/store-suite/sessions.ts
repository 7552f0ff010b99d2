/** What `SessionStore` says of opening, finding and updating sessions. */
import type { StoredSession } from "../store.ts";
import { expectEqual, expectRejection, expectSame } from "./expectations.ts";
import { alice, bob, openAll, rotated, type StoreTests, sessionIds, sessionOf, terms } from "./subject.ts";

const one = sessionOf({ id: "s1" });
const two = sessionOf({ id: "s2" });

/** Four sessions, the oldest by far seen last but one. */
const seen: readonly StoredSession[] = [
  sessionOf({ id: "third", createdAt: 1, lastSeenAt: 300 }),
  sessionOf({ id: "first", createdAt: 50, lastSeenAt: 100 }),
  sessionOf({ id: "fourth", createdAt: 60, lastSeenAt: 400 }),
  sessionOf({ id: "second", createdAt: 200, lastSeenAt: 200 }),
];

const opening: StoreTests = {
  "finds a session as it was opened, by its id and by its family": async ({ store }) => {
    await store.createAccount(alice);
    const full = rotated(rotated({ ...one, version: 5 }, 1_700_000_000_500), 1_700_000_001_000);
    expectEqual(await store.openSession(full, terms()), []);
    expectEqual(await store.openSession(two, terms()), []);
    expectEqual(await store.findSessionById("s1"), full);
    expectEqual(await store.findSessionByFamily(full.family), full);
    expectEqual(await store.findSessionById("s2"), two);
  },

  "keeps texts and numbers as they are": async ({ store }) => {
    await store.createAccount(alice);
    const device = `'"\\%_\n\t\u0000;--\u00e4\u20ac\u{1f600}`.padEnd(256, "x");
    const lastMoment = 8_640_000_000_000_000;
    const odd = { ...one, device, address: "", scope: "", expiresAt: lastMoment, createdAt: 0 };
    await store.openSession(odd, terms());
    expectEqual(await store.findSessionById("s1"), odd);
  },

  "finds none where there is none, and tells ids and families apart by every character": async ({
    store,
  }) => {
    await openAll(store, one);
    for (const other of ["", "S1", "s", "s1 ", "s%", one.family]) {
      expectEqual(await store.findSessionById(other), undefined);
    }
    for (const other of ["", one.family.toUpperCase(), `${one.family} `, one.id]) {
      expectEqual(await store.findSessionByFamily(other), undefined);
    }
  },

  "lists the sessions of one account, the expired ones that are still there too": async ({ store }) => {
    const expired = sessionOf({ id: "expired", expiresAt: 1 });
    await openAll(store, one, expired);
    await store.createAccount(bob);
    await store.openSession(sessionOf({ id: "bob's", accountId: bob.id }), terms({ passwordVersion: 3 }));
    expectSame(await store.listSessions(alice.id), [one, expired]);
    expectEqual(await store.listSessions("nobody"), []);
  },

  "finds a session that has expired, until it is forgotten": async ({ store }) => {
    const expired = sessionOf({ id: "expired", expiresAt: 1 });
    await openAll(store, expired);
    expectEqual(await store.findSessionById("expired"), expired);
    expectEqual(await store.findSessionByFamily(expired.family), expired);
  },

  "opens none where there is no such account": async ({ store }) => {
    expectEqual(await store.openSession(one, terms()), undefined);
    expectEqual(await store.findSessionById("s1"), undefined);
    expectEqual(await store.findSessionByFamily(one.family), undefined);
    expectEqual(await store.listSessions(alice.id), []);
  },

  "opens none for an earlier password, nor for one to come, and ends none then": async ({ store }) => {
    await store.createAccount(bob);
    const bobs = (id: string) => sessionOf({ id, accountId: bob.id });
    await store.openSession(bobs("s1"), terms({ passwordVersion: 3 }));
    for (const passwordVersion of [2, 4, 0]) {
      expectEqual(await store.openSession(bobs("s2"), terms({ passwordVersion, most: 1 })), undefined);
    }
    expectEqual(await sessionIds(store, bob.id), ["s1"]);
    expectEqual(await store.loadRevocations(0), []);
  },

  "ends those beyond the most that were seen longest ago, and says which": async ({ store }) => {
    await openAll(store, ...seen);
    expectSame(await store.openSession(one, terms({ most: 3 })), ["first", "second"]);
    expectSame(await sessionIds(store), ["third", "fourth", "s1"]);
    expectEqual(await store.findSessionByFamily("family of first"), undefined);
  },

  "counts as seen what was updated": async ({ store }) => {
    await openAll(store, ...seen);
    await store.updateSession(rotated(seen[1]!, 1000));
    expectSame(await store.openSession(one, terms({ most: 4 })), ["second"]);
  },

  "ends none while the account has no more than the most": async ({ store }) => {
    await openAll(store, ...seen);
    expectEqual(await store.openSession(one, terms({ most: 5 })), []);
    expectEqual((await sessionIds(store)).length, 5);
  },

  "never ends the new one, though it was seen longest ago": async ({ store }) => {
    await openAll(store, ...seen);
    const old = sessionOf({ id: "old", lastSeenAt: 1 });
    expectSame(await store.openSession(old, terms({ most: 1 })), ["first", "second", "third", "fourth"]);
    expectEqual(await sessionIds(store), ["old"]);
  },

  "opens one where an account may have none at all, as its only one": async ({ store }) => {
    await openAll(store, ...seen);
    expectSame(await store.openSession(one, terms({ most: 0 })), ["first", "second", "third", "fourth"]);
    expectEqual(await sessionIds(store), ["s1"]);
  },

  "takes the family of a session that has ended or was forgotten": async ({ store }) => {
    await openAll(store, one, { ...two, expiresAt: 1 });
    await store.endSessions({ id: "s1" }, 2000);
    await store.deleteExpiredSessions(1);
    for (const { family } of [one, two]) {
      const heir = { ...sessionOf({ id: `heir to ${family}` }), family };
      expectEqual(await store.openSession(heir, terms()), []);
      expectEqual(await store.findSessionByFamily(family), heir);
    }
  },

  "revokes those it ends until the moment it was told, and ends nobody else's": async ({ store }) => {
    await store.createAccount(bob);
    await store.openSession(sessionOf({ id: "bob's", accountId: bob.id }), terms({ passwordVersion: 3 }));
    await openAll(store, ...seen);
    await store.openSession(one, terms({ most: 4, revokedUntil: 7777 }));
    expectEqual(await store.loadRevocations(0), [{ kind: "session", id: "first", expiresAt: 7777 }]);
    expectEqual(await sessionIds(store, bob.id), ["bob's"]);
  },

  "rejects an id that exists, and changes nothing": async ({ store }) => {
    await openAll(store, one, two);
    await expectRejection(
      store.openSession({ ...sessionOf({ id: "s1" }), family: "new" }, terms({ most: 1 })),
    );
    expectSame(await store.listSessions(alice.id), [one, two]);
    expectEqual(await store.findSessionByFamily("new"), undefined);
    expectEqual(await store.loadRevocations(0), []);
  },

  "rejects a family that exists, and changes nothing": async ({ store }) => {
    await openAll(store, one, two);
    await expectRejection(
      store.openSession({ ...sessionOf({ id: "new" }), family: one.family }, terms({ most: 1 })),
    );
    expectSame(await store.listSessions(alice.id), [one, two]);
    expectEqual(await store.findSessionByFamily(one.family), one);
    expectEqual(await store.loadRevocations(0), []);
  },
};

const updating: StoreTests = {
  "replaces a session of the version before, whole": async ({ store }) => {
    await openAll(store, one, two);
    const next: StoredSession = {
      ...rotated(rotated(one, 1_700_000_002_000), 1_700_000_003_000),
      scope: "account",
      expiresAt: 1_800_000_000_000,
      device: "another device",
      address: "192.0.2.9",
      version: 1,
    };
    expectEqual(await store.updateSession(next), true);
    expectEqual(await store.findSessionById("s1"), next);
    expectEqual(await store.findSessionByFamily(one.family), next);
    expectEqual(await store.findSessionById("s2"), two);
  },

  "leaves a session of any other version, and says so": async ({ store }) => {
    const third = { ...one, version: 3 };
    await openAll(store, third);
    for (const version of [0, 2, 3, 5]) {
      expectEqual(await store.updateSession({ ...rotated(third, 5), version }), false);
    }
    expectEqual(await store.findSessionById("s1"), third);
  },

  "updates none that does not exist": async ({ store }) => {
    await openAll(store, two);
    expectEqual(await store.updateSession(rotated(one, 5)), false);
    expectEqual(await store.findSessionById("s1"), undefined);
  },

  "brings none back that was ended": async ({ store }) => {
    await openAll(store, one);
    await store.endSessions({ id: "s1" }, 2000);
    expectEqual(await store.updateSession(rotated(one, 5)), false);
    expectEqual(await store.listSessions(alice.id), []);
  },

  "drops rotations that the new version no longer has": async ({ store }) => {
    await openAll(store, rotated(one, 5));
    const bare = { ...one, version: 2 };
    expectEqual(await store.updateSession(bare), true);
    expectEqual(await store.findSessionById("s1"), bare);
  },

  "gives a session another family, by which alone it is found from then on": async ({ store }) => {
    await openAll(store, one, two);
    const moved = { ...rotated(one, 5), family: "moved" };
    expectEqual(await store.updateSession(moved), true);
    expectEqual(await store.findSessionByFamily("moved"), moved);
    expectEqual(await store.findSessionByFamily(one.family), undefined);
    expectEqual(await store.findSessionById("s1"), moved);
    // The family of before is free again, and goes with no session that ends.
    const heir = { ...sessionOf({ id: "s3" }), family: one.family };
    await openAll(store, heir);
    await store.endSessions({ id: "s1" }, 2000);
    expectEqual(await store.findSessionByFamily("moved"), undefined);
    expectEqual(await store.findSessionByFamily(one.family), heir);
  },

  "leaves the family as it was where the version is another": async ({ store }) => {
    await openAll(store, one);
    expectEqual(await store.updateSession({ ...rotated(one, 5), family: "moved", version: 7 }), false);
    expectEqual(await store.findSessionByFamily("moved"), undefined);
    expectEqual(await store.findSessionByFamily(one.family), one);
  },

  "rejects a family that another session has, and changes nothing": async ({ store }) => {
    await openAll(store, one, two);
    await expectRejection(store.updateSession({ ...rotated(one, 5), family: two.family }));
    expectEqual(await store.findSessionByFamily(one.family), one);
    expectEqual(await store.findSessionByFamily(two.family), two);
  },

  "never changes whose session it is, and its beginning": async ({ store }) => {
    await openAll(store, one);
    await store.createAccount(bob);
    const stolen = { ...rotated(one, 5), accountId: bob.id, createdAt: 5 };
    // Whether this is refused or ignored is the store's to say.
    await store.updateSession(stolen).catch(() => false);
    const { accountId, createdAt } = (await store.findSessionById("s1"))!;
    expectEqual({ accountId, createdAt }, { accountId: alice.id, createdAt: one.createdAt });
    expectEqual(await store.listSessions(bob.id), []);
    expectEqual(await sessionIds(store), ["s1"]);
  },
};

export const sessionTests: StoreTests = { ...opening, ...updating };
