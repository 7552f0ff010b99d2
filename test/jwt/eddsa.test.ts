import { sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { eddsa } from "../../src/jwt/eddsa.ts";
import { importKey } from "../../src/jwt/key.ts";
import { refusal } from "./forge.ts";
import { ed448, ed25519, p256 } from "./hostile/pairs.ts";

const input = "eyJhbGciOiJFZERTQSJ9.e30";
const bytes = Buffer.from(input);

describe.each([
  ["EdDSA", "Ed25519", ed25519, 64],
  ["EdDSA", "Ed448", ed448, 114],
  ["Ed25519", "Ed25519", ed25519, 64],
  ["Ed448", "Ed448", ed448, 114],
] as const)("RFC 8037 §3.1 %s on %s", (alg, _crv, { publicKey, privateKey }, length) => {
  const key = importKey(privateKey, alg);

  it("signs as node:crypto does: there is one signature", () => {
    const expected = sign(null, bytes, privateKey);
    expect(expected).toHaveLength(length);
    expect(key.sign(input)).toBe(expected.toString("base64url"));
    expect(key.sign(bytes)).toBe(expected.toString("base64url"));
    expect(verify(null, bytes, publicKey, Buffer.from(key.sign(input), "base64url"))).toBe(true);
  });

  it("verifies with either half", () => {
    const signature = sign(null, bytes, privateKey).toString("base64url");
    for (const half of [key, importKey(publicKey, alg)]) {
      expect(half.verify(input, signature)).toBe(true);
      expect(half.verify(`${input}x`, signature)).toBe(false);
      expect(half.verify(input, `${signature}=`)).toBe(false);
      expect(half.verify(input, "")).toBe(false);
    }
  });
});

describe("RFC 9864 §2.2 two names for one signature", () => {
  it("signs under the name it was imported with, and accepts both", () => {
    for (const alg of ["EdDSA", "Ed25519"] as const) {
      const key = importKey(ed25519.privateKey, alg);
      expect(key.alg).toBe(alg);
      expect(["EdDSA", "Ed25519", "Ed448"].map((name) => key.accepts(name))).toEqual([true, true, false]);
    }
  });

  it("accepts a JWK under either name, and not under the other curve's", () => {
    const jwk = ed448.publicKey.export({ format: "jwk" });
    for (const [alg, stated, verdict] of [
      ["EdDSA", "EdDSA", "accepted"],
      ["EdDSA", "Ed448", "accepted"],
      ["Ed448", "EdDSA", "accepted"],
      ["Ed448", "Ed448", "accepted"],
      ["EdDSA", "Ed25519", "key/wrong-algorithm"],
      ["Ed448", "Ed25519", "key/wrong-algorithm"],
    ] as const) {
      expect(
        refusal(() => importKey({ ...jwk, kty: "OKP", alg: stated }, alg)),
        `${stated} for ${alg}`,
      ).toBe(verdict);
    }
  });
});

describe("RFC 8037 §2 which keys are admitted", () => {
  // Points that are none, or of small order: edwards.test.ts and hostile-keys/okp.ts.
  it("admits a key on its curves, and on no other", () => {
    const both = eddsa(["Ed25519", "Ed448"], (crv) => crv);
    const one = eddsa(["Ed25519"], () => "EdDSA");
    expect(both.admit(ed448.privateKey)).toBe(ed448.privateKey);
    expect(both.admit(ed25519.publicKey)).toBe(ed25519.publicKey);
    expect(one.admit(ed25519.publicKey)).toBe(ed25519.publicKey);
    expect(refusal(() => one.admit(ed448.publicKey))).toBe("key/wrong-curve");
    expect(refusal(() => both.admit(p256.publicKey))).toBe("key/wrong-type");
  });
});
