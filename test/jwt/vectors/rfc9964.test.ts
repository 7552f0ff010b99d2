import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Algorithm, exportJwk, importKey, thumbprint, verifyJws } from "../../../src/jwt/index.ts";
import { cut, refusal } from "./proof.ts";
import { mlDsa44, payload, seed, thumbprints } from "./rfc9964.ts";

/** The last octet of id-ml-dsa-44 and its sisters, 2.16.840.1.101.3.4.3.17 and on. */
const identifiers: Partial<Record<Algorithm, string>> = {
  "ML-DSA-44": "11",
  "ML-DSA-65": "12",
  "ML-DSA-87": "13",
};

/** A private key of nothing but the seed, PKCS #8: RFC 9881 §6. */
function grown(alg: Algorithm): string {
  const head = `3034020100300b06096086480165030403${identifiers[alg]}04228020`;
  const der = Buffer.concat([Buffer.from(head, "hex"), Buffer.from(seed, "base64url")]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----\n`;
}

const available = (() => {
  try {
    createPublicKey(grown("ML-DSA-44"));
    return true;
  } catch {
    return false;
  }
})();

if (available) describe("RFC 9964 §A.1 ML-DSA", examples);
else describe("RFC 9964 on a runtime without ML-DSA", absence);

function examples(): void {
  it.each(thumbprints)("grows the key of %s from the seed, %s", (alg, kid) => {
    const key = importKey(grown(alg), alg);
    expect(thumbprint(exportJwk(key))).toBe(kid);
    expect(exportJwk(key, { private: true })).toMatchObject({ kty: "AKP", alg, priv: seed });
  });

  it("takes the keys in as JWKs, and writes them as they were", () => {
    for (const [alg, kid] of thumbprints) {
      const jwk = { ...exportJwk(importKey(grown(alg), alg), { private: true }), kid };
      expect(exportJwk(importKey(jwk, alg), { private: true })).toEqual(jwk);
    }
  });

  it("verifies the example, and refuses it changed", () => {
    const [input, signature] = cut(mlDsa44);
    const theirs = createPublicKey(grown("ML-DSA-44"));
    expect(verify(null, Buffer.from(input), theirs, Buffer.from(signature, "base64url"))).toBe(true);
    const key = importKey(exportJwk(importKey(grown("ML-DSA-44"), "ML-DSA-44")), "ML-DSA-44");
    const verified = verifyJws(mlDsa44, key);
    expect(verified.header).toEqual({ alg: "ML-DSA-44", kid: thumbprints[0]![1] });
    expect(verified.payload.toString()).toBe(payload);
    for (let at = 0; at < mlDsa44.length; at += 7) {
      const changed = `${mlDsa44.slice(0, at)}${mlDsa44[at] === "A" ? "B" : "A"}${mlDsa44.slice(at + 1)}`;
      expect(refusal(() => verifyJws(changed, key))).toMatch(/^jws\//);
    }
  });
}

function absence(): void {
  it.each(thumbprints)("says that %s is unavailable", (alg) => {
    expect(refusal(() => importKey({ kty: "AKP", alg, pub: seed, priv: seed }, alg))).toBe("alg/unavailable");
  });
}
