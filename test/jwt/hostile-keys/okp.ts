import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { ed448, ed25519 } from "../hostile/pairs.ts";
import { bitString, encoded, numberOf, objectId, octetString, pem, sequence } from "./der.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

const [x25519, x448] = [generateKeyPairSync("x25519"), generateKeyPairSync("x448")];
const jwk = ed25519.privateKey.export({ format: "jwk" });
const publicJwk = ed25519.publicKey.export({ format: "jwk" });
const jwk448 = ed448.privateKey.export({ format: "jwk" });
const publicJwk448 = ed448.publicKey.export({ format: "jwk" });

const wrongCurve: KeyTheme = {
  rule: "RFC 8037 §2 and RFC 9864 §2.2 the curve is the algorithm's, and for signatures",
  cases: [
    ["Ed448 for Ed25519", ed448.publicKey, "Ed25519", "key/wrong-curve", ed25519.publicKey],
    ["private Ed448 for Ed25519", ed448.privateKey, "Ed25519", "key/wrong-curve", ed25519.privateKey],
    ["a JWK of Ed448 for Ed25519", jwk448, "Ed25519", "key/wrong-curve", jwk],
    ["Ed25519 for Ed448", ed25519.publicKey, "Ed448", "key/wrong-curve", ed448.publicKey],
    ["a JWK of Ed25519 for Ed448", publicJwk, "Ed448", "key/wrong-curve", publicJwk448],
    ["X25519 for EdDSA", x25519.publicKey, "EdDSA", "key/wrong-type", ed25519.publicKey],
    ["private X25519 for Ed25519", x25519.privateKey, "Ed25519", "key/wrong-type", ed25519.privateKey],
    ["X448 for EdDSA", x448.publicKey, "EdDSA", "key/wrong-type", ed448.publicKey],
    ["X448 for Ed448", x448.publicKey, "Ed448", "key/wrong-type", ed448.publicKey],
    [
      "a PEM of X25519 for EdDSA",
      pemOf(x25519.publicKey),
      "EdDSA",
      "key/wrong-type",
      pemOf(ed25519.publicKey),
    ],
    [
      "a JWK of X25519 for EdDSA",
      x25519.publicKey.export({ format: "jwk" }),
      "EdDSA",
      "key/wrong-curve",
      publicJwk,
    ],
    [
      "a private JWK of X25519 for Ed25519",
      x25519.privateKey.export({ format: "jwk" }),
      "Ed25519",
      "key/wrong-curve",
      jwk,
    ],
    [
      "a JWK of X448 for Ed448",
      x448.publicKey.export({ format: "jwk" }),
      "Ed448",
      "key/wrong-curve",
      publicJwk448,
    ],
    ["no crv", { ...jwk, crv: undefined }, "EdDSA", "key/wrong-curve", jwk],
    ["a crv of null", { ...jwk, crv: null }, "EdDSA", "key/wrong-curve", jwk],
    ["crv in lower case", { ...jwk, crv: "ed25519" }, "EdDSA", "key/wrong-curve", jwk],
    ["crv in a list", { ...jwk, crv: ["Ed25519"] }, "EdDSA", "key/wrong-curve", jwk],
    ["crv of P-256", { ...jwk, crv: "P-256" }, "EdDSA", "key/wrong-curve", jwk],
    ["crv of the other curve", { ...publicJwk, crv: "Ed448" }, "EdDSA", "key/malformed", publicJwk],
  ],
};

function pemOf(key: typeof ed25519.publicKey): string {
  return key.export({ format: "pem", type: "spki" }) as string;
}

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;
/** y of the points of order 8 of Ed25519: the roots of d·y⁴ + 2·y² − 1. */
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

/** The octets of y in little endian, with the lowest bit of x above it (RFC 8032 §5.1.2 and §5.2.2). */
const littleEndian = (y: bigint, x: bigint, length: number) =>
  Buffer.from(encoded(y | (x << BigInt(8 * length - 1)), length), "base64url").reverse();

/** The points of small order, and the spellings beyond the canonical one that some libraries read. */
const spellings25519: readonly (readonly [string, bigint, bigint])[] = [
  ["the neutral point", 1n, 0n],
  ["the neutral point with the bit of x", 1n, 1n],
  ["the neutral point with y and p", P25519 + 1n, 0n],
  ["the neutral point with y and p and the bit of x", P25519 + 1n, 1n],
  ["the point of order 2", P25519 - 1n, 0n],
  ["the point of order 2 with the bit of x", P25519 - 1n, 1n],
  ["a point of order 4", 0n, 0n],
  ["the other point of order 4", 0n, 1n],
  ["a point of order 4 with y of p", P25519, 0n],
  ["the other point of order 4 with y of p", P25519, 1n],
  ["a point of order 8", ORDER_8, 0n],
  ["its negative", ORDER_8, 1n],
  ["another point of order 8", P25519 - ORDER_8, 0n],
  ["the negative of that", P25519 - ORDER_8, 1n],
  ["no point: y of two", 2n, 0n],
  ["no point: y of two, with the bit of x", 2n, 1n],
  ["y of p and three, a point whose y is not reduced", P25519 + 3n, 0n],
  ["all bits set", 2n ** 255n - 1n, 1n],
];

