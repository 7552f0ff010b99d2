import { constants, createPublicKey, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { importKey } from "../../src/jwt/key.ts";
import { rsaPkcs1, rsaPss } from "../../src/jwt/rsa.ts";
import { refusal } from "./forge.ts";
import { p256, rsa } from "./hostile/pairs.ts";

const input = "eyJhbGciOiJSUzI1NiJ9.e30";
const bytes = Buffer.from(input);

describe.each([256, 384, 512] as const)("RFC 7518 §3.3 RS%i", (size) => {
  const key = importKey(rsa.privateKey, `RS${size}`);
  const hash = `sha${size}`;

  it("signs as node:crypto does: there is one signature", () => {
    expect(key.sign(input)).toBe(sign(hash, bytes, rsa.privateKey).toString("base64url"));
    expect(key.sign(bytes)).toBe(key.sign(input));
  });

  it("verifies with either half", () => {
    const signature = sign(hash, bytes, rsa.privateKey).toString("base64url");
    for (const half of [key, importKey(rsa.publicKey, `RS${size}`)]) {
      expect(half.verify(input, signature)).toBe(true);
      expect(half.verify(bytes, signature)).toBe(true);
      expect(half.verify(`${input}x`, signature)).toBe(false);
      expect(half.verify(input, `${signature}=`)).toBe(false);
      expect(half.verify(input, "")).toBe(false);
    }
  });
});

describe.each([256, 384, 512] as const)("RFC 7518 §3.5 PS%i", (size) => {
  const key = importKey(rsa.privateKey, `PS${size}`);
  const hash = `sha${size}`;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength = size / 8;

  it("signs what node:crypto verifies with the salt as long as the hash, each time anew", () => {
    const signatures = [key.sign(input), key.sign(input)];
    expect(signatures[0]).not.toBe(signatures[1]);
    for (const signature of signatures) {
      const octets = Buffer.from(signature, "base64url");
      expect(verify(hash, bytes, { key: rsa.publicKey, padding, saltLength }, octets)).toBe(true);
      expect(verify(hash, bytes, { key: rsa.publicKey, padding, saltLength: saltLength - 1 }, octets)).toBe(
        false,
      );
    }
  });

  it("verifies what node:crypto signs, with either half", () => {
    const signature = sign(hash, bytes, { key: rsa.privateKey, padding, saltLength }).toString("base64url");
    for (const half of [key, importKey(rsa.publicKey, `PS${size}`)]) {
      expect(half.verify(input, signature)).toBe(true);
      expect(half.verify(`${input}x`, signature)).toBe(false);
    }
  });

  it("refuses every other length of salt", () => {
    const most = 256 - saltLength - 2;
    for (const salt of [0, 20, saltLength - 1, saltLength + 1, most]) {
      const signature = sign(hash, bytes, { key: rsa.privateKey, padding, saltLength: salt }).toString(
        "base64url",
      );
      expect(key.verify(input, signature), `${salt} octets`).toBe(false);
    }
  });
});

describe("RFC 8725 §3.1 a key for the one padding is not for the other", () => {
  it("refuses the other's signature", () => {
    const [pkcs1, pss] = [importKey(rsa.privateKey, "RS256"), importKey(rsa.privateKey, "PS256")];
    expect(pkcs1.verify(input, pss.sign(input))).toBe(false);
    expect(pss.verify(input, pkcs1.sign(input))).toBe(false);
  });
});

describe("RFC 7518 §3.3 which keys are admitted", () => {
  // Sizes, exponents and numbers that do not belong together: hostile-keys/rsa.ts.
  it.each([rsaPkcs1("sha256"), rsaPss("sha256")])("admits an RSA key, and no other", ({ admit }) => {
    expect(admit(rsa.privateKey).type).toBe("private");
    expect(admit(rsa.publicKey).type).toBe("public");
    expect(refusal(() => admit(p256.publicKey))).toBe("key/wrong-type");
  });

  it("admits the largest exponent that OpenSSL computes with for every modulus", () => {
    const { n } = rsa.publicKey.export({ format: "jwk" });
    const jwk = { kty: "RSA", n: n!, e: Buffer.alloc(8, 0xff).toString("base64url") };
    expect(importKey(jwk, "RS256").material.asymmetricKeyDetails?.publicExponent).toBe(2n ** 64n - 1n);
  });

  it("keeps the modulus and the exponent", () => {
    const { material } = importKey(rsa.privateKey, "PS512");
    expect(createPublicKey(material).export({ format: "jwk" })).toEqual(
      rsa.publicKey.export({ format: "jwk" }),
    );
  });
});
