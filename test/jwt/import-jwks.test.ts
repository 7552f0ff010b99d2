import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import { generateKey } from "../../src/jwt/generate.ts";
import { type IgnoredJwk, importSet } from "../../src/jwt/import-jwks.ts";
import { parseObject } from "../../src/jwt/json.ts";
import type { Jwk } from "../../src/jwt/jwk.ts";
import { KeySet } from "../../src/jwt/jwks.ts";
import { exportJwk } from "../../src/jwt/key.ts";
import { refusal } from "./forge.ts";

const jwk = exportJwk(await generateKey("ES256", { kid: "good" }));
const { alg: _alg, ...plain } = jwk;
const jwkOf = (curve: string): Jwk =>
  generateKeyPairSync("ec", { namedCurve: curve }).publicKey.export({ format: "jwk" }) as Jwk;
const rsaOf = (modulusLength: number): Jwk =>
  generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ format: "jwk" }) as Jwk;
const take = (keys: unknown, algorithms: readonly Algorithm[] = ["ES256"]) => importSet({ keys }, algorithms);
const ignoredOf = (key: unknown, algorithms?: readonly Algorithm[]): IgnoredJwk => {
  // Between two that are good, so that it is seen to be the only one left out.
  const { accepted, ignored } = take([jwk, key, { ...jwk, kid: "other" }], algorithms);
  expect(accepted.map(({ kid }) => kid)).toEqual(["good", "other"]);
  expect(ignored).toHaveLength(1);
  expect(ignored[0]).toMatchObject({ index: 1, reason: expect.stringMatching(/./) });
  return ignored[0]!;
};

describe("RFC 7517 §5 JWKs that are to be ignored", () => {
  it.each<[string, unknown, string]>([
    ["a kty that nobody knows", { kty: "XYZ", kid: "x" }, "key/wrong-type"],
    ["no kty", { kid: "x" }, "key/wrong-type"],
    ["a kty that is no text", { kty: ["EC"], kid: "x" }, "key/wrong-type"],
    ["nothing", {}, "key/wrong-type"],
    ["a key for encryption", { ...plain, kid: "x", use: "enc" }, "key/wrong-use"],
    ["a key for an algorithm not listed", { ...plain, kid: "x", alg: "ES384" }, "key/wrong-algorithm"],
    ["a key for an encryption algorithm", { ...plain, kid: "x", alg: "ECDH-ES" }, "key/wrong-algorithm"],
    ["an alg that is no text", { ...plain, kid: "x", alg: null }, "key/wrong-algorithm"],
    ["a key for deriving keys", { ...plain, kid: "x", key_ops: ["deriveKey"] }, "key/wrong-operations"],
    ["a public key for signing", { ...plain, kid: "x", key_ops: ["sign"] }, "key/wrong-operations"],
    ["another curve", { ...jwkOf("P-384"), kid: "x" }, "key/wrong-curve"],
    ["secp256k1", { ...jwkOf("secp256k1"), kid: "x" }, "key/wrong-curve"],
    ["a missing coordinate", { ...plain, kid: "x", y: undefined }, "key/malformed"],
    ["a coordinate in base64", { ...plain, kid: "x", y: `${plain.y}=` }, "key/malformed"],
    ["a point off the curve", { ...plain, kid: "x", y: plain.x }, "key/invalid-point"],
    ["a kid that is no text", { ...plain, kid: 7 }, "key/malformed"],
    ["a private half that is null", { ...plain, kid: "x", d: null }, "key/malformed"],
    ["a null for a private key of a type that nobody knows", { kty: "XYZ", priv: null }, "key/wrong-type"],
  ])("leaves out %s, and says so", (_what, key, code) => {
    const { kid, ...said } = ignoredOf(key);
    expect(said.code).toBe(code);
    expect(kid).toBe((key as Jwk).kid === "x" ? "x" : undefined);
  });

  it("says nothing of the key's numbers", () => {
    const { reason } = ignoredOf({ ...plain, kid: "x", y: plain.x });
    expect(reason).not.toContain(plain.x);
  });

  it("reports the refusal that came nearest, of those by several algorithms", () => {
    const rsa = { ...rsaOf(1024), kid: "x" };
    expect(ignoredOf(rsa, ["ES256", "RS256", "PS256"]).code).toBe("key/modulus-length");
    expect(ignoredOf({ ...rsa, alg: "PS256" }, ["ES256", "RS256", "PS256"]).code).toBe("key/modulus-length");
    expect(ignoredOf({ ...rsa, alg: "RS512" }, ["ES256", "RS256", "PS256"])).toMatchObject({
      code: "key/wrong-algorithm",
      reason: expect.stringContaining("ES256, RS256, PS256"),
    });
    for (const algorithms of [
      ["ES256", "RS256"],
      ["RS256", "ES256"],
    ] as const) {
      expect(ignoredOf({ ...jwkOf("P-384"), kid: "x" }, algorithms).code).toBe("key/wrong-curve");
    }
  });

  it("shows them on the set", () => {
    const set = new KeySet({ keys: [{ kty: "XYZ" }, jwk] }, { algorithms: ["ES256"] });
    expect(set.ignored).toMatchObject([{ index: 0, kid: undefined, code: "key/wrong-type" }]);
    expect(new KeySet({ keys: [] }, { algorithms: ["ES256"] })).toMatchObject({ ignored: [], keys: [] });
  });

  it("ignores members that it does not know, of the set and of a key", () => {
    const set = { keys: [{ ...jwk, ext: true, x5t: "abc", revoked: {} }], issuer: "someone", version: 2 };
    expect(importSet(set, ["ES256"]).accepted).toHaveLength(1);
  });
});

