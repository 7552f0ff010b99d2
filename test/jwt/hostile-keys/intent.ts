import { ed25519, p256, p384, rsa } from "../hostile/pairs.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

const secret = { kty: "oct", k: Buffer.alloc(64, 7).toString("base64url") };
const ec = p256.privateKey.export({ format: "jwk" });
const ecPublic = p256.publicKey.export({ format: "jwk" });
const okp = ed25519.privateKey.export({ format: "jwk" });
const rsaPublic = rsa.publicKey.export({ format: "jwk" });

const kty: KeyTheme = {
  rule: "RFC 7517 §4.1 and RFC 7518 §6.1 kty is the algorithm's",
  cases: [
    ["no kty", { ...ec, kty: undefined }, "ES256", "key/wrong-type", ec],
    ["an empty JWK", {}, "ES256", "key/wrong-type", ec],
    ["kty in lower case", { ...ec, kty: "ec" }, "ES256", "key/wrong-type", ec],
    ["kty of null", { ...ec, kty: null }, "ES256", "key/wrong-type", ec],
    ["kty in a list", { ...ec, kty: ["EC"] }, "ES256", "key/wrong-type", ec],
    ["kty of objects", { ...ec, kty: "__proto__" }, "ES256", "key/wrong-type", ec],
    ["an EC key that calls itself OKP", { ...ec, kty: "OKP" }, "ES256", "key/wrong-type", ec],
    ["an EC key that calls itself OKP, for EdDSA", { ...ec, kty: "OKP" }, "EdDSA", "key/wrong-curve", okp],
    ["an OKP key that calls itself EC", { ...okp, kty: "EC" }, "ES256", "key/wrong-curve", ec],
    ["an OKP key for ES256", okp, "ES256", "key/wrong-type", ec],
    ["an EC key for EdDSA", ec, "EdDSA", "key/wrong-type", okp],
    ["an EC key for RS256", ecPublic, "RS256", "key/wrong-type", rsaPublic],
    ["an RSA key for ES256", rsaPublic, "ES256", "key/wrong-type", ecPublic],
    ["an RSA key for EdDSA", rsaPublic, "EdDSA", "key/wrong-type", okp],
    [
      "an RSA key in capitals that are not its own",
      { ...rsaPublic, kty: "Rsa" },
      "RS256",
      "key/wrong-type",
      rsaPublic,
    ],
    ["an octet key in capitals", { ...secret, kty: "OCT" }, "HS256", "key/wrong-type", secret],
    ["a JWK Set in place of a JWK", { keys: [ec] }, "ES256", "key/wrong-type", ec],
    ["a JWK that is encrypted", { protected: "e30", ciphertext: "AA" }, "ES256", "key/wrong-type", ec],
  ],
};

function named(why: string, jwk: object, alg: KeyCase[2], name: unknown, right: string = alg): KeyCase {
  return [why, { ...jwk, alg: name }, alg, "key/wrong-algorithm", { ...jwk, alg: right }];
}

const alg: KeyTheme = {
  rule: "RFC 7517 §4.4 and RFC 8725 §3.1 the JWK's alg is the one it is imported for",
  cases: [
    named("ES384 for ES256", ec, "ES256", "ES384"),
    named("ES256K for ES256", ec, "ES256", "ES256K"),
    named("es256", ec, "ES256", "es256"),
    named("null", ec, "ES256", null),
    named("a list", ec, "ES256", ["ES256"]),
    named("an empty text", ec, "ES256", ""),
    named("none", ec, "ES256", "none"),
    named("ECDH-ES", ec, "ES256", "ECDH-ES"),
    named("HS512 for HS256", secret, "HS256", "HS512"),
    named("HS256 for HS512", secret, "HS512", "HS256"),
    named("A256KW for HS256", secret, "HS256", "A256KW"),
    named("RS512 for RS256", rsaPublic, "RS256", "RS512"),
    named("PS256 for RS256", rsaPublic, "RS256", "PS256"),
    named("RS256 for PS256", rsaPublic, "PS256", "RS256"),
    named("RSA-OAEP for RS256", rsaPublic, "RS256", "RSA-OAEP"),
    named("Ed448 for an Ed25519 key", okp, "EdDSA", "Ed448", "Ed25519"),
    named("Ed448 for Ed25519", okp, "Ed25519", "Ed448", "EdDSA"),
    named("eddsa", okp, "EdDSA", "eddsa"),
    named("ECDH-ES for EdDSA", okp, "EdDSA", "ECDH-ES"),
    named("undefined as text", okp, "EdDSA", "undefined"),
  ],
};

const use: KeyTheme = {
  rule: "RFC 7517 §4.2 a key for signatures is not for anything else",
  cases: [
    ["enc", { ...ec, use: "enc" }, "ES256", "key/wrong-use", { ...ec, use: "sig" }],
    ["enc of a secret", { ...secret, use: "enc" }, "HS256", "key/wrong-use", { ...secret, use: "sig" }],
    [
      "enc of an RSA key",
      { ...rsaPublic, use: "enc" },
      "RS256",
      "key/wrong-use",
      { ...rsaPublic, use: "sig" },
    ],
    ["an empty text", { ...ec, use: "" }, "ES256", "key/wrong-use", { ...ec, use: "sig" }],
    ["SIG", { ...ec, use: "SIG" }, "ES256", "key/wrong-use", { ...ec, use: "sig" }],
    ["null", { ...ec, use: null }, "ES256", "key/wrong-use", { ...ec, use: "sig" }],
    ["a list", { ...ec, use: ["sig"] }, "ES256", "key/wrong-use", { ...ec, use: "sig" }],
    ["both, with a space", { ...ec, use: "sig enc" }, "ES256", "key/wrong-use", { ...ec, use: "sig" }],
    [
      "sig and key_ops for encryption",
      { ...secret, use: "sig", key_ops: ["encrypt"] },
      "HS256",
      "key/wrong-operations",
      { ...secret, use: "sig", key_ops: ["sign"] },
    ],
    [
      "enc and key_ops for signing",
      { ...secret, use: "enc", key_ops: ["sign"] },
      "HS256",
      "key/wrong-use",
      { ...secret, use: "sig", key_ops: ["sign"] },
    ],
    ["a name that is a number", { ...ec, kid: 1 }, "ES256", "key/malformed", { ...ec, kid: "1" }],
    ["a name of null", { ...ec, kid: null }, "ES256", "key/malformed", { ...ec, kid: "null" }],
    ["a name in a list", { ...ec, kid: ["a"] }, "ES256", "key/malformed", { ...ec, kid: "a" }],
  ],
};

