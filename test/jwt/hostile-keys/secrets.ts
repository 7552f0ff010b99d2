import { createSecretKey } from "node:crypto";
import { ed25519, p256, rsa } from "../hostile/pairs.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

const lengths = [
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
] as const;

const bytes = Buffer.alloc(64, 7);
const jwk = (secret: Uint8Array) => ({ kty: "oct", k: Buffer.from(secret).toString("base64url") });

const strength: KeyTheme = {
  rule: "RFC 7518 §3.2 a secret as long as the hash",
  cases: lengths.flatMap(([alg, length]): KeyCase[] => {
    const enough = bytes.subarray(0, length);
    const short = bytes.subarray(0, length - 1);
    return [
      [`no octet for ${alg}`, new Uint8Array(0), alg, "key/empty-secret", enough],
      [`no octet in a JWK for ${alg}`, jwk(new Uint8Array(0)), alg, "key/empty-secret", jwk(enough)],
      [
        `no octet in a KeyObject for ${alg}`,
        createSecretKey("", "utf8"),
        alg,
        "key/empty-secret",
        createSecretKey(enough),
      ],
      [`an octet for ${alg}`, bytes.subarray(0, 1), alg, "key/short-secret", enough],
      [`an octet too few for ${alg}`, short, alg, "key/short-secret", enough],
      [`an octet too few in a JWK for ${alg}`, jwk(short), alg, "key/short-secret", jwk(enough)],
      [
        `an octet too few in a KeyObject for ${alg}`,
        createSecretKey(short),
        alg,
        "key/short-secret",
        createSecretKey(enough),
      ],
      [
        `a JWK for ${alg} with as many characters as octets are needed`,
        { kty: "oct", k: "A".repeat(length) },
        alg,
        "key/short-secret",
        jwk(enough),
      ],
    ];
  }),
};

const { k } = jwk(bytes);
const good = jwk(bytes);

const form: KeyTheme = {
  rule: "RFC 7518 §6.4.1 the k of a secret in a JWK",
  cases: [
    ["no k", { kty: "oct" }, "HS256", "key/malformed", good],
    ["a k of null", { kty: "oct", k: null }, "HS256", "key/malformed", good],
    ["a k that is a number", { kty: "oct", k: 1 }, "HS256", "key/malformed", good],
    ["a k that is a list", { kty: "oct", k: [k] }, "HS256", "key/malformed", good],
    ["a k of bytes", { kty: "oct", k: bytes }, "HS256", "key/malformed", good],
    ["a k with padding", { kty: "oct", k: `${k}=` }, "HS256", "key/malformed", good],
    ["a k with a line feed", { kty: "oct", k: `${k}\n` }, "HS256", "key/malformed", good],
    [
      "a k with bits left over",
      { kty: "oct", k: `${jwk(bytes.subarray(0, 32)).k.slice(0, -1)}d` },
      "HS256",
      "key/malformed",
      jwk(bytes.subarray(0, 32)),
    ],
    [
      "a k in plain base64",
      { kty: "oct", k: `${k.slice(0, -1)}/` },
      "HS256",
      "key/malformed",
      { kty: "oct", k: `${k.slice(0, -1)}w` },
    ],
    [
      "a k that is a password",
      { kty: "oct", k: "correct horse battery staple, and more" },
      "HS256",
      "key/malformed",
      good,
    ],
  ],
};

const kinds: KeyTheme = {
  rule: "RFC 8725 §3.1 a secret is no key of a pair, nor the other way round",
  cases: [
    ["an EC key for HS256", p256.publicKey, "HS256", "key/wrong-type", bytes],
    ["a private EC key for HS256", p256.privateKey, "HS256", "key/wrong-type", bytes],
    ["an RSA key for HS256", rsa.publicKey, "HS256", "key/wrong-type", bytes],
    ["an Ed25519 key for HS512", ed25519.publicKey, "HS512", "key/wrong-type", bytes],
    ["an EC JWK for HS256", p256.publicKey.export({ format: "jwk" }), "HS256", "key/wrong-type", good],
    ["an RSA JWK for HS256", rsa.publicKey.export({ format: "jwk" }), "HS256", "key/wrong-type", good],
    ["an OKP JWK for HS256", ed25519.publicKey.export({ format: "jwk" }), "HS256", "key/wrong-type", good],
    ["a secret for RS256", bytes, "RS256", "key/wrong-type", rsa.publicKey],
    ["a secret for PS256", bytes, "PS256", "key/wrong-type", rsa.publicKey],
    ["a secret for ES256", bytes, "ES256", "key/wrong-type", p256.publicKey],
    ["a secret for EdDSA", bytes, "EdDSA", "key/wrong-type", ed25519.publicKey],
    ["a secret KeyObject for ES256", createSecretKey(bytes), "ES256", "key/wrong-type", p256.publicKey],
    ["a secret JWK for ES256", good, "ES256", "key/wrong-type", p256.publicKey.export({ format: "jwk" })],
    ["a secret JWK for RS256", good, "RS256", "key/wrong-type", rsa.publicKey.export({ format: "jwk" })],
    ["a secret JWK for EdDSA", good, "EdDSA", "key/wrong-type", ed25519.publicKey.export({ format: "jwk" })],
    [
      "the octets of a public key for EdDSA",
      Buffer.from(ed25519.publicKey.export({ format: "jwk" }).x!, "base64url"),
      "EdDSA",
      "key/wrong-type",
      ed25519.publicKey,
    ],
    [
      "the DER of a public key for ES256",
      p256.publicKey.export({ format: "der", type: "spki" }),
      "ES256",
      "key/wrong-type",
      p256.publicKey,
    ],
  ],
};

export const themes: readonly KeyTheme[] = [strength, form, kinds];
