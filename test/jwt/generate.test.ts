import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import { generateKey } from "../../src/jwt/generate.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { exportJwk } from "../../src/jwt/key.ts";
import { thumbprint } from "../../src/jwt/thumbprint.ts";

describe("RFC 7518 §3 new keys", () => {
  it.each([
    ["HS256", "secret", "oct"],
    ["ES256", "private", "EC"],
  ] as const)("makes a key for %s that signs and verifies", async (alg, type, kty) => {
    const key = await generateKey(alg, { kid: "new" });
    expect(key).toMatchObject({ alg, type, kid: "new" });
    expect(exportJwk(key, { private: true }).kty).toBe(kty);
    expect(verifyJws(signJws("text", key), key).payload.toString()).toBe("text");
  });

  it("makes a secret as long as the hash", async () => {
    expect((await generateKey("HS256")).material.symmetricKeySize).toBe(32);
  });

  it("never makes the same key twice", async () => {
    for (const alg of ["HS256", "ES256"] as const) {
      const names = await Promise.all(
        Array.from({ length: 8 }, async () =>
          thumbprint(exportJwk(await generateKey(alg), { private: true })),
        ),
      );
      expect(new Set(names).size).toBe(8);
    }
  });

  it("rejects unknown algorithms", async () => {
    for (const alg of ["none", "ES257", "toString"]) {
      await expect(generateKey(alg as Algorithm)).rejects.toMatchObject({ code: "alg/unsupported" });
    }
  });
});
