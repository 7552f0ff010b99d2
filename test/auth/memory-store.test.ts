import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { describeStore } from "../../src/auth/store-suite/store-suite.ts";
import { alice, openAll, rotated, sessionOf } from "../../src/auth/store-suite/subject.ts";

describeStore("MemoryStore", { open: async () => new MemoryStore() }, { describe, it });

describe("MemoryStore", () => {
  it("keeps copies: changing the objects that were stored changes nothing", async () => {
    const store = new MemoryStore();
    const account = { ...alice };
    await store.createAccount(account);
    account.passwordHash = "changed";
    await expect(store.findAccountById(alice.id)).resolves.toEqual(alice);

    const session = structuredClone(rotated(sessionOf({ id: "s1" }), 5));
    await openAll(store, session);
    Object.assign(session.rotations[0]!, { spent: "changed" });
    await expect(store.findSessionById("s1")).resolves.toEqual(rotated(sessionOf({ id: "s1" }), 5));
  });

  it("gives away nothing that could be changed", async () => {
    const store = new MemoryStore();
    await openAll(store, rotated(sessionOf({ id: "s1" }), 5));
    const session = (await store.findSessionById("s1"))!;
    expect(() => Object.assign(session, { version: 7 })).toThrow(TypeError);
    expect(() => Object.assign(session.rotations[0]!, { spent: "changed" })).toThrow(TypeError);
    const account = (await store.findAccountById(alice.id))!;
    expect(() => Object.assign(account, { passwordHash: "changed" })).toThrow(TypeError);
  });
});
