import { createHmac, type KeyObject } from "node:crypto";
import type { Algorithm } from "../../../src/jwt/algorithms.ts";
import { importKey } from "../../../src/jwt/key.ts";
import { claims, flawlessBy, forge, seal, segment, signatureBy, typ } from "../forge.ts";
import { ed25519, keyOf, p256, rsa } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

const secret = keyOf("HS256");
const flawless = flawlessBy(secret);
const [h, p] = flawless.split(".") as [string, string];
const header = { alg: "HS256", typ };
const unsigned = (alg: unknown) => `${segment({ alg, typ })}.${p}.`;

const names: TokenTheme = {
  rule: "RFC 7515 §4.1.1 and RFC 8725 §3.1 the algorithm is the key's",
  key: secret,
  flawless,
  cases: [
    ["no alg", forge({ typ }, claims, secret), "jws/malformed"],
    ["alg in capitals only", forge({ ALG: "HS256", typ }, claims, secret), "jws/malformed"],
    ["alg within another member", forge({ typ, header }, claims, secret), "jws/malformed"],
    ["null", forge({ alg: null, typ }, claims, secret), "jws/malformed"],
    ["false", forge({ alg: false, typ }, claims, secret), "jws/malformed"],
    ["a number", forge({ alg: 256, typ }, claims, secret), "jws/malformed"],
    ["a list", forge({ alg: ["HS256"], typ }, claims, secret), "jws/malformed"],
    ["an object", forge({ alg: { name: "HS256" }, typ }, claims, secret), "jws/malformed"],
    ["an empty text", forge({ alg: "", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["lower case", forge({ alg: "hs256", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["mixed case", forge({ alg: "Hs256", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["a space behind it", forge({ alg: "HS256 ", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["a NUL behind it", forge({ alg: "HS256\0", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["wide letters", forge({ alg: "ＨＳ256", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["two of them", forge({ alg: "HS256,none", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["the name of the hash", forge({ alg: "sha256", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["a longer hash", forge({ alg: "HS512", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["a name that is no algorithm's", forge({ alg: "HS1", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["a method of objects", forge({ alg: "constructor", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["__proto__", forge({ alg: "__proto__", typ }, claims, secret), "jws/algorithm-mismatch"],
    [
      "an algorithm of JWE",
      forge({ alg: "dir", enc: "A128GCM", typ }, claims, secret),
      "jws/algorithm-mismatch",
    ],
    ["none, unsigned", unsigned("none"), "jws/algorithm-mismatch"],
    ["none, signed", forge({ alg: "none", typ }, claims, secret), "jws/algorithm-mismatch"],
    ["None", unsigned("None"), "jws/algorithm-mismatch"],
    ["NONE", unsigned("NONE"), "jws/algorithm-mismatch"],
    ["nOnE", unsigned("nOnE"), "jws/algorithm-mismatch"],
    ["none and a space", unsigned("none "), "jws/algorithm-mismatch"],
    ["none without a dot behind", unsigned("none").slice(0, -1), "jws/malformed"],
    ["the key's algorithm without a signature", `${h}.${p}.`, "jws/bad-signature"],
  ],
};

const kinds = ["RS256", "PS256", "ES256", "ES256K", "EdDSA", "Ed448", "HS512"] as const;

const none: TokenTheme = {
  rule: "RFC 8725 §2.1 and RFC 7518 §3.6 none, whatever the key",
  key: secret,
  flawless,
  cases: kinds.flatMap((alg): TokenCase[] => {
    const key = keyOf(alg);
    const twin = { token: flawlessBy(key), key };
    return [
      [`none for ${alg}`, { token: unsigned("none"), key }, "jws/algorithm-mismatch", twin],
      [
        `none for ${alg}, signed by it`,
        { token: forge({ alg: "none", typ }, claims, key), key },
        "jws/algorithm-mismatch",
        twin,
      ],
      [`${alg} without a signature`, { token: unsigned(alg), key }, "jws/bad-signature", twin],
    ];
  }),
};

/** The texts and octets of a public key that have been taken for a secret. */
function dresses(publicKey: KeyObject): Readonly<Record<string, Buffer>> {
  const pem = publicKey.export({ format: "pem", type: "spki" }) as string;
  return {
    PEM: Buffer.from(pem),
    "PEM without the last line feed": Buffer.from(pem.trim()),
    "PEM with CRLF": Buffer.from(pem.replaceAll("\n", "\r\n")),
    DER: publicKey.export({ format: "der", type: "spki" }),
    "base64 of the DER": Buffer.from(pem.split("\n").slice(1, -2).join("")),
    JWK: Buffer.from(JSON.stringify(publicKey.export({ format: "jwk" }))),
  };
}

const publicKeys = [
  ["RS256", rsa.publicKey],
  ["PS256", rsa.publicKey],
  ["ES256", p256.publicKey],
  ["EdDSA", ed25519.publicKey],
] as const;

const confusion: TokenTheme = {
  rule: "RFC 8725 §2.1 and RFC 8725 §3.1 an HMAC with the public key for its secret",
  key: secret,
  flawless,
  cases: publicKeys.flatMap(([alg, publicKey]) => {
    const key = importKey(publicKey, alg);
    const twin = { token: flawlessBy(keyOf(alg)), key };
    return Object.entries(dresses(publicKey)).flatMap(([dress, bytes]): TokenCase[] => {
      const mac = (input: string) =>
        `${input}.${createHmac("sha256", bytes).update(input).digest("base64url")}`;
      const own = `${segment({ alg, typ })}.${p}`;
      return [
        [
          `HS256 with the ${dress} of a key for ${alg}`,
          { token: mac(`${h}.${p}`), key },
          "jws/algorithm-mismatch",
          twin,
        ],
        [`${alg} that is HS256 with its ${dress}`, { token: mac(own), key }, "jws/bad-signature", twin],
      ];
    });
  }),
};

/** A signature made with the right key by another algorithm, under the right name. */
function mislabelled(alg: Algorithm, by: Algorithm): TokenCase {
  const key = keyOf(alg);
  const input = `${segment({ alg, typ })}.${p}`;
  const token = `${input}.${signatureBy(by, key.material, input).toString("base64url")}`;
  return [
    `${alg} whose signature is by ${by}`,
    { token, key },
    "jws/bad-signature",
    { token: seal(input, key), key },
  ];
}

const otherHash: TokenTheme = {
  rule: "RFC 7518 §3.1 and RFC 8725 §3.1 one key, another algorithm's signature under its name",
  key: secret,
  flawless,
  cases: [
    mislabelled("HS256", "HS384"),
    mislabelled("HS256", "HS512"),
    mislabelled("HS384", "HS256"),
    mislabelled("HS512", "HS256"),
    mislabelled("RS256", "RS384"),
    mislabelled("RS256", "PS256"),
    mislabelled("RS512", "RS256"),
    mislabelled("PS256", "RS256"),
    mislabelled("PS256", "PS512"),
    mislabelled("PS384", "PS256"),
    mislabelled("ES256", "ES384"),
    mislabelled("ES384", "ES256"),
    mislabelled("ES512", "ES256"),
    mislabelled("ES256K", "ES512"),
  ],
};

export const themes: readonly TokenTheme[] = [names, none, confusion, otherHash];
