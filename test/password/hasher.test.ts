import { describe, expect, it } from "vitest";
import { hashPassword, needsRehash, PasswordHasher, verifyPassword } from "../../src/password/hasher.ts";
import { formatPhc, parsePhc } from "../../src/password/phc.ts";

/** Some microseconds a hash, where the default takes some tenths of a second. */
const cost = { ln: 4, r: 1, p: 1 };
const cheap = (): PasswordHasher => new PasswordHasher({ cost });
const code = (value: string) => expect.objectContaining({ code: value });

const passlib = "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E";

describe("hashing a password", () => {
  it("writes a PHC string of its cost with 16 bytes of salt and 32 of hash", async () => {
    const parsed = parsePhc(await cheap().hash("secret"));
    expect(parsed.cost).toEqual(cost);
    expect(parsed.salt).toHaveLength(16);
    expect(parsed.hash).toHaveLength(32);
  });

  it("salts: the same password gives another hash each time", async () => {
    const hasher = cheap();
    const [one, two] = [parsePhc(await hasher.hash("secret")), parsePhc(await hasher.hash("secret"))];
    expect(one.salt).not.toEqual(two.salt);
    expect(one.hash).not.toEqual(two.hash);
  });

  it("refuses a password that is too long or not Unicode", async () => {
    await expect(cheap().hash("a".repeat(257))).rejects.toEqual(code("password/too-long"));
    await expect(cheap().hash("\ud800")).rejects.toEqual(code("password/not-unicode"));
  });
});

describe("verifying a password", () => {
  it("accepts the password and refuses every other", async () => {
    const hasher = cheap();
    const phc = await hasher.hash("secret");
    await expect(hasher.verify("secret", phc)).resolves.toBe(true);
    for (const other of ["", "secre", "secret ", "Secret", "secrets"]) {
      await expect(hasher.verify(other, phc)).resolves.toBe(false);
    }
  });

  it("accepts a hash of another cost and length than it writes: passlib's", async () => {
    await expect(cheap().verify("password", passlib)).resolves.toBe(true);
    await expect(cheap().verify("Password", passlib)).resolves.toBe(false);
  });

  it("compares the whole hash: one bit anywhere refuses", async () => {
    const hasher = cheap();
    const parsed = parsePhc(await hasher.hash("secret"));
    for (const at of [0, 15, 31]) {
      const hash = Uint8Array.from(parsed.hash);
      hash[at]! ^= 1;
      await expect(hasher.verify("secret", formatPhc({ ...parsed, hash }))).resolves.toBe(false);
    }
  });

  it("accepts another spelling of the same text", async () => {
    const hasher = cheap();
    await expect(hasher.verify("cafe\u0301", await hasher.hash("caf\u00e9"))).resolves.toBe(true);
  });

  it("answers false to a password that could never have been hashed", async () => {
    const hasher = cheap();
    const phc = await hasher.hash("secret");
    await expect(hasher.verify("a".repeat(257), phc)).resolves.toBe(false);
    await expect(hasher.verify("\ud800", phc)).resolves.toBe(false);
  });

  it("rejects a stored string that is damaged", async () => {
    await expect(cheap().verify("secret", "$scrypt$")).rejects.toEqual(code("password/malformed-hash"));
  });

  it.each([
    ["8 GiB of memory", "ln=23,r=8,p=1"],
    ["more memory than there is", "ln=63,r=999999999,p=1"],
    ["little memory, but hours of work", "ln=4,r=8,p=134217727"],
  ])("rejects a stored string that asks for %s as too costly, at once", async (_what, parameters) => {
    const hostile = `$scrypt$${parameters}$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E`;
    await expect(cheap().verify("secret", hostile)).rejects.toEqual(code("password/too-costly"));
  });
});

describe("the decoy", () => {
  it("is a hash of the hasher's own cost and of the usual lengths, the same each time", () => {
    const real = parsePhc(cheap().decoy);
    expect(real.cost).toEqual(cost);
    expect([real.salt.length, real.hash.length]).toEqual([16, 32]);
    expect(cheap().decoy).toBe(cheap().decoy);
  });

  it("matches no password", async () => {
    const hasher = cheap();
    for (const password of ["", "secret", hasher.decoy]) {
      await expect(hasher.verify(password, hasher.decoy)).resolves.toBe(false);
    }
  });
});

