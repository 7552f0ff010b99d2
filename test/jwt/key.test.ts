import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import type { Jwk } from "../../src/jwt/jwk.ts";
import { signJws, verifyJws } from "../../src/jwt/jws.ts";
import { exportJwk, importKey } from "../../src/jwt/key.ts";
import { pair, refusal, secret } from "./forge.ts";
import { a1, a3, encryptionKey } from "./vectors.ts";

const { d: _, ...a3Public } = a3.key;
const p256 = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
const k256 = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed25519 = generateKeyPairSync("ed25519");
const spkiPem = p256.publicKey.export({ format: "pem", type: "spki" }) as string;
const pkcs8Pem = p256.privateKey.export({ format: "pem", type: "pkcs8" }) as string;
const sec1Pem = p256.privateKey.export({ format: "pem", type: "sec1" }) as string;
const ecParametersPem = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
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
const jwkOf = (key: KeyObject) => key.export({ format: "jwk" }) as Jwk;

describe("RFC 7517 what a key comes from", () => {
  it("imports a secret from a JWK, and from its bytes", () => {
    const fromBytes = importKey(Buffer.from(a1.key.k as string, "base64url"), "HS256");
    for (const key of [secret, fromBytes]) {
      expect(key).toMatchObject({ alg: "HS256", type: "secret", kid: undefined });
      expect(verifyJws(a1.token, key).header.alg).toBe("HS256");
    }
  });

  it.each([
    ["a private JWK", jwkOf(p256.privateKey), "private"],
    ["a public JWK", jwkOf(p256.publicKey), "public"],
    ["a private KeyObject", p256.privateKey, "private"],
    ["a public KeyObject", p256.publicKey, "public"],
    ["SPKI", spkiPem, "public"],
    ["PKCS #8", pkcs8Pem, "private"],
    ["SEC 1", sec1Pem, "private"],
    ["SEC 1 after its parameters", ecParametersPem + sec1Pem, "private"],
    ["PEM with text around it", `Key of the day\n${spkiPem}\nthat was it`, "public"],
  ] as const)("imports an elliptic curve key from %s", (_from, source, type) => {
    const key = importKey(source, "ES256");
    expect(key.type).toBe(type);
    expect(exportJwk(key).x).toBe(jwkOf(p256.publicKey).x);
    const token = signJws("payload", importKey(p256.privateKey, "ES256"));
    expect(verifyJws(token, key).payload.toString()).toBe("payload");
  });

  it("imports the key of an X.509 certificate", () => {
    expect(importKey(certificate, "ES256").type).toBe("public");
  });

  it("takes the name from the JWK, and the caller's in preference", () => {
    const jwk = { ...a3.key, kid: "theirs" };
    expect(importKey(jwk, "ES256").kid).toBe("theirs");
    expect(importKey(jwk, "ES256", { kid: "ours" }).kid).toBe("ours");
    expect(importKey(spkiPem, "ES256", { kid: "ours" }).kid).toBe("ours");
  });

  it("cannot be changed afterwards", () => {
    expect(() => {
      (pair as { alg: Algorithm }).alg = "HS256";
    }).toThrow(TypeError);
    expect(pair.alg).toBe("ES256");
  });

  it("copies a secret, so that the caller may wipe its own", () => {
    const bytes = Buffer.from(a1.key.k as string, "base64url");
    const key = importKey(bytes, "HS256");
    bytes.fill(0);
    expect(verifyJws(a1.token, key).header.alg).toBe("HS256");
  });

  it("does not show its secret when logged", () => {
    for (const shown of [inspect(secret, { depth: 9 }), JSON.stringify(secret)]) {
      expect(shown).not.toContain(a1.key.k);
      expect(shown).not.toContain("AyM1");
    }
  });
});

