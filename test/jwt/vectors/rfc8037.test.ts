import { describe, expect, it } from "vitest";
import { exportJwk, importKey, signJws, thumbprint, verifyJws } from "../../../src/jwt/index.ts";
import { expectFragile, expectReproducible, expectSame, expectVerified } from "./proof.ts";
import { eddsa, okpThumbprint, payload, privateKey, publicKey } from "./rfc8037.ts";

describe("RFC 8037 §A Ed25519", () => {
  it("finds the public key of §A.2 in the private one of §A.1", () => {
    expect(exportJwk(importKey(privateKey, "EdDSA"))).toEqual({ ...publicKey, alg: "EdDSA" });
    expect(exportJwk(importKey(privateKey, "EdDSA"), { private: true })).toEqual({
      ...privateKey,
      alg: "EdDSA",
    });
  });

  it("computes the thumbprint of §A.3, from either half", () => {
    expect(thumbprint(okpThumbprint.key)).toBe(okpThumbprint.thumbprint);
    expect(thumbprint(privateKey)).toBe(okpThumbprint.thumbprint);
  });

  it("writes the signature of §A.4, letter for letter", () => {
    expectReproducible(eddsa);
    expectSame(eddsa, payload);
  });

  it("verifies it, as §A.5 does", () => expectVerified(eddsa, { alg: "EdDSA" }, payload));

  it("refuses it with any character changed", () => expectFragile(eddsa));

  it("verifies it with the key under its newer name, and then signs under that one (RFC 9864 §2.2)", () => {
    const newer = importKey(privateKey, "Ed25519");
    expect(verifyJws(eddsa.token, newer).payload.toString()).toBe(payload);
    const { header } = verifyJws(signJws(payload, newer), importKey(publicKey, "EdDSA"));
    expect(header).toEqual({ alg: "Ed25519" });
  });
});