describe("needsRehash", () => {
  const phc = (ln: number, salt = 16, hash = 32): string =>
    formatPhc({ cost: { ln, r: 8, p: 1 }, salt: new Uint8Array(salt), hash: new Uint8Array(hash) });

  it("asks for one when the cost rose, not when it is the same or fell", () => {
    const hasher = new PasswordHasher({ cost: { ln: 10, r: 8, p: 1 } });
    expect(hasher.needsRehash(phc(9))).toBe(true);
    expect(hasher.needsRehash(phc(10))).toBe(false);
    expect(hasher.needsRehash(phc(11))).toBe(false);
  });

  it("asks for one when salt or hash is shorter than today's", () => {
    const hasher = new PasswordHasher({ cost: { ln: 10, r: 8, p: 1 } });
    expect(hasher.needsRehash(phc(10, 15))).toBe(true);
    expect(hasher.needsRehash(phc(10, 16, 31))).toBe(true);
    expect(hasher.needsRehash(phc(10, 64, 64))).toBe(false);
  });

  it("compares with the default cost unless told another", () => {
    expect(needsRehash(phc(16))).toBe(true);
    expect(needsRehash(phc(17))).toBe(false);
    expect(needsRehash(phc(17), { ln: 18, r: 8, p: 1 })).toBe(true);
  });

  it("throws for a stored string that is damaged", () => {
    expect(() => cheap().needsRehash("")).toThrow(code("password/malformed-hash"));
  });
});

describe("a flood of logins", () => {
  it("runs two and keeps 64 waiting by default, and tells everybody else that it is busy", async () => {
    const hasher = cheap();
    const outcomes = await Promise.allSettled(Array.from({ length: 70 }, () => hasher.hash("secret")));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(4);
    for (const { reason } of refused) expect(reason).toEqual(code("password/busy"));
    await expect(hasher.hash("secret")).resolves.toContain("$scrypt$");
  });

  it("keeps eight of one client waiting by default, and has room for others", async () => {
    const hasher = cheap();
    const phc = await hasher.hash("secret");
    const flood = Array.from({ length: 30 }, () => hasher.verify("guess", phc, { client: "192.0.2.1" }));
    const settled = Promise.allSettled(flood);
    await expect(hasher.verify("secret", phc, { client: "192.0.2.2" })).resolves.toBe(true);
    const refused = (await settled).filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(20);
    for (const { reason } of refused) expect(reason).toEqual(code("password/busy"));
  });

  it("whose clients have left keeps nobody waiting", async () => {
    const hasher = cheap();
    const phc = await hasher.hash("secret");
    const leaving = new AbortController();
    const flood = Array.from({ length: 66 }, () => hasher.verify("guess", phc, { signal: leaving.signal }));
    const settled = Promise.allSettled(flood);
    leaving.abort();
    await expect(hasher.verify("secret", phc)).resolves.toBe(true);
    const dropped = (await settled).filter((outcome) => outcome.status === "rejected");
    expect(dropped.map(({ reason }) => reason)).toEqual(Array(64).fill(leaving.signal.reason));
  });

  it("takes as many as the options say", async () => {
    const hasher = new PasswordHasher({ cost, concurrency: 1, queue: 1 });
    const phc = await hasher.hash("secret");
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => hasher.verify("secret", phc)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  });
});

describe("the options of a hasher", () => {
  it.each([
    ["a cost scrypt is not defined for", { cost: { ln: 0, r: 8, p: 1 } }],
    ["a cost that verify would refuse", { cost: { ln: 20, r: 8, p: 1 } }],
    ["no concurrency", { concurrency: 0 }],
  ])("are refused with %s", (_what, options) => {
    expect(() => new PasswordHasher(options)).toThrow(RangeError);
  });
});

describe("the functions of the process's own hasher", () => {
  it("hash at the default cost and verify", async () => {
    const phc = await hashPassword("correct horse battery staple");
    expect(phc).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    await expect(verifyPassword("correct horse battery staple", phc)).resolves.toBe(true);
    await expect(verifyPassword("incorrect horse battery staple", phc)).resolves.toBe(false);
    expect(needsRehash(phc)).toBe(false);
  });
});
