import { describe, expect, it } from "vitest";
import { Accounts } from "../../src/auth/accounts.ts";
import { MemoryStore } from "../../src/auth/memory-store.ts";
import { PasswordHasher, parsePhc } from "../../src/password/index.ts";
import { cost, password, setUp } from "./recording-hasher.ts";
import { code } from "./virtual-auth.ts";

describe("registering", () => {
  it("makes an account that can log in", async () => {
    const { accounts } = setUp();
    const account = await accounts.register("Alice", password);
    expect(account).toEqual({
      id: "id1",
      username: "Alice",
      passwordHash: expect.stringMatching(/^\$scrypt\$ln=4,r=1,p=1\$/),
      passwordVersion: 0,
      createdAt: 1_700_000_000_000,
    });
    await expect(accounts.verify("Alice", password)).resolves.toEqual(account);
  });

  it.each(["abc", "a..", "0-_", "A.b-C_9", "a".repeat(32)])("accepts the username %j", async (username) => {
    await expect(setUp().accounts.register(username, password)).resolves.toMatchObject({ username });
  });

  it.each([
    "",
    "ab",
    "a".repeat(33),
    ".abc",
    "-abc",
    "_abc",
    "a b",
    "abc ",
    "abc\n",
    "a:bc",
    "a/bc",
    "a@bc",
    "älice",
    "al\u0131ce",
    "\u212aim",
    "abc\0",
  ])("refuses the username %j before it hashes anything", async (username) => {
    const { accounts, hasher } = setUp();
    await expect(accounts.register(username, password)).rejects.toEqual(code("account/invalid-username"));
    expect(hasher.hashed).toBe(0);
  });

  it("refuses a username that is taken, in any case, without the work of a hash", async () => {
    const { accounts, hasher } = setUp();
    await accounts.register("Alice", password);
    for (const username of ["Alice", "alice", "ALICE"]) {
      await expect(accounts.register(username, "another one")).rejects.toEqual(code("account/taken"));
    }
    expect(hasher.hashed).toBe(1);
  });

  it("gives a username to one of two who ask for it at the same moment", async () => {
    const { accounts } = setUp();
    const outcomes = await Promise.allSettled([
      accounts.register("alice", "first to ask"),
      accounts.register("Alice", "second to ask"),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toEqual(code("account/taken"));
  });

  it("says auth/busy when too many passwords are under way, and makes no account", async () => {
    const { accounts, store, hasher } = setUp();
    hasher.busy = true;
    await expect(accounts.register("alice", password)).rejects.toEqual(code("auth/busy"));
    await expect(store.findAccountByUsername("alice")).resolves.toBeUndefined();
  });
});

describe("on whose behalf", () => {
  it("a password is checked reaches the hasher, the same for users who do not exist", async () => {
    const callers: unknown[] = [];
    const real = new PasswordHasher({ cost });
    const hasher = {
      decoy: real.decoy,
      needsRehash: () => true,
      hash: (text: string, caller?: object) => {
        callers.push(caller);
        return real.hash(text);
      },
      verify: (text: string, phc: string, caller?: object) => {
        callers.push(caller);
        return real.verify(text, phc);
      },
    };
    const store = new MemoryStore();
    const accounts = new Accounts({ store, hasher, now: () => 0, randomId: () => "id" });
    const caller = { signal: new AbortController().signal, client: "192.0.2.1" };
    await accounts.register("alice", password, caller);
    await accounts.verify("alice", password, caller);
    await expect(accounts.verify("nobody", password, caller)).rejects.toEqual(code("auth/bad-credentials"));
    expect(callers).toHaveLength(4); // register, verify, rehash, and the decoy
    for (const given of callers) expect(given).toBe(caller);
  });

  it("nobody waits is not done: the reason of the signal comes out", async () => {
    const real = new PasswordHasher({ cost });
    const accounts = new Accounts({
      store: new MemoryStore(),
      hasher: real,
      now: () => 0,
      randomId: () => "id",
    });
    const signal = AbortSignal.abort(new Error("gone"));
    await expect(accounts.register("alice", password, { signal })).rejects.toThrow("gone");
    await expect(accounts.verify("alice", password, { signal })).rejects.toThrow("gone");
  });
});

describe("the password of a registration", () => {
  it.each([
    ["eight letters", "xkqwvzjy"],
    ["eight characters beyond the first plane", "😀".repeat(8)],
    ["256 bytes", "a".repeat(256)],
    ["spaces", " ".repeat(8)],
  ])("may be %s", async (_what, chosen) => {
    const { accounts } = setUp();
    await accounts.register("alice", chosen);
    await expect(accounts.verify("alice", chosen)).resolves.toMatchObject({ username: "alice" });
  });

  it.each([
    ["nothing", ""],
    ["seven letters", "abcdefg"],
    ["one of the first that are tried", "Password1"],
    ["the username with a number after it", "Alice-2026"],
    ["the name of the service, as it was said", "BAREWIRE1"],
    ["seven characters that are more UTF-16 units and bytes", "😀".repeat(7)],
    ["seven letters with their accents apart", "e\u0301".repeat(7)],
    ["257 bytes", "a".repeat(257)],
    ["half a surrogate pair", "password\ud800"],
  ])("may not be %s", async (_what, chosen) => {
    const { accounts, hasher } = setUp();
    await expect(accounts.register("alice", chosen)).rejects.toEqual(code("account/weak-password"));
    expect(hasher.hashed).toBe(0);
  });

  it("is not repeated in the refusal", async () => {
    const refusal = await setUp()
      .accounts.register("alice", "hunter2")
      .catch((error: unknown) => error);
    expect(String(refusal)).toBe("AuthError: Choose a longer password: at least 8 characters.");
  });
});

describe("logging in", () => {
  it("accepts the username in any case and gives the account as registered", async () => {
    const { accounts } = setUp();
    await accounts.register("Alice", password);
    await expect(accounts.verify("aLICE", password)).resolves.toMatchObject({ id: "id1", username: "Alice" });
  });

  it("refuses wrong password and unknown user with the same error", async () => {
    const { accounts } = setUp();
    await accounts.register("alice", password);
    const wrong = await accounts.verify("alice", "wrong horse").catch((error: unknown) => error);
    const unknown = await accounts.verify("mallory", password).catch((error: unknown) => error);
    const impossible = await accounts.verify("no such: name", password).catch((error: unknown) => error);
    expect(wrong).toEqual(code("auth/bad-credentials"));
    expect(String(unknown)).toBe(String(wrong));
    expect(unknown).toEqual(code("auth/bad-credentials"));
    expect(String(impossible)).toBe(String(wrong));
    expect(impossible).toEqual(code("auth/bad-credentials"));
  });

  it("does the same work for an unknown user: one verification at the current cost", async () => {
    const { accounts, hasher } = setUp();
    for (const username of ["mallory", "no such: name", ""]) {
      await expect(accounts.verify(username, password)).rejects.toEqual(code("auth/bad-credentials"));
    }
    expect(hasher.verified).toHaveLength(3);
    for (const call of hasher.verified) {
      expect(call.password).toBe(password);
      expect(parsePhc(call.phc).cost).toEqual(cost);
    }
  });

  it.each(["", "a".repeat(257), "password\ud800"])(
    "refuses a password that nobody can have, %j",
    async (other) => {
      const { accounts } = setUp();
      await accounts.register("alice", password);
      await expect(accounts.verify("alice", other)).rejects.toEqual(code("auth/bad-credentials"));
      await expect(accounts.verify("mallory", other)).rejects.toEqual(code("auth/bad-credentials"));
    },
  );

  it("says auth/busy, of known and unknown users alike, when too many passwords are under way", async () => {
    const { accounts, hasher } = setUp();
    await accounts.register("alice", password);
    hasher.busy = true;
    await expect(accounts.verify("alice", password)).rejects.toEqual(code("auth/busy"));
    await expect(accounts.verify("mallory", password)).rejects.toEqual(code("auth/busy"));
  });

  it("does not take a damaged hash for a wrong password", async () => {
    const { accounts, store } = setUp();
    await store.createAccount({
      passwordVersion: 0,
      id: "x",
      username: "alice",
      passwordHash: "damaged",
      createdAt: 0,
    });
    await expect(accounts.verify("alice", password)).rejects.toEqual(code("password/malformed-hash"));
  });
});

describe("logging in after the cost rose", () => {
  async function registeredCheaply() {
    const store = new MemoryStore();
    const cheaper = new PasswordHasher({ cost: { ln: 3, r: 1, p: 1 } });
    await store.createAccount({
      passwordVersion: 0,
      id: "id0",
      username: "alice",
      passwordHash: await cheaper.hash(password),
      createdAt: 0,
    });
    return setUp({ store });
  }

  it("replaces the hash by one of the new cost, once", async () => {
    const { accounts, store, hasher } = await registeredCheaply();
    const account = await accounts.verify("alice", password);
    expect(parsePhc(account.passwordHash).cost).toEqual(cost);
    await expect(store.findAccountByUsername("alice")).resolves.toEqual(account);
    await expect(accounts.verify("alice", password)).resolves.toEqual(account);
    expect(hasher.hashed).toBe(1);
  });

  it("keeps the hash when the password is wrong", async () => {
    const { accounts, store, hasher } = await registeredCheaply();
    const before = await store.findAccountByUsername("alice");
    await expect(accounts.verify("alice", "wrong horse")).rejects.toEqual(code("auth/bad-credentials"));
    await expect(store.findAccountByUsername("alice")).resolves.toEqual(before);
    expect(hasher.hashed).toBe(0);
  });

  it("lets the login succeed with the old hash when there is no capacity for a new one", async () => {
    const { accounts, store, hasher } = await registeredCheaply();
    const before = await store.findAccountByUsername("alice");
    const verify = hasher.verify.bind(hasher);
    hasher.verify = async (...call) => {
      const matches = await verify(...call);
      hasher.busy = true;
      return matches;
    };
    await expect(accounts.verify("alice", password)).resolves.toEqual(before);
    await expect(store.findAccountByUsername("alice")).resolves.toEqual(before);
  });

  it("does not overwrite a hash that was stored in between", async () => {
    const { accounts, store, hasher } = await registeredCheaply();
    const before = await store.findAccountByUsername("alice");
    const hash = hasher.hash.bind(hasher);
    hasher.hash = async (...call) => {
      await store.updatePasswordHash("id0", "of a new password", before!.passwordHash);
      return hash(...call);
    };
    await accounts.verify("alice", password);
    await expect(store.findAccountByUsername("alice")).resolves.toMatchObject({
      passwordHash: "of a new password",
    });
  });
});
