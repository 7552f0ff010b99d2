/** What `RevocationStore` says. */
import type { AuthStore, Revocation } from "../store.ts";
import { expectEqual, expectSame } from "./expectations.ts";
import type { StoreTests } from "./subject.ts";

const token = (id: string, expiresAt: number): Revocation => ({ kind: "token", id, expiresAt });

/** Three that end at 99, 100 and 101. */
async function fill(store: AuthStore): Promise<void> {
  await store.addRevocation(token("past", 99));
  await store.addRevocation(token("now", 100));
  await store.addRevocation(token("future", 101));
}

export const revocationTests: StoreTests = {
  "has none at first": async ({ store }) => {
    expectEqual(await store.loadRevocations(0), []);
  },

  "loads those that are not over, an expiry of now being over": async ({ store }) => {
    await fill(store);
    expectEqual(await store.loadRevocations(100), [token("future", 101)]);
  },

  "deletes those that are over, and no others": async ({ store }) => {
    await fill(store);
    await store.deleteExpiredRevocations(100);
    expectEqual(await store.loadRevocations(0), [token("future", 101)]);
  },

  "takes the same one again and keeps the later end": async ({ store }) => {
    for (const end of [100, 200, 150]) await store.addRevocation(token("one", end));
    expectEqual(await store.loadRevocations(0), [token("one", 200)]);
  },

  "tells a token and a session of the same id apart": async ({ store }) => {
    await store.addRevocation(token("one", 100));
    await store.addRevocation({ kind: "session", id: "one", expiresAt: 200 });
    expectSame(await store.loadRevocations(0), [
      token("one", 100),
      { kind: "session", id: "one", expiresAt: 200 },
    ]);
  },

  "tells ids apart by case and by every character": async ({ store }) => {
    const ids = ["abc", "ABC", "abc ", "", "a%"];
    for (const id of ids) await store.addRevocation(token(id, 100));
    expectSame(
      (await store.loadRevocations(0)).map(({ id }) => id),
      ids,
    );
  },

  "revokes what it knows nothing else of": async ({ store }) => {
    await store.addRevocation({ kind: "session", id: "of another server", expiresAt: 100 });
    expectEqual((await store.loadRevocations(0)).length, 1);
  },

  "deletes from nothing without complaint": async ({ store }) => {
    expectEqual(await store.deleteExpiredRevocations(100), undefined);
  },
};
