import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { Revocations } from "../../src/auth/revocation.ts";
import { SqliteStore } from "../../src/auth/sqlite/sqlite-store.ts";
import type { Revocation } from "../../src/auth/store.ts";

const now = 1_700_000_000;
const token = (id: string, expiresAt = now + 600): Revocation => ({ kind: "token", id, expiresAt });
const session = (id: string, expiresAt = now + 600): Revocation => ({ kind: "session", id, expiresAt });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a revocation", () => {
  it("of a token refuses that token and no other of its session", () => {
    const revocations = new Revocations();
    revocations.add(token("t1"), now);
    expect(revocations.has({ tokenId: "t1", sessionId: "s1" })).toBe(true);
    expect(revocations.has({ tokenId: "t2", sessionId: "s1" })).toBe(false);
    expect(revocations.has({ tokenId: "T1", sessionId: "s1" })).toBe(false);
  });

  it("of a session refuses all of its tokens, and none of another", () => {
    const revocations = new Revocations();
    revocations.add(session("s1"), now);
    expect(revocations.has({ tokenId: "t1", sessionId: "s1" })).toBe(true);
    expect(revocations.has({ tokenId: "t2", sessionId: "s1" })).toBe(true);
    expect(revocations.has({ tokenId: "t1", sessionId: "s2" })).toBe(false);
  });

  it("is of one kind: a token with the id of a session is not that session", () => {
    const revocations = new Revocations();
    revocations.add(token("s1"), now);
    revocations.add(session("t1"), now);
    expect(revocations.has({ tokenId: "t2", sessionId: "s1" })).toBe(false);
    expect(revocations.has({ tokenId: "t1", sessionId: "s2" })).toBe(false);
    expect(revocations.has({ tokenId: "s1", sessionId: "t9" })).toBe(true);
  });

  it("is found by two looks into maps, whatever the number of them", () => {
    const revocations = new Revocations();
    for (let i = 0; i < 10_000; i += 1) revocations.add(session(`s${i}`), now);
    const looks = vi.spyOn(Map.prototype, "has");
    const walks = [Symbol.iterator, "entries", "forEach", "keys", "values"] as const;
    const walked = walks.map((name) => vi.spyOn(Map.prototype, name as "entries"));
    revocations.has({ tokenId: "t1", sessionId: "nobody" });
    const counts = [looks.mock.calls.length, ...walked.map(({ mock }) => mock.calls.length)];
    vi.restoreAllMocks();
    expect(counts).toEqual([2, 0, 0, 0, 0, 0]);
  });
});

describe("what is held in memory", () => {
  it("is at most twice what is needed, and 1,024 more, however many come and go", () => {
    const revocations = new Revocations();
    const lifetime = 600;
    const perSecond = 5;
    const needed = perSecond * (lifetime + 60);
    let most = 0;
    for (let second = 0; second < 20 * lifetime; second += 1) {
      for (let i = 0; i < perSecond; i += 1) {
        const id = `${second}-${i}`;
        revocations.add(
          i % 2 === 0 ? token(id, now + second + lifetime) : session(id, now + second + lifetime),
          now + second,
        );
      }
      most = Math.max(most, revocations.size);
    }
    expect(most).toBeLessThanOrEqual(2 * (needed + perSecond) + 1_024);
    expect(most).toBeGreaterThan(needed);
  });

  it("never loses an entry before its end and a minute", () => {
    const revocations = new Revocations();
    revocations.add(session("kept", now + 600), now);
    for (let i = 0; i < 5_000; i += 1) revocations.add(token(`t${i}`, now + 1), now + 659);
    expect(revocations.has({ tokenId: "", sessionId: "kept" })).toBe(true);
    for (let i = 0; i < 20_000; i += 1) revocations.add(token(`u${i}`, now + 1), now + 660);
    expect(revocations.has({ tokenId: "", sessionId: "kept" })).toBe(false);
  });

  it("keeps the later of two ends", () => {
    for (const ends of [
      [now + 10, now + 900],
      [now + 900, now + 10],
    ]) {
      const revocations = new Revocations();
      for (const end of ends) revocations.add(session("s1", end), now);
      expect(revocations.size).toBe(1);
      for (let i = 0; i < 5_000; i += 1) revocations.add(token(`t${i}`, now + 1), now + 959);
      expect(revocations.has({ tokenId: "", sessionId: "s1" })).toBe(true);
    }
  });
});

describe("after a restart", () => {
  it("refuses what was revoked before, of both kinds", async () => {
    const folder = await mkdtemp(join(tmpdir(), "barewire-revocations-"));
    try {
      const path = join(folder, "barewire.db");
      const before = await SqliteStore.open(path);
      await before.addRevocation(token("t1"));
      await before.addRevocation(session("s1"));
      await before.close();
      const store = await SqliteStore.open(path);
      const revocations = await Revocations.load(store, now);
      await store.close();
      expect(revocations.size).toBe(2);
      expect(revocations.has({ tokenId: "t1", sessionId: "other" })).toBe(true);
      expect(revocations.has({ tokenId: "other", sessionId: "s1" })).toBe(true);
      expect(revocations.has({ tokenId: "other", sessionId: "other" })).toBe(false);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("has forgotten, in memory and in the store, what ended more than a minute ago", async () => {
    const store = new MemoryStore();
    await store.addRevocation(token("t1", now + 600));
    expect((await Revocations.load(store, now + 659)).size).toBe(1);
    expect((await Revocations.load(store, now + 660)).size).toBe(0);
    await expect(store.loadRevocations(0)).resolves.toEqual([]);
  });

  it("keeps a minute after a sweep of the store, too, in case the clock is set back", async () => {
    const store = new MemoryStore();
    await store.addRevocation(token("t1", now + 600));
    await Revocations.sweep(store, now + 659);
    await expect(store.loadRevocations(0)).resolves.toHaveLength(1);
    await Revocations.sweep(store, now + 660);
    await expect(store.loadRevocations(0)).resolves.toEqual([]);
  });
});
