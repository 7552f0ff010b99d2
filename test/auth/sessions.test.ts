import { describe, expect, it } from "vitest";
import { type IssuedTokens, MemoryStore } from "../../src/auth/index.ts";
import { alice, beginning, code, day, elsewhere, home, openVirtualAuth, second } from "./virtual-auth.ts";

/** The ids of the sessions that there are, in the order of the list. */
async function idsOf(sessions: { list(accountId: string): Promise<readonly { id: string }[]> }) {
  return (await sessions.list(alice.id)).map(({ id }) => id);
}

describe("a login", () => {
  it("gives a pair of tokens and is in the list", async () => {
    const { sessions } = await openVirtualAuth();
    const issued = await sessions.open(alice, home);
    expect(issued).toMatchObject({ expiresIn: 600, refreshExpiresIn: 30 * 86_400 });
    expect(sessions.authenticate(issued.accessToken)).toEqual(issued.session);
    expect(issued.session).toMatchObject({
      accountId: "a1",
      username: "Alice",
      scope: "account sockets",
      issuedAt: beginning / second,
      expiresAt: beginning / second + 600,
    });
    await expect(sessions.list(alice.id)).resolves.toEqual([
      {
        id: issued.session.sessionId,
        createdAt: beginning,
        lastSeenAt: beginning,
        expiresAt: beginning + 30 * day,
        ...home,
        scope: "account sockets",
      },
    ]);
  });

  it("is another one each time, in all that names it", async () => {
    const { sessions } = await openVirtualAuth();
    const [one, two] = [await sessions.open(alice, home), await sessions.open(alice, home)];
    const named = [one, two].flatMap(({ refreshToken, session }) => [
      refreshToken.slice(0, 20),
      refreshToken.slice(30),
      session.sessionId,
      session.tokenId,
    ]);
    expect(new Set(named).size).toBe(8);
  });

  it("gives the scope that was asked for, through every refresh", async () => {
    const { sessions } = await openVirtualAuth();
    const issued = await sessions.open(alice, home, "sockets");
    const next = await sessions.refresh(issued.refreshToken, home);
    expect([issued.session.scope, next.session.scope]).toEqual(["sockets", "sockets"]);
    await expect(sessions.open(alice, home, "admin")).rejects.toEqual(code("auth/invalid-scope"));
    await expect(idsOf(sessions)).resolves.toHaveLength(1);
  });

  it("is refused to an account as it was before a change of password, or that there is not", async () => {
    const { sessions, store } = await openVirtualAuth();
    await store.changePassword({
      accountId: "a1",
      passwordHash: "new",
      replacing: "the first",
      revokedUntil: 0,
    });
    await expect(sessions.open(alice, home)).rejects.toEqual(code("auth/bad-credentials"));
    await expect(sessions.open({ ...alice, id: "nobody" }, home)).rejects.toEqual(
      code("auth/bad-credentials"),
    );
    await expect(sessions.open({ ...alice, passwordVersion: 1 }, home)).resolves.toBeDefined();
  });

  it("keeps of the device a line of at most 256 characters, whatever the client says", async () => {
    const { sessions } = await openVirtualAuth();
    for (const [said, kept] of [
      ["a\r\nb\u2028c\u0000d\u0085e", "a  b c d e"],
      ["x".repeat(1_000), "x".repeat(256)],
      [`${"x".repeat(255)}😀`, `${"x".repeat(255)}\ufffd`],
      ["\ud800", "\ufffd"],
    ] as const) {
      const { session } = await sessions.open(alice, { ...home, device: said });
      const { device } = (await sessions.list("a1")).find(({ id }) => id === session.sessionId)!;
      expect(device).toBe(kept);
    }
  });
});

describe("the sessions of an account", () => {
  it("are listed, the one seen last first, without those that are over", async () => {
    const { sessions, clock } = await openVirtualAuth();
    const one = await sessions.open(alice, home);
    clock.pass(day);
    const two = await sessions.open(alice, home);
    clock.pass(day);
    await sessions.refresh(one.refreshToken, elsewhere);
    const [first, then] = await sessions.list(alice.id);
    expect(first).toMatchObject({ id: one.session.sessionId, lastSeenAt: beginning + 2 * day, ...elsewhere });
    expect(then).toMatchObject({ id: two.session.sessionId, lastSeenAt: beginning + day });
    clock.time = beginning + 31 * day;
    await expect(idsOf(sessions)).resolves.toEqual([one.session.sessionId]);
    clock.time = beginning + 32 * day;
    await expect(idsOf(sessions)).resolves.toEqual([]);
  });

  it("say nothing that would log anybody in", async () => {
    const { sessions } = await openVirtualAuth();
    await sessions.open(alice, home);
    const [summary] = await sessions.list(alice.id);
    expect(Object.keys(summary!)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/family|current|rotat/)]),
    );
    expect(Object.keys(summary!)).toHaveLength(7);
  });

  it("are at most 64: the one seen longest ago makes room, and is told why", async () => {
    const { sessions, clock, ends } = await openVirtualAuth();
    const opened: IssuedTokens[] = [];
    for (let i = 0; i < 64; i += 1) {
      clock.pass(second);
      opened.push(await sessions.open(alice, home));
    }
    clock.pass(second);
    await sessions.refresh(opened[0]!.refreshToken, home);
    const last = await sessions.open(alice, home);
    const { accountId, sessionId } = opened[1]!.session;
    expect(ends).toEqual([{ accountId, sessionId, reason: "displaced" }]);
    expect(() => sessions.authenticate(opened[1]!.accessToken)).toThrow(code("token/revoked"));
    expect(sessions.authenticate(last.accessToken)).toEqual(last.session);
    await expect(idsOf(sessions)).resolves.toHaveLength(64);
  });
});

