import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
} from "node:crypto";
import { k256, p256, p384, p521 } from "../hostile/pairs.ts";
import { bitString, der, encoded, integer, numberOf, objectId, octetString, pem, sequence } from "./der.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

/** RFC 7518 §6.2.1.1, RFC 8812 §3.1 and SEC 2: p and n of each curve, and its name in DER. */
const curves = {
  ES256: {
    pair: p256,
    crv: "P-256",
    size: 32,
    oid: "2a8648ce3d030107",
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    name: "prime256v1",
  },
  ES384: {
    pair: p384,
    crv: "P-384",
    size: 48,
    oid: "2b81040022",
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    name: "secp384r1",
  },
  ES512: {
    pair: p521,
    crv: "P-521",
    size: 66,
    oid: "2b81040023",
    p: 2n ** 521n - 1n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    name: "secp521r1",
  },
  ES256K: {
    pair: k256,
    crv: "secp256k1",
    size: 32,
    oid: "2b8104000a",
    p: 2n ** 256n - 2n ** 32n - 977n,
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    name: "secp256k1",
  },
} as const;

type EcAlgorithm = keyof typeof curves;
const algorithms = Object.keys(curves) as readonly EcAlgorithm[];

const wrongCurve: KeyTheme = {
  rule: "RFC 7518 §3.4, RFC 8812 §3.2 and RFC 8725 §3.2 every algorithm has its curve",
  cases: algorithms.flatMap((alg): KeyCase[] => {
    const { pair } = curves[alg];
    const right = pair.publicKey.export({ format: "jwk" });
    const foreign = algorithms.filter((candidate) => candidate !== alg);
    return foreign.flatMap((candidate): KeyCase[] => {
      const { pair: wrong, crv } = curves[candidate];
      const jwk = wrong.publicKey.export({ format: "jwk" });
      const wrongPem = wrong.publicKey.export({ format: "pem", type: "spki" });
      const rightPem = pair.publicKey.export({ format: "pem", type: "spki" });
      return [
        [`${crv} for ${alg}`, wrong.publicKey, alg, "key/wrong-curve", pair.publicKey],
        [`private ${crv} for ${alg}`, wrong.privateKey, alg, "key/wrong-curve", pair.privateKey],
        [`a JWK of ${crv} for ${alg}`, jwk, alg, "key/wrong-curve", right],
        [`a PEM of ${crv} for ${alg}`, wrongPem, alg, "key/wrong-curve", rightPem],
        [`${crv} for ${alg} under its name`, { ...jwk, crv: right.crv }, alg, "key/invalid-point", right],
      ];
    });
  }),
};

const p224 = generateKeyPairSync("ec", { namedCurve: "secp224r1" });
const brainpool = generateKeyPairSync("ec", { namedCurve: "brainpoolP256r1" });
const jwk256 = p256.publicKey.export({ format: "jwk" });
const named = (why: string, crv: unknown): KeyCase => [
  why,
  { ...jwk256, crv },
  "ES256",
  "key/wrong-curve",
  jwk256,
];

const names: KeyTheme = {
  rule: "RFC 7518 §6.2.1.1 the curve by its one name",
  cases: [
    named("no crv", undefined),
    named("null", null),
    named("a list", ["P-256"]),
    named("p-256", "p-256"),
    named("P256", "P256"),
    named("the name in OpenSSL", "prime256v1"),
    named("the name in SEC 2", "secp256r1"),
    named("P-256K, a draft's name for another curve", "P-256K"),
    named("Ed25519", "Ed25519"),
    named("a method of objects", "constructor"),
    ["P-224", p224.publicKey, "ES256", "key/wrong-curve", p256.publicKey],
    ["a brainpool curve of 256 bits", brainpool.publicKey, "ES256", "key/wrong-curve", p256.publicKey],
    ["a private key on it", brainpool.privateKey, "ES256", "key/wrong-curve", p256.privateKey],
    ["P-256 with another base point", otherBase(), "ES256", "key/wrong-curve", explicitly().publicKey],
    [
      "P-256 with another base point, private",
      otherBase("private"),
      "ES256",
      "key/wrong-curve",
      explicitly().privateKey,
    ],
  ],
};

/** P-256 with its parameters written out (RFC 3279 §2.3.5), as no certificate may have it and OpenSSL reads it. */
function explicitly(): KeyPairKeyObjectResult {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" });
}

