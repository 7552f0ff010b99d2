import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { PasswordHasher } from "../../src/password/index.ts";
import { password, setUp } from "./recording-hasher.ts";
import { code } from "./virtual-auth.ts";

describe("preparing a change of password", () => {
  const next = "battery staple";

  it("gives what the store needs to replace this hash, and no other", async () => {
    const { accounts, store } = setUp();
    const account = await accounts.register("Alice", password);
    const change = await accounts.prepareChange("alice", { current: password, next });
    expect(change).toMatchObject({ accountId: "id1", replacing: account.passwordHash });
    expect(change.passwordHash).not.toBe(account.passwordHash);
    await expect(store.findAccountById("id1")).resolves.toEqual(account);
    await store.changePassword({ ...change, revokedUntil: 0 });
    await expect(accounts.verify("alice", next)).resolves.toMatchObject({ passwordVersion: 1 });
    await expect(accounts.verify("alice", password)).rejects.toEqual(code("auth/bad-credentials"));
  });

  it("is refused with a wrong password, and hashes nothing then", async () => {
    const { accounts, hasher } = setUp();
    await accounts.register("alice", password);
    await expect(accounts.prepareChange("alice", { current: "wrong horse", next })).rejects.toEqual(
      code("auth/bad-credentials"),
    );
    expect(hasher.hashed).toBe(1);
  });

  it.each(["short", "password1", "alice-2026", "a".repeat(257)])(
    "is refused with a next one that may not be chosen, %j, before anything is hashed or verified",
    async (weak) => {
      const { accounts, hasher } = setUp();
      await accounts.register("alice", password);
      await expect(accounts.prepareChange("alice", { current: password, next: weak })).rejects.toEqual(
        code("account/weak-password"),
      );
      expect([hasher.hashed, hasher.verified.length]).toEqual([1, 0]);
    },
  );

  it("replaces the hash of a cost that rose, not the one before it", async () => {
    const store = new MemoryStore();
    const cheaper = new PasswordHasher({ cost: { ln: 3, r: 1, p: 1 } });
    const passwordHash = await cheaper.hash(password);
    await store.createAccount({
      id: "id0",
      username: "alice",
      passwordHash,
      passwordVersion: 0,
      createdAt: 0,
    });
    const { accounts } = setUp({ store });
    const change = await accounts.prepareChange("alice", { current: password, next });
    await expect(store.changePassword({ ...change, revokedUntil: 0 })).resolves.toEqual([]);
    await expect(accounts.verify("alice", next)).resolves.toMatchObject({ id: "id0" });
  });
});
