import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Auth, MemoryStore, type OpenAuthOptions, openAuth } from "../../src/auth/index.ts";
import { decodeJwt, generateKey } from "../../src/jwt/index.ts";
import { silentLog } from "../../src/log.ts";
import { PasswordHasher, type ScryptProfileName, scryptProfiles } from "../../src/password/index.ts";
import { code, home } from "./virtual-auth.ts";

const passwords = { cost: { ln: 4, r: 8, p: 1 } };
const password = "correct horse";
let folder: string;
const opened: Auth[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "barewire-open-"));
});

afterEach(async () => {
  for (const auth of opened.splice(0)) await auth.close();
  await rm(folder, { recursive: true });
});

async function open(options: OpenAuthOptions = {}): Promise<Auth> {
  const auth = await openAuth({ data: join(folder, "data"), passwords, ...options });
  opened.push(auth);
  return auth;
}

async function close(): Promise<void> {
  await opened.pop()!.close();
}

describe("what openAuth opens", () => {
  it("goes from a registration to a ticket", async () => {
    const { accounts, sessions, tickets } = await open();
    await accounts.register("Alice", password);
    const { accessToken } = await sessions.open(await accounts.verify("alice", password), home);
    const session = sessions.authenticate(accessToken);
    expect(tickets.redeem(tickets.issue(session, undefined), undefined)).toEqual(session);
    const spent = tickets.issue(session, undefined);
    await sessions.end(session.accountId, {}, "ended");
    expect(() => tickets.redeem(spent, undefined)).toThrow(code("token/revoked"));
    expect(() => sessions.authenticate(accessToken)).toThrow(code("token/revoked"));
  });

  it("gives the scope rooms to administrators alone, in whatever case they are written", async () => {
    const { accounts, sessions } = await open({ administrators: ["ALICE"] });
    const [alice, bob] = [
      await accounts.register("Alice", password),
      await accounts.register("Bob", password),
    ];
    expect((await sessions.open(alice, home)).session.scope).toBe("account sockets rooms");
    expect((await sessions.open(alice, home, "rooms")).session.scope).toBe("rooms");
    expect((await sessions.open(bob, home)).session.scope).toBe("account sockets");
    await expect(sessions.open(bob, home, "rooms")).rejects.toEqual(code("auth/invalid-scope"));
  });

  it("takes the scope rooms from who is no administrator any more, at the next refresh", async () => {
    const before = await open({ administrators: ["alice"] });
    const account = await before.accounts.register("Alice", password);
    const { refreshToken } = await before.sessions.open(account, home);
    await close();
    const { sessions } = await open();
    const { session } = await sessions.refresh(refreshToken, home);
    expect(session.scope).toBe("account sockets");
  });

  it("notes the administrators whom nobody is yet: whoever registers the name is one", async () => {
    const lines: unknown[] = [];
    const log = { ...silentLog, warn: (event: string, fields?: object) => lines.push([event, fields]) };
    const { accounts } = await open({ administrators: ["Alice", "Bob"], log });
    await accounts.register("Alice", password);
    await close();
    await open({ administrators: ["Alice", "Bob"], log });
    expect(lines).toEqual(
      ["alice", "bob", "bob"].map((username) => ["auth.administrator-not-registered", { username }]),
    );
  });

  it("mints room tokens with the key of the access tokens", async () => {
    const { roomTokens, sessions } = await open();
    const request = { user: "guest", name: "Guest", room: "a" };
    const { token, grant } = roomTokens.issue(request, Date.now() / 1000, "t");
    expect(roomTokens.verify(token, Date.now() / 1000).grant).toEqual(grant);
    expect(sessions.publicJwks().keys.map(({ kid }) => kid)).toContain(decodeJwt(token).header.kid);
    expect(() => sessions.authenticate(token)).toThrow(code("token/invalid"));
  });

  it("is the same after a restart: accounts, logins, revocations, the key", async () => {
    const { accounts, sessions } = await open();
    const account = await accounts.register("Alice", password);
    const [kept, ended] = [await sessions.open(account, home), await sessions.open(account, home)];
    await sessions.end(account.id, { id: ended.session.sessionId }, "ended");
    await close();
    const again = await open();
    expect(again.sessions.authenticate(kept.accessToken)).toEqual(kept.session);
    expect(() => again.sessions.authenticate(ended.accessToken)).toThrow(code("token/revoked"));
    await expect(again.sessions.refresh(kept.refreshToken, home)).resolves.toBeDefined();
    await expect(again.accounts.verify("alice", password)).resolves.toEqual(account);
  });

  it("is for its owner alone", async () => {
    await open();
    const data = join(folder, "data");
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect(await readdir(data)).toEqual(expect.arrayContaining(["barewire.db", "signing-key.json"]));
    for (const file of await readdir(data)) expect((await stat(join(data, file))).mode & 0o777).toBe(0o600);
  });

  it("in memory leaves no file, and is gone", async () => {
    const { accounts } = await open({ store: "memory" });
    await accounts.register("Alice", password);
    await close();
    expect(await readdir(folder)).toEqual([]);
    const again = await open({ store: "memory" });
    await expect(again.accounts.verify("alice", password)).rejects.toEqual(code("auth/bad-credentials"));
  });

  it("takes a store of somebody else's, which stays theirs to close, and a key", async () => {
    let closed = 0;
    const store = new (class extends MemoryStore {
      close(): void {
        closed += 1;
      }
    })();
    const key = await generateKey("ES256");
    const { accounts } = await open({ store, key });
    await accounts.register("Alice", password);
    await close();
    expect(closed).toBe(0);
    await expect(store.findAccountByUsername("alice")).resolves.toBeDefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it("hands its options on: to tokens, sessions, tickets and the policy of passwords", async () => {
    const { accounts, sessions, tickets } = await open({
      issuer: "https://chat.example",
      accessLifetime: 60,
      refreshLifetime: 120,
      sessionsPerAccount: 1,
      contextWords: ["barewire"],
      tickets: { mostPerSession: 1 },
    });
    await expect(accounts.register("Alice", "Barewire1")).rejects.toEqual(code("account/weak-password"));
    const account = await accounts.register("Alice", password);
    const displaced = await sessions.open(account, home);
    const issued = await sessions.open(account, home);
    expect(issued).toMatchObject({ expiresIn: 60, refreshExpiresIn: 120 });
    expect(decodeJwt(issued.accessToken).claims.iss).toBe("https://chat.example");
    expect(() => sessions.authenticate(displaced.accessToken)).toThrow(code("token/revoked"));
    tickets.issue(issued.session, undefined);
    expect(() => tickets.issue(issued.session, undefined)).toThrow(code("auth/busy"));
  });
});

// That the host is measured where nothing is said is among the long tests: it takes a hash or a few.
describe("the cost of a password", () => {
  it("is that of a hasher, where one is given", async () => {
    const hasher = new PasswordHasher({ cost: { ln: 5, r: 8, p: 1 } });
    expect((await open({ passwords: hasher })).hasher).toBe(hasher);
  });

  it("is that of a profile, by its name", async () => {
    const { name, cost } = scryptProfiles.at(-1)!;
    const { hasher } = await open({ store: "memory", passwords: { profile: name } });
    expect(hasher.cost).toEqual(cost);
  });

  it("is refused when there is no profile of the name, or a cost as well", async () => {
    const profile = "scrypt-1mib" as ScryptProfileName;
    await expect(open({ passwords: { profile } })).rejects.toThrow(RangeError);
    const both = { ...passwords, profile: "scrypt-8mib" } as const;
    await expect(open({ passwords: both })).rejects.toThrow(TypeError);
    // What was opened before the fault was closed again: it can be opened by the next.
    await open();
  });
});

describe("data that cannot be used", () => {
  it("is refused when a file stands where the folder should", async () => {
    await writeFile(join(folder, "data"), "");
    await expect(open()).rejects.toEqual(code("store/cannot-open"));
    await expect(open()).rejects.toThrow(`The folder ${join(folder, "data")} cannot be made: EEXIST.`);
    await expect(open({ data: join(folder, "data", "below") })).rejects.toThrow("ENOTDIR");
  });

  it("is refused when the key is none, or the database", async () => {
    await writeFile(join(folder, "signing-key.json"), "{}", { mode: 0o600 });
    await expect(open({ data: folder })).rejects.toEqual(code("key/unusable"));
    await rm(join(folder, "signing-key.json"));
    await writeFile(join(folder, "barewire.db"), "no database at all, though long enough to be one");
    await expect(open({ data: folder })).rejects.toEqual(code("store/not-a-database"));
  });
});
