import { createPublicKey, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bindPair, octetsOf, publicHalf } from "../../src/jwt/asymmetric.ts";
import { ed25519, rsa } from "./hostile/pairs.ts";

describe("RFC 7515 §5.2 signatures with a key pair", () => {
  it("are made with the private half and verified with either", () => {
    const both = bindPair("sha256", rsa.privateKey);
    const one = bindPair("sha256", rsa.publicKey);
    const signature = both.sign("a.b");
    expect(signature).toBe(sign("sha256", Buffer.from("a.b"), rsa.privateKey).toString("base64url"));
    for (const half of [both, one]) {
      expect(half.verify("a.b", signature)).toBe(true);
      expect(half.verify("a.c", signature)).toBe(false);
    }
    expect(() => one.sign("a.b")).toThrow();
  });

  it("are refused in any spelling of base64url but one", () => {
    const { sign, verify } = bindPair(null, ed25519.privateKey);
    const signature = sign("a.b");
    // 64 octets leave four bits over in the last character.
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const next = alphabet[alphabet.indexOf(signature.at(-1)!) + 1];
    expect(verify("a.b", signature)).toBe(true);
    for (const other of [
      `${signature.slice(0, -1)}${next}`,
      `${signature}==`,
      `${signature}\n`,
      ` ${signature}`,
    ]) {
      expect(Buffer.from(other, "base64url")).toEqual(Buffer.from(signature, "base64url"));
      expect(verify("a.b", other)).toBe(false);
    }
  });

  it("are over the same octets, whether the input is text or bytes", () => {
    const { sign, verify } = bindPair(null, ed25519.privateKey);
    expect(sign(Buffer.from("a.b"))).toBe(sign("a.b"));
    expect(verify(Uint8Array.of(0x61, 0x2e, 0x62), sign("a.b"))).toBe(true);
    expect(octetsOf("a.b")).toEqual(Buffer.from("a.b"));
    const bytes = Buffer.of(0xff, 0x00);
    expect(octetsOf(bytes)).toBe(bytes);
  });
});

describe("the public half", () => {
  it("of a private key is that of its pair, and of a public key the key itself", () => {
    expect(publicHalf(rsa.privateKey).equals(rsa.publicKey)).toBe(true);
    expect(publicHalf(ed25519.privateKey).equals(createPublicKey(ed25519.privateKey))).toBe(true);
    expect(publicHalf(rsa.publicKey)).toBe(rsa.publicKey);
  });
});
