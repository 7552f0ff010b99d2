import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { describeStore } from "./store-suite.ts";

describeStore("MemoryStore", { open: async () => new MemoryStore() });

describe("MemoryStore", () => {
  it("keeps a copy: changing the object that was stored changes nothing", async () => {
    const store = new MemoryStore();
    const account = { id: "1", username: "alice", passwordHash: "h", createdAt: 1 };
    await store.create(account);
    account.passwordHash = "changed";
    await expect(store.findByUsername("alice")).resolves.toMatchObject({ passwordHash: "h" });
  });
});