const spellings448: readonly (readonly [string, bigint, bigint])[] = [
  ["the neutral point", 1n, 0n],
  ["the neutral point with the bit of x", 1n, 1n],
  ["the neutral point with y and p", P448 + 1n, 0n],
  ["the point of order 2", P448 - 1n, 0n],
  ["the point of order 2 with the bit of x", P448 - 1n, 1n],
  ["a point of order 4", 0n, 0n],
  ["the other point of order 4", 0n, 1n],
  ["a point of order 4 with y of p", P448, 0n],
  ["y beyond 448 bits", 2n ** 448n + 1n, 0n],
  ["no point: y of two", 2n, 0n],
  ["all bits set", 2n ** 455n - 1n, 1n],
];

const oids = { Ed25519: "2b6570", Ed448: "2b6571" };
const spki = (crv: keyof typeof oids, point: Uint8Array) =>
  sequence(sequence(objectId(oids[crv])), bitString(point));

/** A point in a JWK, in PEM and in a KeyObject. */
function point(
  crv: keyof typeof oids,
  length: number,
  [why, y, x]: (typeof spellings448)[number],
): KeyCase[] {
  const right = crv === "Ed448" ? publicJwk448 : publicJwk;
  const pair = crv === "Ed448" ? ed448 : ed25519;
  const octets = littleEndian(y, x, length);
  const key = spki(crv, octets);
  return [
    [`${why} (${crv})`, { ...right, x: octets.toString("base64url") }, "EdDSA", "key/invalid-point", right],
    [`${why} in PEM (${crv})`, pem("PUBLIC KEY", key), crv, "key/invalid-point", pemOf(pair.publicKey)],
    [
      `${why} in a KeyObject (${crv})`,
      createPublicKey({ key, format: "der", type: "spki" }),
      crv,
      "key/invalid-point",
      pair.publicKey,
    ],
  ];
}

const points: KeyTheme = {
  rule: "RFC 8725 §3.4, RFC 8032 §5.1.3 and RFC 8032 §5.2.3 a public key is a point, in its one spelling, and not of small order",
  cases: [
    ...spellings25519.flatMap((spelling) => point("Ed25519", 32, spelling)),
    ...spellings448.flatMap((spelling) => point("Ed448", 57, spelling)),
  ],
};

const other = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const other448 = generateKeyPairSync("ed448").privateKey.export({ format: "jwk" });
const wrong = (why: string, members: object, code: KeyCase[3] = "key/malformed"): KeyCase => [
  why,
  { ...jwk, ...members },
  "EdDSA",
  code,
  jwk,
];
const longer = (value: unknown, length: number) => encoded(numberOf(value), length);
/** RFC 8410 §7: a private key of any octets. */
const pkcs8 = (seed: Uint8Array) =>
  pem(
    "PRIVATE KEY",
    sequence(Buffer.from("020100", "hex"), sequence(objectId(oids.Ed25519)), octetString(octetString(seed))),
  );
const seed = Buffer.from(jwk.d!, "base64url");

const halves: KeyTheme = {
  rule: "RFC 8037 §2 and RFC 8410 §7 the halves of an OKP key, of their lengths and of one key",
  cases: [
    wrong("another key's x", { x: other.x }, "key/mismatched-halves"),
    wrong("another key's d", { d: other.d }, "key/mismatched-halves"),
    ["another Ed448 key's x", { ...jwk448, x: other448.x }, "Ed448", "key/mismatched-halves", jwk448],
    wrong("x of small order beside d", { x: encoded(1n, 32) }, "key/mismatched-halves"),
    wrong("x of no octet", { x: "" }),
    wrong("d of no octet", { d: "" }),
    wrong("x of 31 octets", { x: Buffer.from(jwk.x!, "base64url").subarray(1).toString("base64url") }),
    wrong("x of 33 octets", { x: longer(jwk.x, 33) }),
    wrong("d of 31 octets", { d: seed.subarray(1).toString("base64url") }),
    wrong("d of 33 octets", { d: longer(jwk.d, 33) }),
    wrong("d of 64 octets, seed and public key", {
      d: Buffer.concat([seed, Buffer.from(jwk.x!, "base64url")]).toString("base64url"),
    }),
    wrong("d of null", { d: null }),
    [
      "a public x of 31 octets",
      { ...publicJwk, x: publicJwk.x!.slice(0, -2).concat("A") },
      "EdDSA",
      "key/malformed",
      publicJwk,
    ],
    [
      "a public x of 33 octets",
      { ...publicJwk, x: longer(publicJwk.x, 33) },
      "EdDSA",
      "key/malformed",
      publicJwk,
    ],
    [
      "a public Ed448 x of 56 octets",
      { ...publicJwk448, x: encoded(5n, 56) },
      "EdDSA",
      "key/malformed",
      publicJwk448,
    ],
    ["31 octets in PKCS #8", pkcs8(seed.subarray(1)), "EdDSA", "key/malformed", pkcs8(seed)],
    [
      "33 octets in PKCS #8",
      pkcs8(Buffer.concat([seed, Buffer.alloc(1)])),
      "EdDSA",
      "key/malformed",
      pkcs8(seed),
    ],
  ],
};

export const themes: readonly KeyTheme[] = [wrongCurve, points, halves];
