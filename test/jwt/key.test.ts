import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  webcrypto,
} from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import type { Jwk } from "../../src/jwt/jwk.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { importKey } from "../../src/jwt/key.ts";
import { pair, refusal, secret } from "./forge.ts";
import { ed448, ed25519, hasMlDsa, k256, mlDsaPair, p256, p384, p521, rsa } from "./hostile/pairs.ts";
import { a1, a3 } from "./vectors.ts";

const jwkOf = (key: KeyObject) => key.export({ format: "jwk" }) as Jwk;
const pemOf = (key: KeyObject, type: "spki" | "pkcs8" | "pkcs1" | "sec1") =>
  key.export({ format: "pem", type } as { format: "pem"; type: "spki" }) as string;

const pairs: readonly (readonly [Algorithm, KeyPairKeyObjectResult])[] = [
  ["RS256", rsa],
  ["RS384", rsa],
  ["RS512", rsa],
  ["PS256", rsa],
  ["PS384", rsa],
  ["PS512", rsa],
  ["PS256", generateKeyPairSync("rsa-pss", { modulusLength: 2_048 })],
  ["ES256", p256],
  ["ES384", p384],
  ["ES512", p521],
  ["ES256K", k256],
  ["EdDSA", ed25519],
  ["EdDSA", ed448],
  ["Ed25519", ed25519],
  ["Ed448", ed448],
  ...(hasMlDsa ? ([["ML-DSA-44", mlDsaPair("ml-dsa-44")]] as const) : []),
];

/** Every form in which a key pair can come. */
function forms({ publicKey, privateKey }: KeyPairKeyObjectResult): readonly (readonly [string, unknown])[] {
  const type = privateKey.asymmetricKeyType;
  return [
    ["public KeyObject", publicKey],
    ["private KeyObject", privateKey],
    ["public SPKI", pemOf(publicKey, "spki")],
    ["private PKCS #8", pemOf(privateKey, "pkcs8")],
    // Node has no JWK of an RSASSA-PSS key.
    ...(type === "rsa-pss" ? [] : ([["public JWK", jwkOf(publicKey)]] as const)),
    ...(type === "rsa-pss" ? [] : ([["private JWK", jwkOf(privateKey)]] as const)),
    ...(type === "rsa" ? ([["public PKCS #1", pemOf(publicKey, "pkcs1")]] as const) : []),
    ...(type === "rsa" ? ([["private PKCS #1", pemOf(privateKey, "pkcs1")]] as const) : []),
    ...(type === "ec" ? ([["private SEC 1", pemOf(privateKey, "sec1")]] as const) : []),
  ];
}

