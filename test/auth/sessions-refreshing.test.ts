import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/auth/index.ts";
import { alice, beginning, code, day, elsewhere, home, openVirtualAuth, second } from "./virtual-auth.ts";

describe("RFC 6749 §6 refreshing", () => {
  it("gives another pair of the same session, and the old access token stays good", async () => {
    const { sessions, clock } = await openVirtualAuth();
    const one = await sessions.open(alice, home);
    clock.pass(590 * second);
    const two = await sessions.refresh(one.refreshToken, home);
    expect(two.session).toEqual({
      ...one.session,
      tokenId: expect.not.stringMatching(one.session.tokenId),
      issuedAt: beginning / second + 590,
      expiresAt: beginning / second + 1_190,
    });
    expect(sessions.authenticate(two.accessToken)).toEqual(two.session);
    expect(sessions.authenticate(one.accessToken)).toEqual(one.session);
    expect(two.refreshToken).not.toBe(one.refreshToken);
  });

  it("goes on for 30 days from each use, and for 90 in all", async () => {
    const { sessions, clock } = await openVirtualAuth();
    let { refreshToken } = await sessions.open(alice, home);
    for (const [passed, left] of [
      [29, 30],
      [58, 30],
      [87, 3],
      [89, 1],
    ] as const) {
      clock.time = beginning + passed * day;
      const issued = await sessions.refresh(refreshToken, home);
      expect(issued.refreshExpiresIn).toBe(left * 86_400);
      ({ refreshToken } = issued);
    }
    clock.time = beginning + 90 * day - 1;
    const last = await sessions.refresh(refreshToken, home);
    expect(last.refreshExpiresIn).toBe(1);
    clock.pass(1);
    await expect(sessions.refresh(last.refreshToken, home)).rejects.toEqual(code("refresh/expired"));
  });

  it("is over 30 days after the last use", async () => {
    const { sessions, clock } = await openVirtualAuth();
    const { refreshToken } = await sessions.open(alice, home);
    clock.pass(30 * day);
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/expired"));
    await sessions.sweep();
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
  });

  it("gives access tokens that do not outlive the session, so that a forgotten one leaves none behind", async () => {
    const { sessions, clock } = await openVirtualAuth({ refreshLifetime: 300 });
    const issued = await sessions.open(alice, home);
    expect(issued).toMatchObject({ expiresIn: 300, refreshExpiresIn: 300 });
    clock.pass(300 * second);
    expect(() => sessions.authenticate(issued.accessToken)).toThrow(code("token/expired"));
  });

  it("is refused with what is no token of ours, and harms no session", async () => {
    const { sessions, ends } = await openVirtualAuth();
    const { refreshToken, accessToken } = await sessions.open(alice, home);
    for (const other of ["", "x", accessToken, refreshToken.slice(4), `bwr_${"A".repeat(64)}`]) {
      await expect(sessions.refresh(other, home)).rejects.toEqual(code("refresh/invalid"));
    }
    expect(ends).toEqual([]);
    await expect(sessions.refresh(refreshToken, home)).resolves.toBeDefined();
  });

  it("with a spent token ends the session, and tells which device it ran on", async () => {
    const { sessions, clock, ends } = await openVirtualAuth();
    const one = await sessions.open(alice, home);
    const two = await sessions.refresh(one.refreshToken, { ...elsewhere, device: "a phone" });
    clock.pass(10 * second);
    await expect(sessions.refresh(one.refreshToken, home)).rejects.toEqual(code("refresh/reused"));
    const { accountId, sessionId } = one.session;
    expect(ends).toEqual([{ accountId, sessionId, reason: "reused", device: "a phone" }]);
    for (const { accessToken } of [one, two]) {
      expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
    }
    for (const { refreshToken } of [one, two]) {
      await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    }
    expect(ends).toHaveLength(1);
  });

  it("gives up with auth/busy when the store never takes the change, after a bounded number of tries", async () => {
    let tries = 0;
    const store = new (class extends MemoryStore {
      override async updateSession(): Promise<boolean> {
        tries += 1;
        return false;
      }
    })();
    const { sessions } = await openVirtualAuth({ store });
    const { refreshToken, session } = await sessions.open(alice, home);
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("auth/busy"));
    expect(tries).toBe(32);
    await expect(sessions.renew(session, home)).rejects.toEqual(code("auth/busy"));
    expect(tries).toBe(64);
  });

  it("is refused when the account is gone", async () => {
    const { sessions, store } = await openVirtualAuth();
    const { refreshToken } = await sessions.open(alice, home);
    store.findAccountById = async () => undefined;
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
  });

  it("names no secret in its errors", async () => {
    const { sessions, clock } = await openVirtualAuth();
    const { refreshToken } = await sessions.open(alice, home);
    await sessions.refresh(refreshToken, home);
    clock.pass(day);
    const errors = [];
    for (const token of [refreshToken, refreshToken]) {
      errors.push(await sessions.refresh(token, home).catch((error: unknown) => error as Error));
    }
    const shown = JSON.stringify(errors.map((error) => [String(error), (error as Error).stack]));
    expect(shown).not.toContain(refreshToken.slice(4, 20));
    expect(shown).not.toContain(refreshToken.slice(30));
  });
});