describe("RFC 8725 §3.1 one algorithm for each key, and the caller's", () => {
  const algOf = (key: unknown, algorithms: readonly Algorithm[]) => take([key], algorithms).accepted[0]?.alg;
  const rsa = rsaOf(2048);
  const ed25519 = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }) as Jwk;
  const ed448 = generateKeyPairSync("ed448").publicKey.export({ format: "jwk" }) as Jwk;

  it("binds a key to the algorithm it names, wherever that stands in the list", () => {
    expect(algOf({ ...rsa, alg: "PS384" }, ["RS256", "PS256", "PS384"])).toBe("PS384");
    expect(algOf(jwk, ["RS256", "ES256"])).toBe("ES256");
  });

  it("binds a key that names none to the first algorithm it fits", () => {
    expect(algOf(rsa, ["ES256", "PS256", "RS256"])).toBe("PS256");
    expect(algOf(rsa, ["RS256", "PS256"])).toBe("RS256");
    expect(algOf(plain, ["RS256", "ES384", "ES256"])).toBe("ES256");
  });

  it("takes the two names of an Edwards curve key for one another, as RFC 9864 has it", () => {
    expect(algOf({ ...ed25519, alg: "EdDSA" }, ["Ed25519"])).toBe("Ed25519");
    expect(algOf({ ...ed25519, alg: "Ed25519" }, ["EdDSA"])).toBe("EdDSA");
    expect(algOf({ ...ed25519, alg: "Ed25519" }, ["EdDSA", "Ed25519"])).toBe("Ed25519");
    expect(algOf({ ...ed448, alg: "EdDSA" }, ["Ed25519", "Ed448"])).toBe("Ed448");
    expect(algOf({ ...ed448, alg: "Ed25519" }, ["Ed25519", "Ed448"])).toBeUndefined();
  });

  it("looks once at the numbers of a key that no algorithm can use, however many it might be for", () => {
    const looksAt = (key: Jwk, algorithms: readonly Algorithm[]) => {
      let looks = 0;
      const watched = new Proxy(key, {
        get(target, name: string) {
          if (name === "x" || name === "n") looks++;
          return target[name];
        },
      });
      return { code: take([watched], algorithms).ignored[0]?.code, looks };
    };
    const off = { ...ed448, x: Buffer.alloc(57, 0xff).toString("base64url") };
    const short = rsaOf(1024);
    expect(looksAt(off, ["EdDSA"]).code).toBe("key/invalid-point");
    expect(looksAt(off, ["EdDSA", "Ed25519", "Ed448"])).toEqual(looksAt(off, ["EdDSA"]));
    expect(looksAt(short, ["RS256"]).code).toBe("key/modulus-length");
    expect(looksAt(short, ["RS256", "PS256", "RS512"])).toEqual(looksAt(short, ["RS256"]));
  });

  it("never takes an algorithm from the key", () => {
    expect(algOf({ ...rsa, alg: "RS256" }, ["PS256"])).toBeUndefined();
    expect(algOf({ ...plain, alg: "none" }, ["ES256"])).toBeUndefined();
  });
});

describe("a set that is refused as a whole", () => {
  it.each<[string, unknown]>([
    ["a private key", { ...jwk, d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE" }],
    [
      "a private key for encryption",
      { ...plain, use: "enc", d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE" },
    ],
    ["an empty private member", { ...jwk, d: "" }],
    ["a secret", { kty: "oct", k: "A".repeat(43) }],
    ["a secret for an algorithm not listed", { kty: "oct", k: "A".repeat(43), alg: "A128KW" }],
    ["a secret without its bytes", { kty: "oct" }],
    ["a secret whose bytes are null", { kty: "oct", k: null }],
    ["a private member beside one that is null", { ...rsaOf(2048), d: null, p: "AQAB" }],
    ["a secret by another type", { ...jwk, k: "A".repeat(43) }],
    ["an RSA key with one prime", { ...rsaOf(2048), p: "AQAB" }],
    ["an RSA key with other primes", { ...rsaOf(2048), oth: [] }],
    ["a private key of a type that nobody knows", { kty: "XYZ", priv: "AAAA" }],
  ])("holds %s", (_what, key) => {
    expect(refusal(() => take([jwk, key]))).toBe("key/private-in-set");
    expect(refusal(() => take([jwk, key], ["HS256", "ES256", "RS256"]))).toBe("key/private-in-set");
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["JSON text", JSON.stringify({ keys: [jwk] })],
    ["bytes", Buffer.from(JSON.stringify({ keys: [jwk] }))],
    ["a single JWK", jwk],
    ["an object without keys", {}],
    ["keys that are an object", { keys: { 0: jwk, length: 1 } }],
    ["keys that are text", { keys: "[]" }],
    ["keys by another name", { Keys: [jwk] }],
    ["null among the keys", { keys: [jwk, null] }],
    ["a list among the keys", { keys: [jwk, [jwk]] }],
    ["text among the keys", { keys: [jwk, JSON.stringify(jwk)] }],
    ["a gap among the keys", { keys: new Array(1) }],
  ])("is %s", (_what, set) => {
    expect(refusal(() => new KeySet(set as never, { algorithms: ["ES256"] }))).toBe("jwks/malformed");
  });

  it("has more than 64 keys, those included that would be ignored", () => {
    const unknown = Array.from({ length: 64 }, () => ({ kty: "XYZ" }));
    expect(take(unknown).ignored).toHaveLength(64);
    expect(refusal(() => take([...unknown, jwk]))).toBe("jwks/too-large");
  });

  it("is no JSON object by the parser of tokens: a set with keys twice never gets here", () => {
    expect(parseObject(Buffer.from(`{"keys":[],"keys":[]}`), 32)).toBeUndefined();
    expect(parseObject(Buffer.from(`{"keys":[]}`), 32)).toEqual({ keys: [] });
  });
});