describe("RFC 7517 and RFC 7468 what a key comes from", () => {
  it("imports a secret from a JWK, and from its bytes", () => {
    const fromBytes = importKey(Buffer.from(a1.key.k as string, "base64url"), "HS256");
    for (const key of [secret, fromBytes]) {
      expect(key).toMatchObject({ alg: "HS256", type: "secret", kid: undefined });
      expect(verifyJws(a1.token, key).header.alg).toBe("HS256");
    }
  });

  it.each(pairs)("imports a key for %s from every form, and all are one key", (alg, keys) => {
    const signer = importKey(keys.privateKey, alg);
    for (const [form, source] of forms(keys)) {
      const key = importKey(source as Jwk, alg);
      expect(key, form).toMatchObject({ alg, type: form.split(" ")[0] });
      expect(verifyJws(signJws("payload", signer), key).payload.toString(), form).toBe("payload");
      if (key.type === "public") continue;
      const token = signJws("payload", key);
      expect(verifyJws(token, importKey(createPublicKey(keys.privateKey), alg)).header, form).toEqual({
        alg,
      });
    }
  });

  it("imports PEM with text around it, with CRLF, and SEC 1 after its parameters", () => {
    const spki = pemOf(p256.publicKey, "spki");
    const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    expect(importKey(`Key of the day\n${spki}\nthat was it`, "ES256").type).toBe("public");
    expect(importKey(spki.replaceAll("\n", "\r\n"), "ES256").type).toBe("public");
    expect(importKey(parameters + pemOf(p256.privateKey, "sec1"), "ES256").type).toBe("private");
  });

  it("imports the key of an X.509 certificate", () => {
    expect(importKey(certificate, "ES256").type).toBe("public");
  });

  it("imports a JWK without a prototype, and one that is frozen", () => {
    expect(importKey(Object.assign(Object.create(null), a3.key), "ES256").type).toBe("private");
    expect(importKey(Object.freeze({ ...a3.key }), "ES256").type).toBe("private");
  });

  it("takes no heed of members that a JWK need not have", () => {
    const jwk = { ...a3.key, x5c: ["AA"], x5t: 1, k: "AA", n: 0, oth: [], ext: true, "": null };
    expect(importKey(jwk, "ES256").type).toBe("private");
  });

  it("takes the name from the JWK, and the caller's in preference", () => {
    const jwk = { ...a3.key, kid: "theirs" };
    expect(importKey(jwk, "ES256").kid).toBe("theirs");
    expect(importKey(jwk, "ES256", { kid: "ours" }).kid).toBe("ours");
    expect(importKey(pemOf(p256.publicKey, "spki"), "ES256", { kid: "ours" }).kid).toBe("ours");
  });

  it("reads each member of a JWK once: a getter that changes its mind makes no other key", () => {
    const other = jwkOf(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
    let asked = 0;
    const jwk = {
      ...a3.key,
      get x() {
        return (asked++ === 0 ? a3.key.x : other.x) as string;
      },
    };
    expect(jwkOf(importKey(jwk, "ES256").material).x).toBe(a3.key.x);
  });
});

describe("RFC 8725 §3.1 a key is bound to one algorithm", () => {
  it.each(["none", "HS1", "hs256", "constructor", "__proto__", "", "RSA-OAEP", "HS256 "])(
    "refuses %j as an algorithm",
    (alg) => {
      expect(refusal(() => importKey(Buffer.alloc(64, 7), alg as Algorithm))).toBe("alg/unsupported");
    },
  );

  it("cannot be changed afterwards", () => {
    expect(() => {
      (pair as { alg: Algorithm }).alg = "HS256";
    }).toThrow(TypeError);
    expect(pair.alg).toBe("ES256");
    expect(Object.isFrozen(pair)).toBe(true);
  });

  it("copies a secret, so that the caller may wipe its own", () => {
    const bytes = Buffer.from(a1.key.k as string, "base64url");
    const key = importKey(bytes, "HS256");
    bytes.fill(0);
    expect(verifyJws(a1.token, key).header.alg).toBe("HS256");
  });

  it("does not show its secret when logged", () => {
    for (const shown of [inspect(secret, { depth: 9, showHidden: true }), JSON.stringify(secret)]) {
      expect(shown).not.toContain(a1.key.k);
      expect(shown).not.toContain("AyM1");
    }
  });

  it.each([
    ["EdDSA", ed25519, ["EdDSA", "Ed25519"]],
    ["EdDSA", ed448, ["EdDSA", "Ed448"]],
    ["Ed25519", ed25519, ["EdDSA", "Ed25519"]],
    ["Ed448", ed448, ["EdDSA", "Ed448"]],
    ["ES256", p256, ["ES256"]],
    ["RS256", rsa, ["RS256"]],
  ] as const)("accepts for %s (%#) no names but its own", (alg, { publicKey }, names) => {
    const key = importKey(publicKey, alg);
    const tried = ["EdDSA", "Ed25519", "Ed448", "ES256", "ES384", "RS256", "PS256", "none", "", "undefined"];
    expect(tried.filter((name) => key.accepts(name))).toEqual(
      tried.filter((name) => names.includes(name as never)),
    );
    expect(key.accepts(undefined as never)).toBe(false);
  });
});

describe("RFC 7517 §4.3 key_ops limit a key", () => {
  it.each([
    [["sign"], "accepted", "key/wrong-operations"],
    [["verify"], "key/wrong-operations", "accepted"],
    [["sign", "verify"], "accepted", "accepted"],
    [undefined, "accepted", "accepted"],
  ] as const)("lets a secret with %j sign: %s, verify: %s", (key_ops, signing, verifying) => {
    const key = importKey({ ...a1.key, key_ops }, "HS256");
    expect(refusal(() => signJws("", key))).toBe(signing);
    expect(refusal(() => verifyJws(a1.token, key))).toBe(verifying);
  });

  it("holds a private key to them as well", () => {
    const key = importKey({ ...a3.key, key_ops: ["sign"] }, "ES256");
    expect(refusal(() => signJws("", key))).toBe("accepted");
    expect(refusal(() => verifyJws(a3.token, key))).toBe("key/wrong-operations");
    expect(refusal(() => verifyJws(a3.token, importKey(jwkOf(createPublicKey(key.material)), "ES256")))).toBe(
      "accepted",
    );
  });

  it("does not heed a change of the list after the import", () => {
    const key_ops = ["verify"];
    const key = importKey({ ...a1.key, key_ops }, "HS256");
    key_ops.push("sign");
    expect(refusal(() => signJws("", key))).toBe("key/wrong-operations");
    expect(() => (key.operations as string[]).push("sign")).toThrow(TypeError);
  });
});

describe("RFC 7517 §4 what is no key", () => {
  class JwkOfAClass {
    readonly kty = "EC";
  }
  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a number", 1],
    ["a bigint", 1n],
    ["true", true],
    ["a symbol", Symbol("key")],
    ["a list", []],
    ["a list of a JWK", [a3.key]],
    ["a list with a JWK's members", Object.assign([], a3.key)],
    ["a function", () => a3.key],
    ["a promise", Promise.resolve(a3.key)],
    ["a date", new Date()],
    ["a map", new Map(Object.entries(a3.key))],
    ["an instance of a class", Object.assign(new JwkOfAClass(), a3.key)],
    ["an object that inherits a JWK", Object.create(a3.key)],
    ["an ArrayBuffer", new ArrayBuffer(32)],
    ["a DataView", new DataView(new ArrayBuffer(32))],
    ["words", new Uint16Array(32)],
    ["clamped octets", new Uint8ClampedArray(32)],
    ["a String object", new String(pemOf(p256.publicKey, "spki"))],
    ["a key imported before", pair],
  ])("throws a TypeError for %s", (_what, wrong) => {
    expect(() => importKey(wrong as never, "ES256")).toThrow(TypeError);
    expect(() => importKey(wrong as never, "HS256")).toThrow(TypeError);
  });

  it("throws a TypeError for a key of Web Crypto", async () => {
    const { privateKey } = (await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
      "sign",
    ])) as webcrypto.CryptoKeyPair;
    expect(() => importKey(privateKey as never, "ES256")).toThrow(TypeError);
  });
});

/** Self-signed with openssl, for a P-256 key that was thrown away. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBejCCASGgAwIBAgIUOpqgbqSRTlDvzEubDeu1rlOODbgwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHZXhhbXBsZTAgFw0yNjExMjIwNDEwMDRaGA8yMTI2MTAyOTA0
MTAwNFowEjEQMA4GA1UEAwwHZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABKHpD+j0MzD3ku9awo6N2Pdfaj6QOkeipdxbzBSxfr8BR3ol6z9wjXV4vp3l
RwoaapMbYf47VE/zQl953hYTsOSjUzBRMB0GA1UdDgQWBBR/TSNWSuVgCutSqtzn
lz8RjzMZZzAfBgNVHSMEGDAWgBR/TSNWSuVgCutSqtznlz8RjzMZZzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBdeAQH5JUW4rAATh6iS/Jwcg4xy
yGLNCVdgr8fFLe1LAiAuKqcbfyUVpxeYjQkdTA5GPKRNyxgIOB8DHR6oyDGPng==
-----END CERTIFICATE-----
`;