describe("renewing", () => {
  it("gives a pair whose refresh token is of another family; the one before is invalid and no theft", async () => {
    const { sessions, ends, clock } = await openVirtualAuth();
    const one = await sessions.open(alice, home);
    clock.pass(day);
    const two = await sessions.renew(one.session, elsewhere);
    expect(two.session.sessionId).toBe(one.session.sessionId);
    expect(two.refreshToken.slice(0, 25)).not.toBe(one.refreshToken.slice(0, 25));
    await expect(sessions.refresh(one.refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    expect(ends).toEqual([]);
    await expect(sessions.list("a1")).resolves.toMatchObject([{ ...elsewhere, lastSeenAt: beginning + day }]);
    const three = await sessions.refresh(two.refreshToken, home);
    expect(sessions.authenticate(three.accessToken)).toEqual(three.session);
  });

  it("refuses the access token that was shown from then on, after a restart too, and tells nobody", async () => {
    const store = new MemoryStore();
    const { sessions, ends, clock } = await openVirtualAuth({ store });
    const one = await sessions.open(alice, home);
    const two = await sessions.renew(one.session, home);
    expect(() => sessions.authenticate(one.accessToken)).toThrow(code("token/revoked"));
    expect(sessions.authenticate(two.accessToken)).toEqual(two.session);
    expect(ends).toEqual([]);
    const again = await openVirtualAuth({ store, clock });
    expect(again.sessions.isEnded(one.session)).toBe(true);
    expect(again.sessions.isEnded(two.session)).toBe(false);
  });

  it("is refused for a session that has ended, or is over though it is still stored", async () => {
    const { sessions, clock } = await openVirtualAuth({ sessionLifetime: 40 * 86_400 });
    const one = await sessions.open(alice, home);
    await sessions.end("a1", { id: one.session.sessionId }, "logged-out");
    await expect(sessions.renew(one.session, home)).rejects.toEqual(code("session/unknown"));
    const two = await sessions.open(alice, home);
    clock.pass(30 * day - 1);
    await sessions.renew(two.session, home);
    clock.pass(10 * day + 1);
    await expect(sessions.renew(two.session, home)).rejects.toEqual(code("session/unknown"));
    const three = await sessions.open(alice, home);
    clock.pass(30 * day);
    await expect(sessions.renew(three.session, home)).rejects.toEqual(code("session/unknown"));
  });

  it("extends nothing beyond the 90 days", async () => {
    const { sessions, clock } = await openVirtualAuth();
    const { session } = await sessions.open(alice, home);
    for (const [passed, left] of [
      [29, 30],
      [58, 30],
      [80, 10],
    ] as const) {
      clock.time = beginning + passed * day;
      await expect(sessions.renew(session, home)).resolves.toMatchObject({ refreshExpiresIn: left * 86_400 });
    }
  });

  it("is refused where the lifetime became shorter than the session is old", async () => {
    const store = new MemoryStore();
    const before = await openVirtualAuth({ store });
    const { session, refreshToken } = await before.sessions.open(alice, home);
    before.clock.pass(2 * day);
    const { sessions } = await openVirtualAuth({ store, clock: before.clock, sessionLifetime: 86_400 });
    await expect(sessions.renew(session, home)).rejects.toEqual(code("session/unknown"));
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/expired"));
  });
});

describe("finding a session by its refresh token", () => {
  it("finds the one that is good now, and spends it not", async () => {
    const { sessions } = await openVirtualAuth();
    const { refreshToken, session } = await sessions.open(alice, home);
    for (let i = 0; i < 2; i += 1) {
      await expect(sessions.findByRefreshToken(refreshToken)).resolves.toMatchObject({
        id: session.sessionId,
      });
    }
    await expect(sessions.refresh(refreshToken, home)).resolves.toBeDefined();
  });

  it("finds none by a spent one unless told so, nor by what is none, nor one that is over", async () => {
    const { sessions, clock } = await openVirtualAuth();
    const { refreshToken, session } = await sessions.open(alice, home);
    const next = await sessions.refresh(refreshToken, home);
    await expect(sessions.findByRefreshToken(refreshToken)).resolves.toBeUndefined();
    await expect(sessions.findByRefreshToken(refreshToken, { spent: true })).resolves.toMatchObject({
      id: session.sessionId,
    });
    for (const spent of [true, false]) {
      for (const other of ["", "bwr_", `bwr_${"A".repeat(64)}`]) {
        await expect(sessions.findByRefreshToken(other, { spent })).resolves.toBeUndefined();
      }
    }
    clock.pass(30 * day);
    for (const spent of [true, false]) {
      await expect(sessions.findByRefreshToken(next.refreshToken, { spent })).resolves.toBeUndefined();
    }
  });
});

describe("the options of sessions", () => {
  it.each([
    { refreshLifetime: 0 },
    { refreshLifetime: 1.5 },
    { sessionLifetime: -1 },
    { sessionLifetime: Number.POSITIVE_INFINITY },
    { sessionsPerAccount: 0 },
    { sessionsPerAccount: Number.NaN },
    { reuseGrace: -1 },
    { reuseGrace: Number.NaN },
    { reuseGrace: Number.POSITIVE_INFINITY },
  ])("are refused: %j", async (options) => {
    await expect(openVirtualAuth(options)).rejects.toThrow(RangeError);
  });
});
