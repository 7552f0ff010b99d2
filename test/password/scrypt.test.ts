import { describe, expect, it } from "vitest";
import { randomSalt, scryptKey } from "../../src/password/scrypt.ts";

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");

/**
 * All vectors of RFC 7914 §12 but the last (N = 1048576): it fills 1 GiB and takes seconds, which a test
 * that everybody runs must not; it exercises nothing that the third does not.
 */
const vectors = [
  {
    password: "",
    salt: "",
    cost: { ln: 4, r: 1, p: 1 },
    key:
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
      "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
  },
  {
    password: "password",
    salt: "NaCl",
    cost: { ln: 10, r: 8, p: 16 },
    key:
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
      "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
  },
  {
    password: "pleaseletmein",
    salt: "SodiumChloride",
    cost: { ln: 14, r: 8, p: 1 },
    key:
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2" +
      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
  },
] as const;

describe("RFC 7914 §12 test vectors for scrypt", () => {
  for (const { password, salt, cost, key } of vectors) {
    it(`derives the key of "${password}" and "${salt}" at N=${2 ** cost.ln} r=${cost.r} p=${cost.p}`, async () => {
      const derived = await scryptKey(utf8(password), utf8(salt), cost, 64);
      expect(Buffer.from(derived).toString("hex")).toBe(key);
    });
  }
});

describe("scryptKey", () => {
  it("gives scrypt all the memory it needs at the default cost, above OpenSSL's own limit", async () => {
    const key = await scryptKey(utf8("a"), utf8("b"), { ln: 17, r: 8, p: 1 }, 32);
    expect(key).toHaveLength(32);
  });

  it("rejects when scrypt is not defined for the cost", async () => {
    await expect(scryptKey(utf8("a"), utf8("b"), { ln: 16, r: 1, p: 1 }, 32)).rejects.toThrow();
  });
});

describe("randomSalt", () => {
  it("gives as many bytes as asked for, different each time", () => {
    expect(randomSalt(16)).toHaveLength(16);
    expect(randomSalt(16)).not.toEqual(randomSalt(16));
  });
});
