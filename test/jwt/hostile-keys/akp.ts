import { generateKeyPairSync } from "node:crypto";
import type { Algorithm } from "../../../src/jwt/algorithms.ts";
import { ed25519, hasMlDsa, mlDsaPair, p256 } from "../hostile/pairs.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

const sets = ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"] as const;
type AkpJwk = { readonly kty: string; readonly alg: string; readonly pub: string; readonly priv: string };
const pairs = hasMlDsa ? sets.map((parameters) => [parameters, mlDsaPair(parameters)] as const) : [];

function akp([parameters, pair]: (typeof pairs)[number]): KeyTheme {
  const alg = parameters.toUpperCase() as Algorithm;
  const jwk = pair.privateKey.export({ format: "jwk" }) as unknown as AkpJwk;
  const publicJwk = { kty: jwk.kty, alg: jwk.alg, pub: jwk.pub };
  const other = mlDsaPair(parameters).privateKey.export({ format: "jwk" }) as unknown as AkpJwk;
  const foreign = pairs.filter(([set]) => set !== parameters);
  const wrong = (why: string, members: object, code: KeyCase[3] = "key/malformed"): KeyCase => [
    why,
    { ...jwk, ...members },
    alg,
    code,
    jwk,
  ];
  const shorter = (value: string) => Buffer.from(value, "base64url").subarray(1).toString("base64url");
  const longer = (value: string) =>
    Buffer.concat([Buffer.from(value, "base64url"), Buffer.alloc(1)]).toString("base64url");
  return {
    rule: `RFC 9964 and FIPS 204 §4 the key of ${alg}`,
    cases: [
      wrong("another key's pub", { pub: other.pub }, "key/mismatched-halves"),
      wrong("another key's priv", { priv: other.priv }, "key/mismatched-halves"),
      wrong("no alg", { alg: undefined }),
      wrong("an alg of null", { alg: null }, "key/wrong-algorithm"),
      wrong("an alg in lower case", { alg: parameters }, "key/wrong-algorithm"),
      wrong("no pub", { pub: undefined }),
      wrong("a seed of 31 octets", { priv: shorter(jwk.priv) }),
      wrong("a seed of 33 octets", { priv: longer(jwk.priv) }),
      wrong("a seed of no octet", { priv: "" }),
      wrong("an expanded key for a seed", { priv: Buffer.alloc(2_560, 1).toString("base64url") }),
      wrong("a seed of null", { priv: null }),
      wrong("another kty", { kty: "OKP" }, "key/wrong-type"),
      ["a pub an octet short", { ...publicJwk, pub: shorter(jwk.pub) }, alg, "key/malformed", publicJwk],
      ["a pub an octet long", { ...publicJwk, pub: longer(jwk.pub) }, alg, "key/malformed", publicJwk],
      ["a pub of no octet", { ...publicJwk, pub: "" }, alg, "key/malformed", publicJwk],
      ["an Ed25519 key", ed25519.publicKey, alg, "key/wrong-type", pair.publicKey],
      ["an EC JWK", p256.publicKey.export({ format: "jwk" }), alg, "key/wrong-type", publicJwk],
      [
        "a key for encapsulation",
        generateKeyPairSync("ml-kem-768" as "ml-kem-768").publicKey,
        alg,
        "key/wrong-type",
        pair.publicKey,
      ],
      ...foreign.flatMap(([set, { publicKey, privateKey }]): KeyCase[] => [
        [`the public key of ${set}`, publicKey, alg, "key/wrong-type", pair.publicKey],
        [`the private key of ${set}`, privateKey, alg, "key/wrong-type", pair.privateKey],
        [`a JWK of ${set}`, publicKey.export({ format: "jwk" }), alg, "key/wrong-algorithm", publicJwk],
        [
          `a JWK of ${set} under this name`,
          { ...publicKey.export({ format: "jwk" }), alg },
          alg,
          "key/malformed",
          publicJwk,
        ],
        [
          `a private JWK of ${set} under this name`,
          { ...privateKey.export({ format: "jwk" }), alg },
          alg,
          "key/malformed",
          jwk,
        ],
      ]),
    ],
  };
}

/** None where the runtime has no ML-DSA. */
export const themes: readonly KeyTheme[] = pairs.map(akp);
