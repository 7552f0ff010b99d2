import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { Revocations } from "../../src/auth/revocation.ts";
import type { Revocation } from "../../src/auth/store.ts";

const now = 1_000_000;

/** A store whose writes wait until the test lets them through or fail. */
class SlowStore extends MemoryStore {
  failing = false;
  #release: () => void = () => {};
  #gate: Promise<void> = Promise.resolve();

  block(): void {
    this.#gate = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release();
  }

  override async add(jti: string, expiresAt: number): Promise<void> {
    await this.#gate;
    if (this.failing) throw new Error("disk full");
    await super.add(jti, expiresAt);
  }
}

async function remembered(store: MemoryStore): Promise<readonly Revocation[]> {
  return store.load(0);
}

describe("revoking a token", () => {
  it("refuses that token and no other", async () => {
    const revocations = await Revocations.load(new MemoryStore(), now);
    await revocations.add("one", now + 600, now);
    expect(revocations.has("one")).toBe(true);
    expect(revocations.has("two")).toBe(false);
    expect(revocations.has("ONE")).toBe(false);
  });

  it("is durable before it is acknowledged", async () => {
    const store = new SlowStore();
    const revocations = await Revocations.load(store, now);
    store.block();
    let acknowledged = false;
    const adding = revocations.add("one", now + 600, now).then(() => {
      acknowledged = true;
    });
    await Promise.resolve();
    expect(acknowledged).toBe(false);
    store.release();
    await adding;
    await expect(remembered(store)).resolves.toEqual([{ jti: "one", expiresAt: now + 600 }]);
  });

  it("rejects when the store fails, and the token is as it was", async () => {
    const store = new SlowStore();
    const revocations = await Revocations.load(store, now);
    store.failing = true;
    await expect(revocations.add("one", now + 600, now)).rejects.toThrow("disk full");
    expect(revocations.has("one")).toBe(false);
    store.failing = false;
    await revocations.add("one", now + 600, now);
    expect(revocations.has("one")).toBe(true);
  });
});

describe("after a restart", () => {
  it("refuses what was revoked before", async () => {
    const store = new MemoryStore();
    await (await Revocations.load(store, now)).add("one", now + 600, now);
    const revocations = await Revocations.load(store, now + 1);
    expect(revocations.has("one")).toBe(true);
  });

  it("has forgotten, in memory and in the store, what expired more than a minute ago", async () => {
    const store = new MemoryStore();
    await (await Revocations.load(store, now)).add("one", now + 600, now);
    expect((await Revocations.load(store, now + 659)).has("one")).toBe(true);
    const later = await Revocations.load(store, now + 660);
    expect(later.has("one")).toBe(false);
    expect(later.size).toBe(0);
    await expect(remembered(store)).resolves.toEqual([]);
  });
});

describe("the memory revocations take", () => {
  it("is bounded by what can be alive at once, however many there are over time", async () => {
    const store = new MemoryStore();
    const revocations = await Revocations.load(store, now);
    let most = 0;
    // One revocation a second, each of a token that has ten more to live: 70 are needed at any time.
    for (let second = 0; second < 10_000; second++) {
      await revocations.add(`token${second}`, now + second + 10, now + second);
      most = Math.max(most, revocations.size);
    }
    expect(most).toBe(1024);
    expect((await remembered(store)).length).toBeLessThanOrEqual(1024);
  });

  it("grows with the tokens alive, none of which is ever dropped", async () => {
    const revocations = await Revocations.load(new MemoryStore(), now);
    for (let i = 0; i < 5000; i++) await revocations.add(`token${i}`, now + 600, now + 1);
    expect(revocations.size).toBe(5000);
    expect(revocations.has("token0")).toBe(true);
  });

  it("keeps an entry a minute longer than its token, in case the clock is set back", async () => {
    const revocations = await Revocations.load(new MemoryStore(), now);
    await revocations.add("old", now + 10, now);
    for (let i = 0; i < 1024; i++) await revocations.add(`a${i}`, now + 600, now + 69);
    expect(revocations.has("old")).toBe(true);
    for (let i = 0; i < 2048; i++) await revocations.add(`b${i}`, now + 600, now + 70);
    expect(revocations.has("old")).toBe(false);
  });
});
