import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import { exportJwk, importKey } from "../../src/jwt/key.ts";
import { pair, refusal, secret } from "./forge.ts";
import { ed448, ed25519, hasMlDsa, k256, mlDsaPair, p256, p384, p521, rsa } from "./hostile/pairs.ts";
import { der, octetString } from "./hostile-keys/der.ts";
import { a1, a3 } from "./vectors.ts";

const { d: _, ...a3Public } = a3.key;

describe("RFC 7517 §4 what a key goes out as", () => {
  it("exports the public half of a private key", () => {
    expect(exportJwk(pair)).toEqual({ ...a3Public, alg: "ES256" });
  });

  it("exports the private half when asked", () => {
    expect(exportJwk(pair, { private: true })).toEqual({ ...a3.key, alg: "ES256" });
    expect(exportJwk(secret, { private: true })).toEqual({ ...a1.key, alg: "HS256" });
  });

  it.each([
    ["RS256", rsa, ["d", "p", "q", "dp", "dq", "qi"]],
    ["PS512", rsa, ["d", "p", "q", "dp", "dq", "qi"]],
    ["ES256", p256, ["d"]],
    ["ES384", p384, ["d"]],
    ["ES512", p521, ["d"]],
    ["ES256K", k256, ["d"]],
    ["EdDSA", ed25519, ["d"]],
    ["Ed448", ed448, ["d"]],
    ...(hasMlDsa ? ([["ML-DSA-65", mlDsaPair("ml-dsa-65"), ["priv"]]] as const) : []),
  ] as const)("exports a key for %s whole, or without one private member", (alg, { privateKey }, members) => {
    const key = importKey(privateKey, alg, { kid: "a" });
    const whole = exportJwk(key, { private: true });
    const half = exportJwk(key);
    expect(whole).toMatchObject({ ...half, alg, kid: "a" });
    expect(
      Object.keys(whole)
        .filter((name) => !(name in half))
        .sort(),
    ).toEqual([...members].sort());
    expect(importKey(whole, alg)).toMatchObject({ type: "private", kid: "a" });
    expect(importKey(half, alg)).toMatchObject({ type: "public", kid: "a" });
    expect(exportJwk(importKey(whole, alg), { private: true })).toEqual(whole);
  });

  it.each([
    { ...a1.key, alg: "HS256", kid: "s", use: "sig" },
    { ...a1.key, alg: "HS256", key_ops: ["verify"] },
    { ...a3.key, alg: "ES256", kid: "p", key_ops: ["sign"] },
  ])("gives back the JWK that came in: %#", (jwk) => {
    const key = importKey(jwk, jwk.alg as Algorithm);
    expect(exportJwk(key, { private: true })).toEqual(jwk);
    expect(exportJwk(importKey(exportJwk(key, { private: true }), key.alg), { private: true })).toEqual(jwk);
  });

  it("leaves out of the public half what the private one is limited to", () => {
    const key = importKey({ ...a3.key, key_ops: ["sign"] }, "ES256");
    expect(exportJwk(key)).toEqual({ ...a3Public, alg: "ES256" });
  });

  it("keeps the use that the caller names", () => {
    expect(exportJwk(importKey(createPublicKey(pair.material), "ES256", { use: "sig" })).use).toBe("sig");
  });

  it("never exports a secret without being asked", () => {
    expect(refusal(() => exportJwk(secret))).toBe("key/not-public");
    expect(refusal(() => exportJwk(secret, { private: false }))).toBe("key/not-public");
  });

  it("has no private half of a public key to export", () => {
    expect(refusal(() => exportJwk(importKey(a3Public, "ES256"), { private: true }))).toBe("key/not-private");
  });

  if (hasMlDsa) {
    it("refuses to export an ML-DSA key that came without its seed, which signs all the same", () => {
      const { privateKey } = mlDsaPair("ml-dsa-44");
      const key = importKey(withoutSeed(privateKey.export({ format: "der", type: "pkcs8" })), "ML-DSA-44");
      expect(key.verify("input", key.sign("input"))).toBe(true);
      expect(refusal(() => exportJwk(key, { private: true }))).toBe("key/not-private");
      expect(exportJwk(key)).toEqual(exportJwk(importKey(privateKey, "ML-DSA-44")));
    });
  }

  it("throws a TypeError for wrong arguments", () => {
    for (const wrong of [
      { private: "yes" },
      { private: 1 },
      { private: null },
      { privat: true },
      true,
      null,
      [],
    ]) {
      expect(() => exportJwk(secret, wrong as never)).toThrow(TypeError);
    }
    expect(() => exportJwk(a3.key as never)).toThrow(TypeError);
    expect(() => exportJwk({ ...pair } as never)).toThrow(TypeError);
  });
});

/** RFC 9881 §6: of the two forms of private key that PKCS #8 may hold, the expanded one alone. */
function withoutSeed(pkcs8: Buffer): ReturnType<typeof createPrivateKey> {
  const seedAt = pkcs8.indexOf(Buffer.of(0x04, 0x20), 20);
  const expanded = pkcs8.subarray(seedAt + 2 + 32 + 4);
  const versionAndAlgorithm = pkcs8.subarray(4, pkcs8.indexOf(Buffer.of(0x04, 0x82), 4));
  const key = der(0x30, versionAndAlgorithm, octetString(octetString(expanded)));
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}
