/**
 * What has to hold when many ask at once. Calls go to two stores in turn: where these share their data, as two
 * processes do, it has to hold among them too.
 */
import type { AuthStore } from "../store.ts";
import { expectEqual, expectSame } from "./expectations.ts";
import { alice, openAll, rotated, type StoreTests, sessionIds, sessionOf, terms } from "./subject.ts";

const crowd = 20;

/** Two stores over the same data, or twice the same. */
interface Pair {
  readonly store: AuthStore;
  readonly another: AuthStore;
}

/** Calls `task` for 0, 1, 2 … on both stores in turn, all at once. */
function atOnce<T>(
  { store, another }: Pair,
  task: (store: AuthStore, n: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: crowd }, (_, n) => task(n % 2 === 0 ? store : another, n)));
}

const change = { accountId: alice.id, replacing: alice.passwordHash, revokedUntil: 3000 };

const tests: Readonly<Record<string, (pair: Pair) => Promise<void>>> = {
  "shows at once what the other changed": async ({ store, another }) => {
    await openAll(store, sessionOf({ id: "s1" }));
    expectEqual(await another.findAccountByUsername("ALICE"), alice);
    expectEqual(await another.updateSession(rotated(sessionOf({ id: "s1" }), 5)), true);
    expectEqual((await store.findSessionById("s1"))?.version, 1);
    await another.endSessions({ id: "s1" }, 2000);
    expectEqual(await store.findSessionById("s1"), undefined);
    expectEqual((await store.loadRevocations(0)).length, 1);
  },

  "gives a username to one of many": async (pair) => {
    const created = await atOnce(pair, (store, n) => store.createAccount({ ...alice, id: `id${n}` }));
    expectEqual(created.filter(Boolean).length, 1);
    const winner = { ...alice, id: `id${created.indexOf(true)}` };
    expectEqual(await pair.another.findAccountByUsername("alice"), winner);
  },

  "lets one of many replace a hash": async (pair) => {
    await pair.store.createAccount(alice);
    const replaced = await atOnce(pair, (store, n) =>
      store.updatePasswordHash(alice.id, `hash ${n}`, alice.passwordHash),
    );
    expectEqual(replaced.filter(Boolean).length, 1);
    const passwordHash = `hash ${replaced.indexOf(true)}`;
    expectEqual(await pair.another.findAccountById(alice.id), { ...alice, passwordHash });
  },

  "lets one of many change a password, once": async (pair) => {
    await openAll(pair.store, sessionOf({ id: "s1" }));
    const ended = await atOnce(pair, (store, n) =>
      store.changePassword({ ...change, passwordHash: `new ${n}` }),
    );
    expectSame(
      ended.filter((ids) => ids !== undefined),
      [["s1"]],
    );
    const passwordHash = `new ${ended.findIndex((ids) => ids !== undefined)}`;
    expectEqual(await pair.another.findAccountById(alice.id), {
      ...alice,
      passwordHash,
      passwordVersion: 1,
    });
  },

  "lets one of many update a version": async (pair) => {
    await openAll(pair.store, sessionOf({ id: "s1" }));
    const next = (n: number) => rotated(sessionOf({ id: "s1" }), n);
    const updated = await atOnce(pair, (store, n) => store.updateSession(next(n)));
    expectEqual(updated.filter(Boolean).length, 1);
    expectEqual(await pair.another.findSessionById("s1"), next(updated.indexOf(true)));
  },

  "leaves no session of the old password, whichever came first": async (pair) => {
    await pair.store.createAccount(alice);
    const outcomes = await atOnce(pair, (store, n) =>
      n === crowd / 2
        ? store.changePassword({ ...change, passwordHash: "new" })
        : store.openSession(sessionOf({ id: `s${n}` }), terms()),
    );
    const opened = outcomes.flatMap((ids, n) => (ids === undefined || n === crowd / 2 ? [] : [`s${n}`]));
    expectSame(outcomes[crowd / 2], opened);
    expectEqual(await sessionIds(pair.another), []);
    expectSame(
      (await pair.another.loadRevocations(0)).map(({ id }) => id),
      opened,
    );
  },

  "never keeps more sessions than the most, and accounts for each that it ended": async (pair) => {
    await pair.store.createAccount(alice);
    const ended = await atOnce(pair, (store, n) =>
      store.openSession(sessionOf({ id: `s${n}`, lastSeenAt: n }), terms({ most: 3 })),
    );
    const left = await sessionIds(pair.another);
    expectEqual(left.length, 3);
    const gone = ended.flatMap((ids) => ids ?? []);
    expectSame(
      [...gone, ...left],
      Array.from({ length: crowd }, (_, n) => `s${n}`),
    );
    expectSame(
      (await pair.another.loadRevocations(0)).map(({ id }) => id),
      gone,
    );
  },

  "ends each session for one of many": async (pair) => {
    const ids = Array.from({ length: 6 }, (_, n) => `s${n}`);
    await openAll(pair.store, ...ids.map((id) => sessionOf({ id })));
    const ended = await atOnce(pair, (store, n) =>
      store.endSessions(n < ids.length ? { id: `s${n}` } : { accountId: alice.id }, 2000),
    );
    expectSame(ended.flat(), ids);
    expectSame(
      (await pair.another.loadRevocations(0)).map(({ id }) => id),
      ids,
    );
  },

  "brings no session back that ended while it was updated": async (pair) => {
    await openAll(pair.store, sessionOf({ id: "s1" }));
    await atOnce(pair, async (store, n) => {
      if (n === crowd / 2) await store.endSessions({ id: "s1" }, 2000);
      else await store.updateSession({ ...sessionOf({ id: "s1" }), version: n + 1 });
    });
    expectEqual(await pair.another.listSessions(alice.id), []);
    expectEqual(await pair.another.findSessionByFamily("family of s1"), undefined);
  },

  "keeps the latest of the ends that many set": async (pair) => {
    await atOnce(pair, (store, n) =>
      store.addRevocation({ kind: "token", id: "one", expiresAt: 1000 + ((n * 7) % crowd) }),
    );
    const latest = { kind: "token", id: "one", expiresAt: 1000 + crowd - 1 };
    expectEqual(await pair.another.loadRevocations(0), [latest]);
  },
};

export const concurrencyTests: StoreTests = Object.fromEntries(
  Object.entries(tests).map(([behaviour, test]): [string, StoreTests[string]] => [
    behaviour,
    async ({ store, another }) => test({ store, another: await another() }),
  ]),
);
