/** What OWASP ASVS 5.0 asks of passwords and accounts, where no other test shows it. */
import { describe, expect, it } from "vitest";
import { Accounts, MemoryStore } from "../../src/auth/index.ts";
import { PasswordHasher } from "../../src/password/index.ts";

const code = (value: string) => expect.objectContaining({ code: value });
const YEAR = 365 * 24 * 3_600_000;

function setUp() {
  const clock = { now: 1_700_000_000_000 };
  let ids = 0;
  const randomId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const hasher = new PasswordHasher({ cost: { ln: 4, r: 8, p: 1 } });
  const accounts = new Accounts({ store: new MemoryStore(), hasher, now: () => clock.now, randomId });
  return { accounts, clock };
}

describe("ASVS 5.0 §6.2 a password", () => {
  it("is checked to its last character, and in its case", async () => {
    const { accounts } = setUp();
    const password = `${"Long and Winding ".repeat(15)}x`;
    expect(Buffer.byteLength(password)).toBe(256);
    await accounts.register("alice", password);
    await expect(accounts.verify("alice", password)).resolves.toMatchObject({ username: "alice" });
    for (const other of [
      password.slice(0, -1),
      `${password.slice(0, -1)}X`,
      password.toLowerCase(),
      password.toUpperCase(),
      ` ${password.slice(0, -1)}`,
      password.trimEnd().replace("Winding ", "Winding"),
    ]) {
      await expect(accounts.verify("alice", other), other).rejects.toEqual(code("auth/bad-credentials"));
    }
  });

  it("keeps the spaces around it", async () => {
    const { accounts } = setUp();
    await accounts.register("alice", "  between spaces  ");
    await expect(accounts.verify("alice", "between spaces")).rejects.toEqual(code("auth/bad-credentials"));
    await expect(accounts.verify("alice", "  between spaces  ")).resolves.toBeDefined();
  });

  it("may have 64 characters, even of four bytes each", async () => {
    const { accounts } = setUp();
    const password = "🐢🐇🦔🐿️".replace("\ufe0f", "").repeat(16);
    expect([...password]).toHaveLength(64);
    await accounts.register("alice", password);
    await expect(accounts.verify("alice", password)).resolves.toBeDefined();
  });

  it("is as good after ten years", async () => {
    const { accounts, clock } = setUp();
    await accounts.register("alice", "correct horse battery staple");
    clock.now += 10 * YEAR;
    await expect(accounts.verify("alice", "correct horse battery staple")).resolves.toBeDefined();
  });
});

describe("ASVS 5.0 §6.3.2 an account", () => {
  it.each(["admin", "administrator", "root", "user", "test", "guest", "barewire"])(
    "belongs to nobody in a new database: %s",
    async (username) => {
      const { accounts } = setUp();
      for (const password of ["", username, "password", "changeme"]) {
        await expect(accounts.verify(username, password)).rejects.toEqual(code("auth/bad-credentials"));
      }
      await expect(accounts.register(username, "nobody had this name")).resolves.toMatchObject({ username });
    },
  );
});