function operations(
  why: string,
  jwk: object,
  key_ops: unknown,
  right: readonly string[],
  alg: KeyCase[2],
): KeyCase {
  return [why, { ...jwk, key_ops }, alg, "key/wrong-operations", { ...jwk, key_ops: right }];
}

const both = ["sign", "verify"];
const keyOps: KeyTheme = {
  rule: "RFC 7517 §4.3 key_ops are for signatures, and agree with the key",
  cases: [
    operations("a text", ec, "sign", ["sign"], "ES256"),
    operations("null", ec, null, ["sign"], "ES256"),
    operations("an object", ec, { sign: true }, ["sign"], "ES256"),
    operations("an empty list", ec, [], ["sign"], "ES256"),
    operations("a list with a number", ec, ["sign", 1], both, "ES256"),
    operations("a list in a list", ec, [["sign"]], ["sign"], "ES256"),
    operations("sign twice", ec, ["sign", "sign"], both, "ES256"),
    operations("sign, verify and sign", secret, ["sign", "verify", "sign"], both, "HS256"),
    operations("an empty text", secret, ["sign", ""], both, "HS256"),
    operations("Sign", secret, ["Sign"], ["sign"], "HS256"),
    operations("an unknown operation", secret, ["sign", "mint"], both, "HS256"),
    operations("encrypt", secret, ["encrypt"], ["sign"], "HS256"),
    operations("sign and encrypt", secret, ["sign", "encrypt"], both, "HS256"),
    operations("verify and wrapKey", rsaPublic, ["verify", "wrapKey"], ["verify"], "RS256"),
    operations("deriveBits", ec, ["deriveBits"], ["sign"], "ES256"),
    operations("a public key for signing", ecPublic, ["sign"], ["verify"], "ES256"),
    operations("a public key also for signing", ecPublic, both, ["verify"], "ES256"),
    operations("a public RSA key for signing", rsaPublic, ["sign"], ["verify"], "RS256"),
    operations("a private key for verifying alone", ec, ["verify"], ["sign"], "ES256"),
    operations("a private OKP key for verifying alone", okp, ["verify"], both, "EdDSA"),
  ],
};

const members: KeyTheme = {
  rule: "RFC 7518 §6.2 and RFC 8037 §2 the members of a JWK are strict base64url",
  cases: [
    ...(["x", "y", "d"] as const).flatMap((name): KeyCase[] => [
      [`an EC key with padding in ${name}`, { ...ec, [name]: `${ec[name]}=` }, "ES256", "key/malformed", ec],
      [
        `an EC key with white space in ${name}`,
        { ...ec, [name]: ` ${ec[name]}` },
        "ES256",
        "key/malformed",
        ec,
      ],
      [`an EC key with a number for ${name}`, { ...ec, [name]: 1 }, "ES256", "key/malformed", ec],
      [`an EC key with null for ${name}`, { ...ec, [name]: null }, "ES256", "key/malformed", ec],
      [
        `an EC key with bytes for ${name}`,
        { ...ec, [name]: Buffer.from(ec[name]!, "base64url") },
        "ES256",
        "key/malformed",
        ec,
      ],
    ]),
    ["an EC key without x", { ...ecPublic, x: undefined }, "ES256", "key/malformed", ecPublic],
    ["an EC key without y", { ...ecPublic, y: undefined }, "ES256", "key/malformed", ecPublic],
    ["an EC key of d alone", { kty: "EC", crv: "P-256", d: ec.d }, "ES256", "key/malformed", ec],
    ["an OKP key without x", { ...okp, x: undefined }, "EdDSA", "key/malformed", okp],
    ["an OKP key with padding in x", { ...okp, x: `${okp.x}=` }, "EdDSA", "key/malformed", okp],
    ["an OKP key with padding in d", { ...okp, d: `${okp.d}=` }, "EdDSA", "key/malformed", okp],
    ["an RSA key without n", { ...rsaPublic, n: undefined }, "RS256", "key/malformed", rsaPublic],
    ["an RSA key without e", { ...rsaPublic, e: undefined }, "RS256", "key/malformed", rsaPublic],
    ["an RSA key with a number for e", { ...rsaPublic, e: 65_537 }, "RS256", "key/malformed", rsaPublic],
    [
      "an RSA key with plain base64 in n",
      { ...rsaPublic, n: `${rsaPublic.n!.slice(0, -2)}+/` },
      "RS256",
      "key/malformed",
      rsaPublic,
    ],
    [
      "another curve's coordinates",
      { ...p384.publicKey.export({ format: "jwk" }), crv: "P-256" },
      "ES256",
      "key/invalid-point",
      ecPublic,
    ],
  ],
};

export const themes: readonly KeyTheme[] = [kty, alg, use, keyOps, members];