/** Parameters of P-256 in which the base point is another (CVE-2020-0601): who chooses it knows every private key. */
function otherBase(half: "public" | "private" = "public"): string {
  const { publicKey, privateKey } = explicitly();
  const isPublic = half === "public";
  const bytes = isPublic
    ? publicKey.export({ format: "der", type: "spki" })
    : privateKey.export({ format: "der", type: "pkcs8" });
  const base = createECDH("prime256v1");
  base.setPrivateKey(octets(1n));
  const at = bytes.indexOf(base.getPublicKey());
  base.setPrivateKey(octets(2n));
  base.getPublicKey().copy(bytes, at);
  return pem(isPublic ? "PUBLIC KEY" : "PRIVATE KEY", bytes);
}

function octets(value: bigint, length = 32): Buffer {
  return Buffer.from(encoded(value, length), "base64url");
}

/** RFC 5480 §2: a public key with the name of a curve and any octets for a point. */
const spki = (oid: string, point: Uint8Array) =>
  sequence(sequence(objectId("2a8648ce3d0201"), objectId(oid)), bitString(point));
const objectOf = (key: Buffer) => createPublicKey({ key, format: "der", type: "spki" });

const points: KeyTheme = {
  rule: "RFC 8725 §3.4 and RFC 7518 §6.2.1.2 a public key is a point of the curve",
  cases: algorithms.flatMap((alg): KeyCase[] => {
    const { pair, size, oid, p } = curves[alg];
    const jwk = pair.publicKey.export({ format: "jwk" });
    const [x, y] = [Buffer.from(jwk.x!, "base64url"), Buffer.from(jwk.y!, "base64url")];
    const text = pair.publicKey.export({ format: "pem", type: "spki" });
    const at = (why: string, wrong: object): KeyCase => [
      `${why} (${alg})`,
      { ...jwk, ...wrong },
      alg,
      "key/invalid-point",
      jwk,
    ];
    const length = (why: string, wrong: object, code: KeyCase[3] = "key/malformed"): KeyCase => [
      `${why} (${alg})`,
      { ...jwk, ...wrong },
      alg,
      code,
      jwk,
    ];
    const inPem = (why: string, code: KeyCase[3], ...point: Buffer[]): KeyCase => [
      `${why} (${alg})`,
      pem("PUBLIC KEY", spki(oid, Buffer.concat(point))),
      alg,
      code,
      text,
    ];
    return [
      at("another y", { y: jwk.x }),
      at("x and y exchanged", { x: jwk.y, y: jwk.x }),
      at("x and one", { x: encoded(numberOf(jwk.x) + 1n, size) }),
      at("the negative of y less one", { y: encoded(p - numberOf(jwk.y) - 1n, size) }),
      at("zero and zero", { x: encoded(0n, size), y: encoded(0n, size) }),
      at("x of p", { x: encoded(p, size) }),
      at("y of p", { y: encoded(p, size) }),
      at("all bits set", { x: Buffer.alloc(size, 0xff).toString("base64url") }),
      at("coordinates of no octet", { x: "", y: "" }),
      at("coordinates of one octet", { x: "AQ", y: "AQ" }),
      length("x with a zero octet in front", { x: encoded(numberOf(jwk.x), size + 1) }),
      length("y with a zero octet in front", { y: encoded(numberOf(jwk.y), size + 1) }),
      length("both with zero octets in front", {
        x: encoded(numberOf(jwk.x), 2 * size),
        y: encoded(numberOf(jwk.y), 2 * size),
      }),
      inPem("a point off the curve in PEM", "key/malformed", Buffer.of(4), x, x),
      inPem("the point at infinity in PEM", "key/invalid-point", Buffer.of(0)),
      inPem("no point in PEM", "key/malformed"),
      inPem("an uncompressed point cut short in PEM", "key/malformed", Buffer.of(4), x, y.subarray(1)),
      inPem("an uncompressed point and an octet in PEM", "key/malformed", Buffer.of(4), x, y, Buffer.of(0)),
      inPem(
        "a hybrid point with the wrong sign in PEM",
        "key/malformed",
        Buffer.of(7 - (y.at(-1)! & 1)),
        x,
        y,
      ),
      inPem("an unknown form of point in PEM", "key/malformed", Buffer.of(5), x, y),
      [
        `the point at infinity in a KeyObject (${alg})`,
        objectOf(spki(oid, Buffer.of(0))),
        alg,
        "key/invalid-point",
        pair.publicKey,
      ],
    ];
  }),
};

