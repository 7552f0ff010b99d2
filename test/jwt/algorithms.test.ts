import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign as nodeSign,
  verify as nodeVerify,
} from "node:crypto";
import { describe, expect, it } from "vitest";
import { algorithmRow, algorithms } from "../../src/jwt/algorithms.ts";
import { importKey } from "../../src/jwt/key.ts";
import { pair, refusal, secret } from "./forge.ts";

const input = "eyJhbGciOiJIUzI1NiJ9.e30";

describe("RFC 7518 §3.1 the table of algorithms", () => {
  it("has no row for none", () => {
    expect(Object.keys(algorithms)).not.toContain("none");
    expect(refusal(() => algorithmRow("none" as never))).toBe("alg/unsupported");
  });
});

describe("RFC 7518 §3.2 HS256", () => {
  it("signs as node:crypto does", () => {
    const expected = createHmac("sha256", secret.material).update(input).digest("base64url");
    expect(secret.sign(input)).toBe(expected);
    expect(secret.verify(input, expected)).toBe(true);
  });

  it("refuses a signature in which any one character is another", () => {
    const signature = secret.sign(input);
    for (let at = 0; at < signature.length; at++) {
      const other = signature[at] === "A" ? "B" : "A";
      expect(secret.verify(input, signature.slice(0, at) + other + signature.slice(at + 1))).toBe(false);
    }
  });

  it("refuses a signature cut short or continued", () => {
    const signature = secret.sign(input);
    for (const wrong of [
      "",
      signature.slice(0, -1),
      signature.slice(1),
      `${signature}A`,
      signature + signature,
    ]) {
      expect(secret.verify(input, wrong)).toBe(false);
    }
  });

  it("refuses characters whose low byte alone would fit", () => {
    const signature = secret.sign(input);
    const beyond = String.fromCharCode(signature.charCodeAt(0) + 0x100) + signature.slice(1);
    expect(secret.verify(input, beyond)).toBe(false);
  });
});

describe("RFC 7518 §3.4 ES256", () => {
  const verifier = createPublicKey(pair.material);

  it("signs what node:crypto verifies, and verifies what node:crypto signs", () => {
    const data = Buffer.from(input);
    for (let i = 0; i < 50; i++) {
      const ours = pair.sign(input);
      expect(ours).toHaveLength(86);
      expect(
        nodeVerify(
          "sha256",
          data,
          { key: verifier, dsaEncoding: "ieee-p1363" },
          Buffer.from(ours, "base64url"),
        ),
      ).toBe(true);
      const theirs = nodeSign("sha256", data, { key: pair.material, dsaEncoding: "ieee-p1363" });
      expect(pair.verify(input, theirs.toString("base64url"))).toBe(true);
    }
  });

  it("refuses a signature in DER, which is OpenSSL's spelling and not JOSE's", () => {
    const der = nodeSign("sha256", Buffer.from(input), pair.material);
    expect(pair.verify(input, der.toString("base64url"))).toBe(false);
  });

  it("refuses a signature of zeros, whatever the key", () => {
    const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey;
    for (const key of [pair, importKey(other, "ES256")]) {
      expect(key.verify(input, Buffer.alloc(64).toString("base64url"))).toBe(false);
    }
  });
});
