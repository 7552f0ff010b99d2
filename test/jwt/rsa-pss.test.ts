import { generateKeyPairSync, type KeyPairKeyObjectResult, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { importKey } from "../../src/jwt/key.ts";
import { type PssHash, plainOf, pssOf } from "../../src/jwt/rsa-pss.ts";
import { refusal } from "./forge.ts";
import { rsa } from "./hostile/pairs.ts";

const hashes: readonly (readonly [PssHash, number])[] = [
  ["sha256", 32],
  ["sha384", 48],
  ["sha512", 64],
];
const made = (options: object): KeyPairKeyObjectResult =>
  generateKeyPairSync("rsa-pss", { modulusLength: 2_048, ...options });
const bytes = Buffer.from("eyJhbGciOiJQUzI1NiJ9.e30");

describe("RFC 4055 §3.1 a key with its parameters inside", () => {
  it.each(hashes)("has %s, its mask, and a salt of %i octets", (hash, saltLength) => {
    for (const half of [rsa.publicKey, rsa.privateKey]) {
      const pss = pssOf(half, hash);
      expect(pss.type).toBe(half.type);
      expect(pss.asymmetricKeyType).toBe("rsa-pss");
      expect(pss.asymmetricKeyDetails).toEqual({
        modulusLength: 2_048,
        publicExponent: 65_537n,
        hashAlgorithm: hash,
        mgf1HashAlgorithm: hash,
        saltLength,
      });
    }
  });

  it("signs and verifies without any option, and with no other hash", () => {
    const [signer, verifier] = [pssOf(rsa.privateKey, "sha256"), pssOf(rsa.publicKey, "sha256")];
    expect(verify("sha256", bytes, verifier, sign("sha256", bytes, signer))).toBe(true);
    expect(() => sign("sha512", bytes, signer)).toThrow();
  });

  it("is as Node's own, octet for octet", () => {
    const { publicKey, privateKey } = made({
      hashAlgorithm: "sha256",
      mgf1HashAlgorithm: "sha256",
      saltLength: 32,
    });
    const der = { format: "der", type: "spki" } as const;
    expect(pssOf(plainOf(publicKey, "sha256"), "sha256").export(der)).toEqual(publicKey.export(der));
    const pkcs8 = { format: "der", type: "pkcs8" } as const;
    expect(pssOf(plainOf(privateKey, "sha256"), "sha256").export(pkcs8)).toEqual(privateKey.export(pkcs8));
  });

  it("takes moduli whose lengths need one, two and three octets of DER", () => {
    for (const modulusLength of [512, 1_024, 4_096]) {
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength });
      expect(plainOf(pssOf(publicKey, "sha256"), "sha256").equals(publicKey)).toBe(true);
    }
  });
});

describe("RFC 7518 §3.5 an RSASSA-PSS key that comes in", () => {
  it("is an ordinary RSA key from then on, of the same numbers", () => {
    const plain = plainOf(pssOf(rsa.privateKey, "sha384"), "sha384");
    expect(plain.asymmetricKeyType).toBe("rsa");
    expect(plain.export({ format: "jwk" })).toEqual(rsa.privateKey.export({ format: "jwk" }));
  });

  it("may be without parameters, or with a shorter least salt", () => {
    const some = { hashAlgorithm: "sha256", mgf1HashAlgorithm: "sha256", saltLength: 20 };
    for (const { privateKey, publicKey } of [made({}), made(some)]) {
      const token = importKey(privateKey, "PS256").sign("input");
      expect(importKey(publicKey, "PS256").verify("input", token)).toBe(true);
    }
  });

  it.each([
    ["another hash", { hashAlgorithm: "sha512", mgf1HashAlgorithm: "sha512", saltLength: 32 }],
    ["another mask", { hashAlgorithm: "sha256", mgf1HashAlgorithm: "sha1", saltLength: 32 }],
    ["a longer least salt", { hashAlgorithm: "sha256", mgf1HashAlgorithm: "sha256", saltLength: 33 }],
  ])("is refused with %s", (_what, options) => {
    const { publicKey, privateKey } = made(options);
    for (const half of [publicKey, privateKey]) {
      expect(refusal(() => plainOf(half, "sha256"))).toBe("key/wrong-algorithm");
    }
  });
});
