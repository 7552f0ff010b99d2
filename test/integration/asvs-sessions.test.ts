/** What OWASP ASVS 5.0 asks of sessions, where no other test shows it: with the defaults, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { alice, code, day, home, openVirtualAuth } from "../auth/virtual-auth.ts";

describe("ASVS 5.0 §7.3 a session", () => {
  it("ends 30 days after it was used last, and no sooner", async () => {
    const { clock, sessions } = await openVirtualAuth();
    let { refreshToken } = await sessions.open(alice, home);
    clock.pass(30 * day - 1);
    ({ refreshToken } = await sessions.refresh(refreshToken, home));
    clock.pass(30 * day);
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/expired"));
  });

  it("ends after 90 days however often it is used", async () => {
    const { clock, sessions } = await openVirtualAuth();
    let { refreshToken } = await sessions.open(alice, home);
    for (let count = 1; count < 90; count++) {
      clock.pass(day);
      ({ refreshToken } = await sessions.refresh(refreshToken, home));
    }
    clock.pass(day);
    await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/expired"));
  });
});

describe("ASVS 5.0 §7.1.2 the sessions of an account", () => {
  it("are 64 at most: one more ends the one that was used longest ago, and its tokens", async () => {
    const { clock, sessions, ends } = await openVirtualAuth();
    const issued = [];
    for (let count = 0; count < 64; count++) {
      clock.pass(1);
      issued.push(await sessions.open(alice, home));
    }
    const [first, second] = issued;
    clock.pass(1);
    await sessions.refresh(first!.refreshToken, home);
    await sessions.open(alice, home);
    expect(ends).toMatchObject([{ sessionId: second!.session.sessionId, reason: "displaced" }]);
    expect(() => sessions.authenticate(second!.accessToken)).toThrow(code("token/revoked"));
    await expect(sessions.refresh(second!.refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    expect(sessions.authenticate(first!.accessToken)).toMatchObject({ username: "Alice" });
    expect(await sessions.list(alice.id)).toHaveLength(64);
  });
});

describe("ASVS 5.0 §7.2.2 the tokens of a session", () => {
  it("are others at each login and at each refresh", async () => {
    const { sessions } = await openVirtualAuth();
    const pairs = [await sessions.open(alice, home), await sessions.open(alice, home)];
    pairs.push(await sessions.refresh(pairs[0]!.refreshToken, home));
    const tokens = pairs.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
    expect(new Set(tokens).size).toBe(6);
  });
});
