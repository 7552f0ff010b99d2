import { describe, expect, it } from "vitest";
import { Accounts, changePassword, type IssuedTokens, MemoryStore } from "../../src/auth/index.ts";
import { PasswordHasher } from "../../src/password/index.ts";
import { code, countingBytes, elsewhere, home, openVirtualAuth } from "./virtual-auth.ts";

const cost = { ln: 4, r: 1, p: 1 };
const current = "correct horse";
const next = "battery staple";

async function setUp() {
  const store = new MemoryStore();
  const auth = await openVirtualAuth({ store });
  const bytes = countingBytes();
  const accounts = new Accounts({
    store,
    hasher: new PasswordHasher({ cost }),
    now: auth.clock.now,
    randomId: () => Buffer.from(bytes(8)).toString("hex"),
  });
  const bob = await accounts.register("Bob", current);
  const login = async (): Promise<IssuedTokens> =>
    auth.sessions.open(await accounts.verify("bob", current), home);
  return { ...auth, accounts, store, bob, login, ports: { accounts, sessions: auth.sessions } };
}

describe("a change of password", () => {
  it("ends all other sessions of the account, and gives this one new tokens", async () => {
    const { ports, sessions, store, bob, login, ends } = await setUp();
    const [one, here, two] = [await login(), await login(), await login()];
    const { session } = here;
    const issued = await changePassword(ports, { session, current, next, place: elsewhere });
    expect(issued.session).toMatchObject({ accountId: bob.id, sessionId: session.sessionId });
    expect(sessions.authenticate(issued.accessToken)).toEqual(issued.session);
    await expect(sessions.refresh(here.refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    for (const { accessToken, refreshToken } of [one, two]) {
      expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
      await expect(sessions.refresh(refreshToken, home)).rejects.toEqual(code("refresh/invalid"));
    }
    expect(ends.map(({ sessionId }) => sessionId).sort()).toEqual(
      [one, two].map((other) => other.session.sessionId).sort(),
    );
    expect(new Set(ends.map(({ reason }) => reason))).toEqual(new Set(["password-changed"]));
    await expect(sessions.list(bob.id)).resolves.toMatchObject([{ id: session.sessionId, ...elsewhere }]);
    await expect(store.findAccountById(bob.id)).resolves.toMatchObject({ passwordVersion: 1 });
    await expect(sessions.refresh(issued.refreshToken, elsewhere)).resolves.toBeDefined();
  });

  it("lets the new password in, and the old one no more", async () => {
    const { ports, accounts, login } = await setUp();
    const { session } = await login();
    await changePassword(ports, { session, current, next, place: home });
    await expect(accounts.verify("bob", next)).resolves.toMatchObject({ username: "Bob" });
    await expect(accounts.verify("bob", current)).rejects.toEqual(code("auth/bad-credentials"));
  });

  it.each([
    ["a wrong password", { current: "wrong horse", next }, "auth/bad-credentials"],
    ["a next one that may not be chosen", { current, next: "password1" }, "account/weak-password"],
    ["a next one that is the username", { current, next: "Bob-2026!" }, "account/weak-password"],
    ["a next one that is too short", { current, next: "short" }, "account/weak-password"],
  ])("with %s changes nothing", async (_what, passwords, refusal) => {
    const { ports, accounts, sessions, login, ends } = await setUp();
    const [here, other] = [await login(), await login()];
    const changing = changePassword(ports, { session: here.session, ...passwords, place: home });
    await expect(changing).rejects.toEqual(code(refusal));
    for (const { accessToken, session } of [here, other]) {
      expect(sessions.authenticate(accessToken)).toEqual(session);
    }
    expect(ends).toEqual([]);
    await expect(accounts.verify("bob", current)).resolves.toBeDefined();
    await expect(sessions.refresh(here.refreshToken, home)).resolves.toBeDefined();
  });

  it("counts though its own session has ended meanwhile, which gets no tokens", async () => {
    const { ports, accounts, sessions, bob, login, ends } = await setUp();
    const [here, other] = [await login(), await login()];
    await sessions.end(bob.id, { id: here.session.sessionId }, "ended");
    const changing = changePassword(ports, { session: here.session, current, next, place: home });
    await expect(changing).rejects.toEqual(code("session/unknown"));
    await expect(accounts.verify("bob", next)).resolves.toBeDefined();
    expect(() => sessions.authenticate(other.accessToken)).toThrow(code("token/revoked"));
    expect(ends.map(({ reason }) => reason)).toEqual(["ended", "password-changed"]);
  });

  it("is refused when another came first, by the hash that it would replace", async () => {
    const { accounts, sessions, login, ends } = await setUp();
    const other = await login();
    const [first, second] = [
      await accounts.prepareChange("bob", { current, next }),
      await accounts.prepareChange("bob", { current, next: "quite another" }),
    ];
    await sessions.changePassword({ ...second, keep: other.session.sessionId });
    await expect(sessions.changePassword(first)).rejects.toEqual(code("auth/bad-credentials"));
    expect(sessions.authenticate(other.accessToken)).toEqual(other.session);
    expect(ends).toEqual([]);
    await expect(accounts.verify("bob", "quite another")).resolves.toBeDefined();
  });

  it("hands on by whom it was asked, to each check and hash", async () => {
    const { ports, login } = await setUp();
    const { session } = await login();
    const caller = { signal: AbortSignal.abort(new Error("gone")) };
    const changing = changePassword(ports, { session, current, next, place: home, caller });
    await expect(changing).rejects.toThrow("gone");
  });

  it("rejects when the store fails, and tells nobody", async () => {
    const { ports, sessions, store, login, ends } = await setUp();
    const [here, other] = [await login(), await login()];
    store.changePassword = () => Promise.reject(new Error("disk full"));
    const changing = changePassword(ports, { session: here.session, current, next, place: home });
    await expect(changing).rejects.toThrow("disk full");
    expect(sessions.authenticate(other.accessToken)).toEqual(other.session);
    expect(ends).toEqual([]);
  });
});
