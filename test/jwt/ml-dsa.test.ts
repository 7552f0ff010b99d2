import * as crypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { generateKey } from "../../src/jwt/generate.ts";
import { importKey } from "../../src/jwt/key.ts";
import { mlDsa } from "../../src/jwt/ml-dsa.ts";
import { refusal } from "./forge.ts";
import { hasMlDsa, mlDsaPair, p256 } from "./hostile/pairs.ts";

const sets = [
  ["ML-DSA-44", "ml-dsa-44", 1_312, 2_420],
  ["ML-DSA-65", "ml-dsa-65", 1_952, 3_309],
  ["ML-DSA-87", "ml-dsa-87", 2_592, 4_627],
] as const;
const input = "eyJhbGciOiJNTC1EU0EtNDQifQ.e30";
const bytes = Buffer.from(input);

describe.each(hasMlDsa ? sets : [])("FIPS 204 §4 %s", (alg, parameters, publicKeyLength, signatureLength) => {
  const { publicKey, privateKey } = mlDsaPair(parameters);
  const key = importKey(privateKey, alg);

  it("signs what node:crypto verifies, and verifies what node:crypto signs", () => {
    const ours = Buffer.from(key.sign(input), "base64url");
    expect(ours).toHaveLength(signatureLength);
    expect(crypto.verify(null, bytes, publicKey, ours)).toBe(true);
    const theirs = crypto.sign(null, bytes, privateKey).toString("base64url");
    for (const half of [key, importKey(publicKey, alg)]) {
      expect(half.verify(input, theirs)).toBe(true);
      expect(half.verify(bytes, theirs)).toBe(true);
      expect(half.verify(`${input}x`, theirs)).toBe(false);
      expect(half.verify(input, `${theirs}=`)).toBe(false);
      expect(half.verify(input, "")).toBe(false);
    }
  });

  it("has a public key of the length of the standard", () => {
    const { pub } = publicKey.export({ format: "jwk" }) as unknown as { readonly pub: string };
    expect(Buffer.from(pub, "base64url")).toHaveLength(publicKeyLength);
  });

  it("admits a key with its parameters, and no other", () => {
    const { admit } = mlDsa(parameters);
    expect(admit(publicKey)).toBe(publicKey);
    expect(admit(privateKey)).toBe(privateKey);
    expect(refusal(() => admit(p256.publicKey))).toBe("key/wrong-type");
  });
});

describe("a runtime without ML-DSA", () => {
  afterEach(() => {
    vi.doUnmock("node:crypto");
    vi.resetModules();
  });

  it.each(sets)("refuses %s for that reason, whatever the key", async (alg) => {
    vi.resetModules();
    const createPublicKey = () => {
      throw new TypeError("Unsupported key type");
    };
    vi.doMock("node:crypto", () => ({ ...crypto, createPublicKey }));
    const fresh = await import("../../src/jwt/index.ts");
    const attempts = [
      () => fresh.importKey({ kty: "AKP", alg, pub: "AA" }, alg),
      () => fresh.importKey(Buffer.alloc(32), alg),
      () => fresh.importKey("-----BEGIN PUBLIC KEY-----", alg),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow(expect.objectContaining({ name: "JwtError", code: "alg/unavailable" }));
    }
    await expect(fresh.generateKey(alg)).rejects.toMatchObject({ code: "alg/unavailable" });
    expect(fresh.importKey(Buffer.alloc(32), "HS256").alg).toBe("HS256");
  });

  it("is told by asking once, and is not this one where a key can be made", async () => {
    const made = await generateKey("ML-DSA-44").then(
      () => "made",
      (error: { readonly code: string }) => error.code,
    );
    expect(made).toBe(hasMlDsa ? "made" : "alg/unavailable");
  });
});
