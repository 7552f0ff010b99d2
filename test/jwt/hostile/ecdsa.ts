import { generateKeyPairSync, sign } from "node:crypto";
import type { Algorithm } from "../../../src/jwt/algorithms.ts";
import { importKey } from "../../../src/jwt/key.ts";
import { claims, flawlessBy, forge, signatureOf, typ, withSignature } from "../forge.ts";
import { keyOf } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

/** SEC 2 §2.4 to §2.6: the order n of each curve. */
const curves = [
  [
    "ES256",
    "RFC 7518 §3.4",
    "prime256v1",
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
  ],
  [
    "ES384",
    "RFC 7518 §3.4",
    "secp384r1",
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
  ],
  [
    "ES512",
    "RFC 7518 §3.4",
    "secp521r1",
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa" +
      "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
  ],
  [
    "ES256K",
    "RFC 8812 §3.2",
    "secp256k1",
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
  ],
] as const;

function ecdsa([alg, section, namedCurve, order]: (typeof curves)[number]): TokenTheme {
  const key = keyOf(alg);
  const flawless = flawlessBy(key);
  const n = Buffer.from(order, "hex");
  const size = n.length;
  const raw = signatureOf(flawless);
  const [r, s] = [raw.subarray(0, size), raw.subarray(size)];
  const zero = Buffer.alloc(size);
  const one = Buffer.alloc(size).fill(1, size - 1);
  const plus = (number: Buffer) => wide(BigInt(`0x${number.toString("hex")}`) + BigInt(`0x${order}`));
  const wide = (number: bigint) => Buffer.from(number.toString(16).padStart(2 * size + 2, "0"), "hex");
  const other = importKey(generateKeyPairSync("ec", { namedCurve }).privateKey, alg);
  const signed = (...parts: Buffer[]) => withSignature(flawless, Buffer.concat(parts));
  const bad = (why: string, ...parts: Buffer[]): TokenCase => [why, signed(...parts), "jws/bad-signature"];
  return {
    rule: `${section} the signature of ${alg}`,
    key,
    flawless,
    cases: [
      bad("none", Buffer.alloc(0)),
      bad("(0, 0)", zero, zero),
      bad("(0, s)", zero, s),
      bad("(r, 0)", r, zero),
      bad("(n, n)", n, n),
      bad("(n, s)", n, s),
      bad("(r, n)", r, n),
      bad("(0, n)", zero, n),
      bad("(1, 1)", one, one),
      bad("all bits set", Buffer.alloc(2 * size, 0xff)),
      bad("r alone", r),
      bad("s alone", s),
      bad("s before r", s, r),
      bad("an octet short", raw.subarray(0, 2 * size - 1)),
      bad("without its first octet", raw.subarray(1)),
      bad("an octet long", raw, Buffer.alloc(1)),
      bad("an octet of zero in front", Buffer.alloc(1), raw),
      bad("twice", raw, raw),
      bad("integers an octet too long", Buffer.alloc(1), r, Buffer.alloc(1), s),
      bad("r and s above n by n", plus(r), plus(s)),
      bad("in DER", derOf(key.alg, flawless)),
      bad("with little endian integers", Buffer.from(r).reverse(), Buffer.from(s).reverse()),
      [
        "another key's",
        forge({ alg, typ }, claims, other),
        "jws/bad-signature",
        { token: forge({ alg, typ }, claims, other), key: other },
      ],
      [
        "another token's",
        withSignature(flawless, signatureOf(forge({ alg, typ }, {}, key))),
        "jws/bad-signature",
      ],
    ],
  };
}

/** OpenSSL's own spelling, which RFC 7518 §3.4 does not have. */
function derOf(alg: Algorithm, token: string): Buffer {
  const input = Buffer.from(token.slice(0, token.lastIndexOf(".")));
  return sign(`sha${alg.slice(2, 5)}`, input, keyOf(alg).material);
}

/** A token by one curve, tried on a key of another. */
function across(alg: Algorithm, on: Algorithm): readonly TokenCase[] {
  const key = keyOf(on);
  const own = flawlessBy(key);
  const foreign = flawlessBy(keyOf(alg));
  const twin = { token: own, key };
  return [
    [`${alg} on a key for ${on}`, { token: foreign, key }, "jws/algorithm-mismatch", twin],
    [
      `${alg} on a key for ${on}, under its name`,
      { token: forge({ alg: on, typ }, claims, keyOf(alg)), key },
      "jws/bad-signature",
      twin,
    ],
    [
      `the signature of ${alg} in a token for ${on}`,
      { token: withSignature(own, signatureOf(foreign)), key },
      "jws/bad-signature",
      twin,
    ],
  ];
}

const acrossCurves: TokenTheme = {
  rule: "RFC 8725 §3.1 and RFC 7518 §3.4 one curve's token on another's key",
  key: keyOf("ES256"),
  flawless: flawlessBy(keyOf("ES256")),
  cases: [
    ...across("ES256", "ES384"),
    ...across("ES384", "ES256"),
    ...across("ES256", "ES256K"),
    ...across("ES256K", "ES256"),
    ...across("ES512", "ES384"),
    ...across("ES256", "EdDSA"),
    ...across("EdDSA", "ES256"),
    ...across("RS256", "ES256"),
    ...across("HS256", "ES256"),
  ],
};

export const themes: readonly TokenTheme[] = [...curves.map(ecdsa), acrossCurves];