describe("RFC 8725 §3.1 a key is bound to one algorithm", () => {
  const bytes = Buffer.alloc(32, 7);
  const text = (value: string) => Buffer.from(value);
  const pad = "x".repeat(32);
  const refused: readonly (readonly [
    why: string,
    source: unknown,
    alg: string,
    code: string,
    twin: unknown,
  ])[] = [
    ["none", bytes, "none", "alg/unsupported", undefined],
    ["an unknown algorithm", bytes, "HS1", "alg/unsupported", undefined],
    ["an algorithm in lower case", bytes, "hs256", "alg/unsupported", undefined],
    ["a method of objects as an algorithm", bytes, "constructor", "alg/unsupported", undefined],
    ["no algorithm", bytes, "", "alg/unsupported", undefined],

    ["an empty secret", Buffer.alloc(0), "HS256", "key/empty-secret", bytes],
    ["an empty secret in a JWK", { kty: "oct", k: "" }, "HS256", "key/empty-secret", a1.key],
    ["a secret of 31 octets", Buffer.alloc(31, 7), "HS256", "key/short-secret", bytes],
    [
      "a JWK of 31 octets",
      { kty: "oct", k: Buffer.alloc(31).toString("base64url") },
      "HS256",
      "key/short-secret",
      a1.key,
    ],
    [
      "a short secret KeyObject",
      createSecretKey(Buffer.alloc(16)),
      "HS256",
      "key/short-secret",
      createSecretKey(bytes),
    ],

    ["a public PEM as a secret", text(spkiPem), "HS256", "key/text-as-secret", text(spkiPem.slice(11))],
    ["a private PEM as a secret", text(pkcs8Pem), "HS256", "key/text-as-secret", bytes],
    [
      "an RSA PEM as a secret",
      text(rsa.publicKey.export({ format: "pem", type: "pkcs1" }) as string),
      "HS256",
      "key/text-as-secret",
      bytes,
    ],
    ["a certificate as a secret", text(certificate), "HS256", "key/text-as-secret", bytes],
    ["a PEM after white space as a secret", text(` \r\n\t${spkiPem}`), "HS256", "key/text-as-secret", bytes],
    ["a PEM after a NUL as a secret", text(`\0${spkiPem}`), "HS256", "key/text-as-secret", bytes],
    [
      "a PEM after a byte order mark as a secret",
      text(`\ufeff${spkiPem}`),
      "HS256",
      "key/text-as-secret",
      bytes,
    ],
    ["a PEM in UTF-16 as a secret", Buffer.from(spkiPem, "utf16le"), "HS256", "key/text-as-secret", bytes],
    [
      "a PEM in a secret KeyObject",
      createSecretKey(text(spkiPem)),
      "HS256",
      "key/text-as-secret",
      createSecretKey(bytes),
    ],
    [
      "a PEM in a JWK",
      { kty: "oct", k: text(spkiPem).toString("base64url") },
      "HS256",
      "key/text-as-secret",
      a1.key,
    ],
    [
      "an SSH key as a secret",
      text(`ssh-ed25519 ${pad}`),
      "HS256",
      "key/text-as-secret",
      text(`sshd-25519 ${pad}`),
    ],
    [
      "an ECDSA SSH key as a secret",
      text(`ecdsa-sha2-nistp256 ${pad}`),
      "HS256",
      "key/text-as-secret",
      text(`ecdsa ${pad}`),
    ],
    [
      "a JWK's text as a secret",
      text(JSON.stringify(a3Public)),
      "HS256",
      "key/text-as-secret",
      text(JSON.stringify({ a: pad })),
    ],
    [
      "a JWK's text after a byte order mark",
      text(`\ufeff ${JSON.stringify(a3Public)}`),
      "HS256",
      "key/text-as-secret",
      bytes,
    ],
    [
      "a JWK set's text as a secret",
      text(JSON.stringify({ keys: [a3Public] })),
      "HS256",
      "key/text-as-secret",
      bytes,
    ],
    [
      "an SPKI in DER as a secret",
      p256.publicKey.export({ format: "der", type: "spki" }),
      "HS256",
      "key/text-as-secret",
      Buffer.alloc(91, 0x30),
    ],
    [
      "a certificate in DER as a secret",
      new X509Certificate(certificate).raw,
      "HS256",
      "key/text-as-secret",
      bytes,
    ],
    [
      "a PKCS #1 key in DER as a secret",
      rsa.publicKey.export({ format: "der", type: "pkcs1" }),
      "HS256",
      "key/text-as-secret",
      Buffer.alloc(270, 0x30),
    ],
    ["PEM text where a secret is needed", spkiPem, "HS256", "key/text-as-secret", bytes],
    [
      "a password where a secret is needed",
      "correct horse battery staple, and more",
      "HS256",
      "key/text-as-secret",
      bytes,
    ],

    ["a public key for HS256", p256.publicKey, "HS256", "key/wrong-type", createSecretKey(bytes)],
    ["an EC JWK for HS256", a3.key, "HS256", "key/wrong-type", a1.key],
    ["a secret for ES256", bytes, "ES256", "key/wrong-type", p256.publicKey],
    ["an oct JWK for ES256", a1.key, "ES256", "key/wrong-type", a3.key],
    ["an RSA key for ES256", rsa.publicKey, "ES256", "key/wrong-type", p256.publicKey],
    ["an RSA JWK for ES256", jwkOf(rsa.publicKey), "ES256", "key/wrong-type", a3Public],
    [
      "an RSA PEM for ES256",
      rsa.publicKey.export({ format: "pem", type: "spki" }),
      "ES256",
      "key/wrong-type",
      spkiPem,
    ],
    ["an Ed25519 key for ES256", ed25519.privateKey, "ES256", "key/wrong-type", p256.privateKey],
    ["a JWK without kty", { ...a3.key, kty: undefined }, "ES256", "key/wrong-type", a3.key],
    ["a JWK with kty in lower case", { ...a3.key, kty: "ec" }, "ES256", "key/wrong-type", a3.key],

    ["P-384 for ES256", p384.publicKey, "ES256", "key/wrong-curve", p256.publicKey],
    ["a P-384 JWK for ES256", jwkOf(p384.privateKey), "ES256", "key/wrong-curve", a3.key],
    ["secp256k1 for ES256", k256.publicKey, "ES256", "key/wrong-curve", p256.publicKey],
    ["a secp256k1 JWK for ES256", jwkOf(k256.publicKey), "ES256", "key/wrong-curve", a3Public],
    [
      "a secp256k1 PEM for ES256",
      k256.privateKey.export({ format: "pem", type: "pkcs8" }),
      "ES256",
      "key/wrong-curve",
      pkcs8Pem,
    ],
    [
      "a secp256k1 point that claims to be on P-256",
      { ...jwkOf(k256.publicKey), crv: "P-256" },
      "ES256",
      "key/invalid-point",
      a3Public,
    ],
    ["a JWK without a curve", { ...a3.key, crv: undefined }, "ES256", "key/wrong-curve", a3.key],

    [
      "a point off the curve",
      { ...a3Public, y: jwkOf(p256.publicKey).y },
      "ES256",
      "key/invalid-point",
      a3Public,
    ],
    [
      "the point at infinity",
      createPublicKey({ key: infinity(), format: "der", type: "spki" }),
      "ES256",
      "key/invalid-point",
      p256.publicKey,
    ],
    [
      "a private key of another point",
      { ...a3.key, d: jwkOf(p256.privateKey).d },
      "ES256",
      "key/mismatched-halves",
      a3.key,
    ],
    [
      "a private key of zero",
      { ...a3.key, d: Buffer.alloc(32).toString("base64url") },
      "ES256",
      "key/malformed",
      a3.key,
    ],
    [
      "a private key beyond the order",
      { ...a3.key, d: Buffer.alloc(32, 255).toString("base64url") },
      "ES256",
      "key/malformed",
      a3.key,
    ],
    ["a short private key", { ...a3.key, d: "AQ" }, "ES256", "key/malformed", a3.key],
    ["a private key that is null", { ...a3.key, d: null }, "ES256", "key/malformed", a3.key],
    ["a missing coordinate", { ...a3Public, y: undefined }, "ES256", "key/malformed", a3Public],
    ["a coordinate that is a number", { ...a3Public, y: 1 }, "ES256", "key/malformed", a3Public],
    ["a coordinate with padding", { ...a3Public, y: `${a3.key.y}=` }, "ES256", "key/malformed", a3Public],
    [
      "a coordinate with bits left over",
      { ...a3Public, y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1" },
      "ES256",
      "key/malformed",
      a3Public,
    ],
    [
      "a coordinate in plain base64",
      { ...a3Public, y: "x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0" },
      "ES256",
      "key/malformed",
      a3Public,
    ],
    [
      "a coordinate with a leading zero octet",
      { ...a3Public, x: lengthened(a3.key.x) },
      "ES256",
      "key/malformed",
      a3Public,
    ],
    [
      "a secret with padding",
      { kty: "oct", k: `${bytes.toString("base64url")}=` },
      "HS256",
      "key/malformed",
      { kty: "oct", k: bytes.toString("base64url") },
    ],
    ["a secret JWK without a secret", { kty: "oct" }, "HS256", "key/malformed", a1.key],

    [
      "a JWK for another algorithm",
      { ...a3.key, alg: "ES384" },
      "ES256",
      "key/wrong-algorithm",
      { ...a3.key, alg: "ES256" },
    ],
    [
      "a secret JWK for another algorithm",
      { ...a1.key, alg: "HS512" },
      "HS256",
      "key/wrong-algorithm",
      { ...a1.key, alg: "HS256" },
    ],
    ["a JWK whose algorithm is null", { ...a3.key, alg: null }, "ES256", "key/wrong-algorithm", a3.key],
    [
      "the encryption key of RFC 7517 §A.1",
      encryptionKey,
      "ES256",
      "key/wrong-use",
      { ...encryptionKey, use: "sig" },
    ],
    [
      "a JWK with an unknown use",
      { ...a3.key, use: "" },
      "ES256",
      "key/wrong-use",
      { ...a3.key, use: "sig" },
    ],
    [
      "a JWK whose name is a number",
      { ...a3.key, kid: 1 },
      "ES256",
      "key/malformed",
      { ...a3.key, kid: "1" },
    ],

    [
      "key_ops that are no list",
      { ...a3.key, key_ops: "sign" },
      "ES256",
      "key/wrong-operations",
      { ...a3.key, key_ops: ["sign"] },
    ],
    [
      "empty key_ops",
      { ...a3.key, key_ops: [] },
      "ES256",
      "key/wrong-operations",
      { ...a3.key, key_ops: ["sign"] },
    ],
    [
      "key_ops named twice",
      { ...a3.key, key_ops: ["sign", "sign"] },
      "ES256",
      "key/wrong-operations",
      { ...a3.key, key_ops: ["sign", "verify"] },
    ],
    [
      "key_ops for encryption",
      { ...a1.key, key_ops: ["encrypt"] },
      "HS256",
      "key/wrong-operations",
      { ...a1.key, key_ops: ["sign"] },
    ],
    [
      "key_ops for signing and encryption",
      { ...a1.key, use: "sig", key_ops: ["sign", "encrypt"] },
      "HS256",
      "key/wrong-operations",
      { ...a1.key, use: "sig", key_ops: ["sign", "verify"] },
    ],
    [
      "a public key for signing",
      { ...a3Public, key_ops: ["sign"] },
      "ES256",
      "key/wrong-operations",
      { ...a3Public, key_ops: ["verify"] },
    ],
    [
      "a public key also for signing",
      { ...a3Public, key_ops: ["sign", "verify"] },
      "ES256",
      "key/wrong-operations",
      { ...a3Public, key_ops: ["verify"] },
    ],
    [
      "a private key for verifying alone",
      { ...a3.key, key_ops: ["verify"] },
      "ES256",
      "key/wrong-operations",
      { ...a3.key, key_ops: ["sign", "verify"] },
    ],

    ["text that is no PEM", "hello", "ES256", "key/malformed", spkiPem],
    ["a JWK as text", JSON.stringify(a3.key), "ES256", "key/malformed", a3.key],
    ["two keys in one PEM", spkiPem + spkiPem, "ES256", "key/malformed", spkiPem],
    ["a PEM cut short", spkiPem.slice(0, 60), "ES256", "key/malformed", spkiPem],
    ["PEM parameters without a key", ecParametersPem, "ES256", "key/malformed", ecParametersPem + sec1Pem],
    [
      "an encrypted PEM",
      p256.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-128-cbc", passphrase: "p" }),
      "ES256",
      "key/malformed",
      pkcs8Pem,
    ],
  ];

  it.each(refused)("refuses %s", (_why, source, alg, code, twin) => {
    expect(refusal(() => importKey(source as Jwk, alg as Algorithm))).toBe(code);
    if (twin !== undefined) expect(importKey(twin as Jwk, alg as Algorithm).alg).toBe(alg);
  });

  it("never shows the key in the message", () => {
    for (const [why, source, alg] of refused) {
      try {
        importKey(source as Jwk, alg as Algorithm);
      } catch (error) {
        const { message } = error as Error;
        expect(message.length, why).toBeLessThan(200);
        for (const part of [a1.key.k, a3.key.d, a3.key.x, "MFkw", "correct horse"]) {
          expect(message, why).not.toContain(part);
        }
      }
    }
  });

  it("throws a TypeError for what is no key at all", () => {
    for (const wrong of [undefined, null, 1, true, [], () => a3.key, new Date(), new ArrayBuffer(32)]) {
      expect(() => importKey(wrong as never, "ES256")).toThrow(TypeError);
    }
  });

  it("throws a TypeError for options of a wrong type, and for ones that do not exist", () => {
    for (const wrong of [{ kid: 1 }, { kid: "" }, { use: "enc" }, { Kid: "a" }, null, "kid", []]) {
      expect(() => importKey(a3.key, "ES256", wrong as never)).toThrow(TypeError);
    }
    expect(() => importKey(a3.key, 256 as never)).toThrow(TypeError);
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
    expect(refusal(() => verifyJws(a3.token, importKey(exportJwk(key), "ES256")))).toBe("accepted");
  });

  it("does not heed a change of the list after the import", () => {
    const key_ops = ["verify"];
    const key = importKey({ ...a1.key, key_ops }, "HS256");
    key_ops.push("sign");
    expect(refusal(() => signJws("", key))).toBe("key/wrong-operations");
  });
});

describe("RFC 7517 §4 what a key goes out as", () => {
  it("exports the public half of a private key", () => {
    const { kty, crv, x, y } = a3.key as unknown as Record<string, string>;
    expect(exportJwk(pair)).toEqual({ kty, crv, x, y, alg: "ES256" });
  });

  it("exports the private half when asked", () => {
    expect(exportJwk(pair, { private: true })).toEqual({ ...a3.key, alg: "ES256" });
    expect(exportJwk(secret, { private: true })).toEqual({ ...a1.key, alg: "HS256" });
  });

  it.each([
    { ...a1.key, alg: "HS256", kid: "s", use: "sig" },
    { ...a1.key, alg: "HS256", key_ops: ["verify"] },
    { ...a3.key, alg: "ES256", kid: "p", key_ops: ["sign"] },
  ])("gives back the JWK that came in: %#", (jwk) => {
    const key = importKey(jwk, jwk.alg as Algorithm);
    expect(exportJwk(key, { private: true })).toEqual(jwk);
    expect(exportJwk(importKey(exportJwk(key, { private: true }), key.alg), { private: true })).toEqual(jwk);
  });

  it("keeps the use that the caller names", () => {
    expect(exportJwk(importKey(spkiPem, "ES256", { use: "sig" })).use).toBe("sig");
  });

  it("never exports a secret without being asked", () => {
    expect(refusal(() => exportJwk(secret))).toBe("key/not-public");
    expect(refusal(() => exportJwk(secret, { private: false }))).toBe("key/not-public");
  });

  it("has no private half of a public key to export", () => {
    expect(refusal(() => exportJwk(importKey(a3Public, "ES256"), { private: true }))).toBe("key/not-private");
  });

  it("throws a TypeError for wrong arguments", () => {
    for (const wrong of [{ private: "yes" }, { privat: true }, true]) {
      expect(() => exportJwk(secret, wrong as never)).toThrow(TypeError);
    }
    expect(() => exportJwk(a3.key as never)).toThrow(TypeError);
    expect(() => exportJwk({ ...pair } as never)).toThrow(TypeError);
  });
});

/** An SPKI whose point is the point at infinity, SEC 1 §2.3.3: a single zero octet. */
function infinity(): Buffer {
  return Buffer.from("3019301306072a8648ce3d020106082a8648ce3d03010703020000", "hex");
}

function lengthened(coordinate: unknown): string {
  return Buffer.concat([Buffer.alloc(1), Buffer.from(coordinate as string, "base64url")]).toString(
    "base64url",
  );
}
