import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { importFrom, type KeyRequest, keyFailure, named } from "../../src/cli/key-import.ts";
import { exportJwk, importKey, JwtError, type Key, thumbprint } from "../../src/jwt/index.ts";

const file = { from: "file", path: "the.key" } as const;
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const jwk = { ...privateKey.export({ format: "jwk" }), kty: "EC", alg: "ES256" };
const octets = Buffer.from("0123456789abcdef0123456789ABCDEF!?");

function take(source: string | Buffer, request: Partial<KeyRequest> = {}): Key {
  return importFrom(Buffer.from(source), file, { alg: undefined, encoding: undefined, ...request }).key;
}

describe("importFrom", () => {
  it("takes a JWK at its word about the algorithm", () => {
    const key = take(JSON.stringify(jwk));
    expect([key.alg, key.type]).toEqual(["ES256", "private"]);
  });

  it("takes a JWK after a byte order mark and white space", () => {
    expect(take(`\ufeff\n${JSON.stringify(jwk)}\n`).type).toBe("private");
  });

  it("takes PEM text, private and public, with an algorithm", () => {
    expect(take(pem, { alg: "ES256" }).type).toBe("private");
    expect(take(publicKey.export({ type: "spki", format: "pem" }).toString(), { alg: "ES256" }).type).toBe(
      "public",
    );
  });

  it.each([
    ["raw", octets],
    [undefined, octets],
    ["hex", `${octets.toString("hex").toUpperCase()}\n`],
    ["base64", ` ${octets.toString("base64")}\n`],
    ["base64url", octets.toString("base64url")],
  ] as const)("takes a secret in %s", (encoding, text) => {
    const key = take(Buffer.from(text), { alg: "HS256", encoding });
    expect(exportJwk(key, { private: true }).k).toBe(octets.toString("base64url"));
  });

  it("remarks that the line feed at the end of a text is part of the secret", () => {
    const request = { alg: "HS256", encoding: undefined } as const;
    expect(importFrom(Buffer.from(`${octets}\n`), file, request).note).toContain("ends with a line feed");
    expect(importFrom(octets, file, request).note).toBeUndefined();
    expect(
      importFrom(Buffer.concat([octets, Buffer.from([0xff, 0x0a])]), file, request).note,
    ).toBeUndefined();
  });

  const bad: readonly (readonly [string, string, Partial<KeyRequest>, number, string])[] = [
    ["PEM without an algorithm", pem, {}, 2, "--alg is needed"],
    ["a JWK without one", JSON.stringify({ ...jwk, alg: undefined }), {}, 2, "--alg is needed"],
    [
      "a JWK with one that nobody has",
      JSON.stringify({ ...jwk, alg: "none" }),
      {},
      3,
      'its "alg" is none that we have',
    ],
    ["a JWK for another", JSON.stringify(jwk), { alg: "ES384" }, 3, "key/wrong-algorithm"],
    ["PEM of another curve", pem, { alg: "ES384" }, 3, "key/wrong-curve"],
    ["PEM as a secret", pem, { alg: "HS256" }, 3, "key/text-as-secret"],
    ["PEM as raw octets of a secret", pem, { alg: "HS256", encoding: "raw" }, 3, "key/text-as-secret"],
    ["a JWK Set", '{"keys":[]}', { alg: "ES256" }, 3, "--jwks"],
    ["a short secret", "secret", { alg: "HS256" }, 3, "key/short-secret"],
    ["nothing", "", { alg: "HS256" }, 3, "key/empty-secret"],
    ["text", "hello", { alg: "ES256" }, 3, "neither a JWK nor PEM text"],
    ["broken JSON", '{"kty":', { alg: "ES256" }, 3, "neither a JWK nor PEM text"],
    [
      "an encoding for a private key",
      pem,
      { alg: "ES256", encoding: "hex" },
      2,
      "--key-encoding is for the secrets",
    ],
    ["odd hexadecimal", "abc", { alg: "HS256", encoding: "hex" }, 3, "it is not hex"],
    [
      "padded base64url",
      `${octets.toString("base64url")}=`,
      { alg: "HS256", encoding: "base64url" },
      3,
      "it is not base64url",
    ],
    ["base64 in another alphabet", "__8=", { alg: "HS256", encoding: "base64" }, 3, "it is not base64"],
  ];

  it.each(bad)("refuses %s", (_, text, request, exitCode, message) => {
    const taking = (): Key => take(text, request);
    expect(taking).toThrow(message);
    expect(taking).toThrow(expect.objectContaining({ name: "CommandError", exitCode }));
  });

  it("never repeats a piece of what it could not read", () => {
    for (const text of [
      '{"kty":"oct","k":"c2VjcmV0" oops',
      "c2VjcmV0LWtleQ",
      `{"kty":"EC","d":"c2VjcmV0"}`,
    ]) {
      expect(() => take(text, { alg: "ES256" })).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining("c2Vj") }),
      );
    }
  });
});

describe("keyFailure", () => {
  it("ends with 2 where this Node lacks the algorithm, with 3 for every other key, and passes on what is no refusal", () => {
    const lacking = new JwtError("alg/unavailable", "This Node cannot compute ML-DSA-44");
    expect(keyFailure(lacking, "the key")).toMatchObject({
      exitCode: 2,
      message: "This Node cannot compute ML-DSA-44 (alg/unavailable)",
    });
    expect(keyFailure(new JwtError("key/wrong-curve", "Not so"), "the key")).toMatchObject({
      exitCode: 3,
      message: "the key cannot be used: Not so (key/wrong-curve)",
    });
    expect(() => keyFailure(new TypeError("ours"), "the key")).toThrow("ours");
  });
});

describe("named", () => {
  const key = importKey(jwk, "ES256");

  it("names a key, or computes its name", () => {
    expect(named(key, undefined)).toBe(key);
    expect(named(key, "2026-1").kid).toBe("2026-1");
    expect(named(key, "thumbprint").kid).toBe(thumbprint(jwk));
    expect(named(key, "x").type).toBe("private");
    expect(named(importKey(publicKey, "ES256"), "x").type).toBe("public");
  });
});