/** SEC 1 §C.4: a private key with any octets for d, and the public key beside it if wanted. */
function sec1(oid: string, d: Uint8Array, point?: Uint8Array): Buffer {
  const publicKey = point === undefined ? [] : [der(0xa1, bitString(point))];
  return sequence(integer(1n), octetString(d), der(0xa0, objectId(oid)), ...publicKey);
}

const halves: KeyTheme = {
  rule: "RFC 7518 §6.2.2.1 and RFC 5915 §3 a private key in the range of the curve, and its own public half",
  cases: algorithms.flatMap((alg): KeyCase[] => {
    const { pair, size, oid, n, name } = curves[alg];
    const jwk = pair.privateKey.export({ format: "jwk" });
    const other = generateKeyPairSync("ec", { namedCurve: name }).privateKey.export({ format: "jwk" });
    const { publicKey, privateKey } = pair;
    const point = publicKey.export({ format: "der", type: "spki" }).subarray(-1 - 2 * size);
    const d = Buffer.from(jwk.d!, "base64url");
    const inJwk = (why: string, wrong: object, code: KeyCase[3]): KeyCase => [
      `${why} (${alg})`,
      { ...jwk, ...wrong },
      alg,
      code,
      jwk,
    ];
    const inSec1 = (why: string, code: KeyCase[3], key: Buffer): KeyCase => [
      `${why} in SEC 1 (${alg})`,
      pem("EC PRIVATE KEY", key),
      alg,
      code,
      pem("EC PRIVATE KEY", sec1(oid, d, point)),
    ];
    return [
      inJwk("another key's d", { d: other.d }, "key/mismatched-halves"),
      inJwk("another key's x and y", { x: other.x, y: other.y }, "key/mismatched-halves"),
      inJwk("the negative of d", { d: encoded(n - numberOf(jwk.d), size) }, "key/mismatched-halves"),
      inJwk("d of one", { d: encoded(1n, size) }, "key/mismatched-halves"),
      inJwk("d of zero", { d: encoded(0n, size) }, "key/malformed"),
      inJwk("d of n", { d: encoded(n, size) }, "key/malformed"),
      inJwk("d of n and one", { d: encoded(n + 1n, size) }, "key/malformed"),
      inJwk("d of all bits", { d: Buffer.alloc(size, 0xff).toString("base64url") }, "key/malformed"),
      inJwk("d of an octet more than n", { d: encoded(n * 256n, size + 1) }, "key/malformed"),
      inJwk("d of twice the octets", { d: Buffer.alloc(2 * size, 1).toString("base64url") }, "key/malformed"),
      inJwk(
        "d and x of an octet more",
        { d: encoded(n * 256n, size + 1), x: encoded(numberOf(jwk.x), size + 1) },
        "key/malformed",
      ),
      inJwk("d of no octet", { d: "" }, "key/malformed"),
      inJwk("d of one octet", { d: "AQ" }, "key/malformed"),
      inJwk("d with a zero octet in front", { d: encoded(numberOf(jwk.d), size + 1) }, "key/malformed"),
      inSec1(
        "another key's point",
        "key/mismatched-halves",
        sec1(oid, octets(numberOf(other.d), size), point),
      ),
      inSec1("d of zero", "key/invalid-point", sec1(oid, octets(0n, size))),
      inSec1("d of zero with a point", "key/malformed", sec1(oid, octets(0n, size), point)),
      inSec1("d of an octet more than n", "key/malformed", sec1(oid, octets(n * 256n + 1n, size + 1), point)),
      inSec1(
        "d of an octet more than n, without a point",
        "key/malformed",
        sec1(oid, octets(n * 256n + 1n, size + 1)),
      ),
      inSec1("d of twice the octets", "key/malformed", sec1(oid, Buffer.alloc(2 * size, 1), point)),
      inSec1("d of n", "key/invalid-point", sec1(oid, octets(n, size))),
      inSec1("the point at infinity beside d", "key/invalid-point", sec1(oid, d, Buffer.of(0))),
      [
        `another key's d in a KeyObject (${alg})`,
        createPrivateKey({ key: { ...jwk, d: other.d! }, format: "jwk" }),
        alg,
        "key/mismatched-halves",
        privateKey,
      ],
    ];
  }),
};

export const themes: readonly KeyTheme[] = [wrongCurve, names, points, halves];
