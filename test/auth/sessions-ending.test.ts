import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MemoryStore, type SessionEnd, SqliteStore } from "../../src/auth/index.ts";
import { alice, beginning, code, day, home, openVirtualAuth, second } from "./virtual-auth.ts";

describe("an end that another process has told", () => {
  it("refuses the tokens of the session here, and tells who listens that it comes from elsewhere", async () => {
    const store = new MemoryStore();
    const [here, there] = [await openVirtualAuth({ store }), await openVirtualAuth({ store })];
    const { session, accessToken } = await here.sessions.open(alice, home);
    const other = await here.sessions.open(alice, home);
    await there.sessions.end("a1", { id: session.sessionId }, "logged-out");
    expect(here.sessions.authenticate(accessToken)).toEqual(session);
    for (const end of there.ends) here.sessions.endedElsewhere(end);
    expect(() => here.sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
    expect(here.sessions.authenticate(other.accessToken)).toEqual(other.session);
    expect(here.ends).toEqual([{ ...there.ends[0], elsewhere: true }]);
  });

  it("of one token refuses that token alone", async () => {
    const { sessions } = await openVirtualAuth();
    const one = await sessions.open(alice, home);
    const { sessionId, tokenId } = one.session;
    const two = await sessions.refresh(one.refreshToken, home);
    sessions.endedElsewhere({ accountId: "a1", sessionId, tokenId, reason: "revoked" });
    expect(() => sessions.authenticate(one.accessToken)).toThrow(code("token/revoked"));
    expect(sessions.authenticate(two.accessToken)).toEqual(two.session);
  });
});

describe("ending a session", () => {
  it("refuses all of its tokens, and none of another", async () => {
    const { sessions } = await openVirtualAuth();
    const [one, other] = [await sessions.open(alice, home), await sessions.open(alice, home)];
    const two = await sessions.refresh(one.refreshToken, home);
    await expect(sessions.end("a1", { id: one.session.sessionId }, "logged-out")).resolves.toBe(1);
    for (const { accessToken, session } of [one, two]) {
      expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
      expect(sessions.isEnded(session)).toBe(true);
    }
    await expect(sessions.refresh(two.refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    expect(sessions.authenticate(other.accessToken)).toEqual(other.session);
    expect(sessions.isEnded(other.session)).toBe(false);
  });

  it("is for its owner alone, and for one that there is: to anybody else there is none", async () => {
    const { sessions, ends } = await openVirtualAuth();
    const { session, accessToken } = await sessions.open(alice, home);
    const unknown = code("session/unknown");
    await expect(sessions.end("a2", { id: session.sessionId }, "ended")).rejects.toEqual(unknown);
    await expect(sessions.end("a1", { id: "none" }, "ended")).rejects.toEqual(unknown);
    expect(sessions.authenticate(accessToken)).toEqual(session);
    await sessions.end("a1", { id: session.sessionId }, "ended");
    await expect(sessions.end("a1", { id: session.sessionId }, "ended")).rejects.toEqual(unknown);
    expect(ends).toHaveLength(1);
  });

  it("ends all of an account, or all but one, and nobody else's", async () => {
    const { sessions, store, ends } = await openVirtualAuth();
    const bob = { ...alice, id: "a2", username: "Bob" };
    await store.createAccount(bob);
    const his = await sessions.open(bob, home);
    const [one, two, three] = [1, 2, 3].map(() => sessions.open(alice, home));
    const kept = (await two!).session.sessionId;
    await Promise.all([one, three]);
    await expect(sessions.end("a1", { except: kept }, "ended")).resolves.toBe(2);
    await expect(sessions.list("a1")).resolves.toMatchObject([{ id: kept }]);
    await expect(sessions.end("a1", {}, "ended")).resolves.toBe(1);
    await expect(sessions.end("a1", {}, "ended")).resolves.toBe(0);
    expect(sessions.authenticate(his.accessToken)).toEqual(his.session);
    expect(ends.map(({ reason }) => reason)).toEqual(["ended", "ended", "ended"]);
  });

  it("tells who listens once, after the tokens are refused and the end is durable, and before it resolves", async () => {
    const transcript: unknown[] = [];
    const store = new (class extends MemoryStore {
      override async endSessions(
        ...given: Parameters<MemoryStore["endSessions"]>
      ): Promise<readonly string[]> {
        const ended = await super.endSessions(...given);
        transcript.push("durable");
        return ended;
      }
    })();
    const { sessions } = await openVirtualAuth({ store });
    const { accessToken, session } = await sessions.open(alice, home);
    sessions.onEnd((end) => {
      transcript.push(end.reason);
      expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
    });
    await sessions.end("a1", { id: session.sessionId }, "logged-out");
    transcript.push("resolved");
    expect(transcript).toEqual(["durable", "logged-out", "resolved"]);
  });

  it("lasts as long as its tokens do, also where the clock was set back since they were issued", async () => {
    const { sessions, store, clock } = await openVirtualAuth();
    const { accessToken, session } = await sessions.open(alice, home);
    clock.pass(-7_200 * second);
    sessions.authenticate(accessToken); // that it may be ended
    await sessions.end("a1", { id: session.sessionId }, "logged-out");
    clock.pass(7_200 * second);
    await sessions.sweep();
    const restarted = (await openVirtualAuth({ store, clock })).sessions;
    expect(() => restarted.authenticate(accessToken)).toThrow(code("token/revoked"));
  });

  it("tells who listens once when it is asked for twice at the same moment", async () => {
    const { sessions, ends } = await openVirtualAuth();
    const { session } = await sessions.open(alice, home);
    const both = [1, 2].map(() => sessions.end("a1", { id: session.sessionId }, "ended"));
    await Promise.allSettled(both);
    expect(ends).toHaveLength(1);
  });

  it("tells the others when a listener throws, and rejects with what it threw", async () => {
    const { sessions } = await openVirtualAuth();
    const fault = new Error("fault of the listener");
    const told: SessionEnd[] = [];
    sessions.onEnd(() => {
      throw fault;
    });
    const stop = sessions.onEnd((end) => told.push(end));
    const one = await sessions.open(alice, home);
    await expect(sessions.end("a1", {}, "ended")).rejects.toMatchObject({ errors: [fault] });
    expect(told).toHaveLength(1);
    expect(() => sessions.authenticate(one.accessToken)).toThrow(code("token/revoked"));
    stop();
    await sessions.open(alice, home);
    await expect(sessions.end("a1", {}, "ended")).rejects.toThrow();
    expect(told).toHaveLength(1);
  });

  it("rejects when the store fails, tells nobody, and can be tried again", async () => {
    const { sessions, store, ends } = await openVirtualAuth();
    const { accessToken, session } = await sessions.open(alice, home);
    const { endSessions } = store;
    store.endSessions = () => Promise.reject(new Error("disk full"));
    await expect(sessions.end("a1", {}, "ended")).rejects.toThrow("disk full");
    expect(ends).toEqual([]);
    expect(sessions.authenticate(accessToken)).toEqual(session);
    store.endSessions = endSessions;
    await expect(sessions.end("a1", {}, "ended")).resolves.toBe(1);
    expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
  });

  it("is remembered until the longest token of the session has expired, to the second, and a minute", async () => {
    const { sessions, store, clock } = await openVirtualAuth();
    const { refreshToken } = await sessions.open(alice, home);
    clock.pass(500_500);
    const last = await sessions.refresh(refreshToken, home);
    await sessions.end("a1", {}, "ended");
    const [revocation] = await store.loadRevocations(0);
    expect(revocation!.expiresAt).toBeGreaterThanOrEqual(last.session.expiresAt);
    expect(revocation!.expiresAt).toBeLessThanOrEqual(last.session.expiresAt + 1);
    clock.time = (revocation!.expiresAt + 60) * second - 1;
    await sessions.sweep();
    await expect(store.loadRevocations(0)).resolves.toHaveLength(1);
    clock.pass(1);
    await sessions.sweep();
    await expect(store.loadRevocations(0)).resolves.toEqual([]);
  });
});

describe("catching up with what other processes over the same store have ended", () => {
  it("refuses the tokens, tells of each session once, and leaves what goes on", async () => {
    const { sessions, store, clock, ends } = await openVirtualAuth();
    const other = (await openVirtualAuth({ store, clock })).sessions;
    const [ended, kept] = [await sessions.open(alice, home), await sessions.open(alice, home)];
    const { sessionId } = ended.session;
    await other.end("a1", { id: sessionId }, "logged-out");
    expect(sessions.authenticate(ended.accessToken).sessionId).toBe(sessionId);
    await sessions.catchUp();
    await sessions.catchUp();
    expect(() => sessions.authenticate(ended.accessToken)).toThrow(code("token/revoked"));
    expect(sessions.authenticate(kept.accessToken)).toEqual(kept.session);
    expect(ends).toEqual([{ accountId: "", sessionId, reason: "ended", elsewhere: true }]);
  });

  it("refuses a single token, of which it is not known whose it was", async () => {
    const { sessions, store, clock, ends } = await openVirtualAuth();
    const other = (await openVirtualAuth({ store, clock })).sessions;
    const { accessToken, session } = await sessions.open(alice, home);
    await other.revokeToken(session);
    await sessions.catchUp();
    expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
    expect(ends).toEqual([]);
  });

  it("tells nobody of what was ended here, or is known already", async () => {
    const { sessions, store, clock, ends } = await openVirtualAuth();
    const other = (await openVirtualAuth({ store, clock })).sessions;
    await sessions.open(alice, home);
    await sessions.end("a1", {}, "ended");
    const { sessionId } = (await other.open(alice, home)).session;
    await other.end("a1", {}, "logged-out");
    sessions.endedElsewhere({ accountId: "a1", sessionId, reason: "logged-out" });
    const before = ends.length;
    await sessions.catchUp();
    expect(ends).toHaveLength(before);
  });

  it("rejects when the store fails", async () => {
    const { sessions, store } = await openVirtualAuth();
    store.loadRevocations = () => Promise.reject(new Error("disk full"));
    await expect(sessions.catchUp()).rejects.toThrow("disk full");
  });
});

describe("RFC 7009 §2 revoking one access token", () => {
  it("refuses it, leaves the session and its other tokens, and tells which it was", async () => {
    const { sessions, ends } = await openVirtualAuth();
    const one = await sessions.open(alice, home);
    const two = await sessions.refresh(one.refreshToken, home);
    await sessions.revokeToken(one.session);
    expect(() => sessions.authenticate(one.accessToken)).toThrow(code("token/revoked"));
    expect(sessions.authenticate(two.accessToken)).toEqual(two.session);
    const { accountId, sessionId, tokenId } = one.session;
    expect(ends).toEqual([{ accountId, sessionId, tokenId, reason: "revoked" }]);
  });

  it("is done once: again, or after the session's end, nobody is told and nothing is stored", async () => {
    const { sessions, store, ends } = await openVirtualAuth();
    const [one, two] = [await sessions.open(alice, home), await sessions.open(alice, home)];
    await sessions.revokeToken(one.session);
    await sessions.revokeToken(one.session);
    await sessions.end("a1", { id: two.session.sessionId }, "ended");
    await sessions.revokeToken(two.session);
    expect(ends.map(({ reason }) => reason)).toEqual(["revoked", "ended"]);
    await expect(store.loadRevocations(0)).resolves.toHaveLength(2);
  });

  it("is remembered no longer than the token would have lived", async () => {
    const { sessions, store } = await openVirtualAuth();
    const { session } = await sessions.open(alice, home);
    await sessions.revokeToken(session);
    const expiresAt = beginning / second + 600;
    await expect(store.loadRevocations(0)).resolves.toEqual([
      { kind: "token", id: session.tokenId, expiresAt },
    ]);
  });

  it("rejects when the store fails, and the token is as good as before", async () => {
    const { sessions, store, ends } = await openVirtualAuth();
    const { session, accessToken } = await sessions.open(alice, home);
    store.addRevocation = () => Promise.reject(new Error("disk full"));
    await expect(sessions.revokeToken(session)).rejects.toThrow("disk full");
    expect(sessions.authenticate(accessToken)).toEqual(session);
    expect(ends).toEqual([]);
  });
});

describe("a restart with everything in a file", () => {
  it("accepts what was issued before, refuses what was ended before, and refreshes on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "barewire-sessions-"));
    try {
      const run = async () => {
        const store = await SqliteStore.open(join(folder, "barewire.db"));
        return { ...(await openVirtualAuth({ store })), store };
      };
      const before = await run();
      const [ended, token, kept] = [
        await before.sessions.open(alice, home),
        await before.sessions.open(alice, home),
        await before.sessions.open(alice, home),
      ];
      await before.sessions.end("a1", { id: ended.session.sessionId }, "ended");
      await before.sessions.revokeToken(token.session);
      await before.store.close();
      const after = await run();
      for (const { accessToken } of [ended, token]) {
        expect(() => after.sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
      }
      expect(after.sessions.authenticate(kept.accessToken)).toEqual(kept.session);
      for (const { refreshToken } of [token, kept]) {
        await expect(after.sessions.refresh(refreshToken, home)).resolves.toBeDefined();
      }
      await expect(after.sessions.refresh(ended.refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
      await after.store.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the sweep", () => {
  it("has the store forget the sessions that are over, and no other", async () => {
    const { sessions, store, clock } = await openVirtualAuth();
    await sessions.open(alice, home);
    clock.pass(1);
    await sessions.open(alice, home);
    clock.time = beginning + 30 * day;
    await sessions.sweep();
    await expect(store.listSessions("a1")).resolves.toMatchObject([{ createdAt: beginning + 1 }]);
  });
});
