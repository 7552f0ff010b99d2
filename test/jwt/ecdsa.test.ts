import { sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { curves, ecdsa } from "../../src/jwt/ecdsa.ts";
import { importKey } from "../../src/jwt/key.ts";
import { refusal } from "./forge.ts";
import { k256, p256, p384, p521, rsa } from "./hostile/pairs.ts";

const algorithms = [
  ["ES256", "RFC 7518 §3.4", "sha256", p256, curves.p256],
  ["ES384", "RFC 7518 §3.4", "sha384", p384, curves.p384],
  ["ES512", "RFC 7518 §3.4", "sha512", p521, curves.p521],
  ["ES256K", "RFC 8812 §3.2", "sha256", k256, curves.secp256k1],
] as const;
const input = "eyJhbGciOiJFUzI1NiJ9.e30";
const bytes = Buffer.from(input);
const dsaEncoding = "ieee-p1363";

describe.each(algorithms)("%s %s", (alg, _section, hash, pair, curve) => {
  const size = curve.order.length;
  const key = importKey(pair.privateKey, alg);
  const verifier = importKey(pair.publicKey, alg);

  it("signs what node:crypto verifies, and verifies what node:crypto signs", () => {
    for (let i = 0; i < (size === 32 ? 100 : 15); i++) {
      const ours = Buffer.from(key.sign(input), "base64url");
      expect(ours).toHaveLength(2 * size);
      expect(verify(hash, bytes, { key: pair.publicKey, dsaEncoding }, ours)).toBe(true);
      const theirs = sign(hash, bytes, { key: pair.privateKey, dsaEncoding }).toString("base64url");
      expect(verifier.verify(input, theirs)).toBe(true);
      expect(verifier.verify(bytes, theirs)).toBe(true);
    }
  });

  it("refuses a signature in DER, which is OpenSSL's spelling and not JOSE's", () => {
    const der = sign(hash, bytes, pair.privateKey).toString("base64url");
    expect(verifier.verify(input, der)).toBe(false);
  });

  it("refuses a signature of zeros, and one that is not base64url", () => {
    expect(verifier.verify(input, Buffer.alloc(2 * size).toString("base64url"))).toBe(false);
    expect(verifier.verify(input, "")).toBe(false);
    expect(verifier.verify(input, `${key.sign(input)}=`)).toBe(false);
  });

  it("takes the other of the two signatures that there are, (r, n − s): ECDSA is malleable", () => {
    const n = BigInt(`0x${Buffer.from(curve.order).toString("hex")}`);
    const octets = Buffer.from(key.sign(input), "base64url");
    const s = BigInt(`0x${octets.subarray(size).toString("hex")}`);
    octets.set(Buffer.from((n - s).toString(16).padStart(2 * size, "0"), "hex"), size);
    expect(verifier.verify(input, octets.toString("base64url"))).toBe(true);
  });
});

describe("RFC 7518 §6.2.1.1 which keys are admitted", () => {
  // Points, halves and curves that do not fit: hostile-keys/curves.ts.
  it.each([
    ["p256", p256],
    ["p384", p384],
    ["p521", p521],
    ["secp256k1", k256],
  ] as const)("admits a key on %s, and none on another curve", (name, pair) => {
    const { admit } = ecdsa("sha256", curves[name]);
    expect(admit(pair.publicKey)).toBe(pair.publicKey);
    expect(admit(pair.privateKey)).toBe(pair.privateKey);
    for (const other of [p256, p384, p521, k256]) {
      if (other !== pair) expect(refusal(() => admit(other.privateKey))).toBe("key/wrong-curve");
    }
    expect(refusal(() => admit(rsa.publicKey))).toBe("key/wrong-type");
  });
});
