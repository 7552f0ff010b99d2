import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { importKey } from "../../../src/jwt/key.ts";
import { claims, flawlessBy, forge, signatureOf, typ, withSignature } from "../forge.ts";
import { ed448, ed25519, keyOf } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

/** RFC 8032 §5.1 and §5.2: the order L of each group. */
const L25519 = 2n ** 252n + 27742317777372353535851937790883648493n;
const L448 = 2n ** 446n - 13818066809895115352007386748515426880336692474882178609894547503885n;

const numberOf = (octets: Uint8Array) => BigInt(`0x${Buffer.from(octets).reverse().toString("hex")}`);
const octetsOf = (number: bigint, length: number) =>
  Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex").reverse();

function edwards(alg: "Ed25519" | "Ed448", size: number, order: bigint): TokenTheme {
  const key = keyOf(alg);
  const flawless = flawlessBy(key);
  const raw = signatureOf(flawless);
  const [r, s] = [raw.subarray(0, size), raw.subarray(size)];
  const stranger = alg === "Ed448" ? generateKeyPairSync("ed448") : generateKeyPairSync("ed25519");
  const other = importKey(stranger.privateKey, alg);
  const input = flawless.slice(0, flawless.lastIndexOf("."));
  const signed = (...parts: Buffer[]) => withSignature(flawless, Buffer.concat(parts));
  const bad = (why: string, ...parts: Buffer[]): TokenCase => [why, signed(...parts), "jws/bad-signature"];
  const zero = Buffer.alloc(size);
  const neutral = Buffer.alloc(size).fill(1, 0, 1);
  const moved = (by: bigint) => octetsOf(numberOf(s) + by, size);
  return {
    rule: `RFC 8037 §3.1 and RFC 8032 §5.1.7 the signature of ${alg}`,
    key,
    flawless,
    cases: [
      bad("none", Buffer.alloc(0)),
      bad("zeros", zero, zero),
      bad("the neutral point and S of zero", neutral, zero),
      bad("the right R and S of zero", r, zero),
      bad("S and L", r, moved(order)),
      bad("S and twice L", r, moved(2n * order)),
      bad("S of L", r, octetsOf(order, size)),
      bad("S of L less one", r, octetsOf(order - 1n, size)),
      bad(
        "S with its highest bit set",
        r,
        Object.assign(Buffer.from(s), { [size - 1]: s[size - 1]! | 0x80 }),
      ),
      bad("the negative of S", r, octetsOf(order - numberOf(s), size)),
      bad("the negative of R", Object.assign(Buffer.from(r), { [size - 1]: r[size - 1]! ^ 0x80 }), s),
      bad("all bits set", Buffer.alloc(2 * size, 0xff)),
      bad("R alone", r),
      bad("S alone", s),
      bad("S before R", s, r),
      bad("an octet short", raw.subarray(0, 2 * size - 1)),
      bad("without its first octet", raw.subarray(1)),
      bad("an octet long", raw, Buffer.alloc(1)),
      bad("an octet of zero in front", Buffer.alloc(1), raw),
      bad("twice", raw, raw),
      bad("of the length of the other curve", Buffer.concat([raw, zero, zero], alg === "Ed448" ? 64 : 114)),
      bad("big endian", Buffer.from(r).reverse(), Buffer.from(s).reverse()),
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
      bad("of the hash of the token", sign(null, createHash("sha512").update(input).digest(), key.material)),
    ],
  };
}

/**
 * A signature with this R by the owner of the key: S = r + k·a, RFC 8032 §5.1.6. The hash k covers R as it is
 * spelt.
 *
 * @param logarithm r: 0 where R is the neutral point, 1 where it is the base point
 */
function withR(r: Buffer, logarithm: bigint): string {
  const token = flawlessBy(keyOf("Ed25519"));
  const { d, x } = ed25519.privateKey.export({ format: "jwk" });
  const scalar = createHash("sha512").update(Buffer.from(d!, "base64url")).digest().subarray(0, 32);
  scalar[0]! &= 248;
  scalar[31] = (scalar[31]! & 127) | 64;
  const k = createHash("sha512")
    .update(r)
    .update(Buffer.from(x!, "base64url"))
    .update(token.slice(0, token.lastIndexOf(".")))
    .digest();
  const s = (logarithm + numberOf(k) * numberOf(scalar)) % L25519;
  return withSignature(token, Buffer.concat([r, octetsOf(s, 32)]));
}

const P25519 = 2n ** 255n - 19n;
/** RFC 8032 §5.1: the base point has y = 4/5, and an even x. */
const BASE = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
const twin = withR(octetsOf(BASE, 32), 1n);
const spelt = (why: string, r: bigint, logarithm = 0n): TokenCase => [
  why,
  withR(octetsOf(r, 32), logarithm),
  "jws/bad-signature",
  twin,
];

const unusualR: TokenTheme = {
  rule: "RFC 8032 §5.1.7 an R that is not the one that S belongs to, spelt as it is encoded, signed by the owner of the key",
  key: keyOf("Ed25519"),
  flawless: twin,
  cases: [
    spelt("the neutral point with y and p", P25519 + 1n),
    spelt("the neutral point with the bit of x", 2n ** 255n + 1n),
    spelt("the neutral point with y and p and the bit of x", 2n ** 255n + P25519 + 1n),
    spelt("the point of order 2", P25519 - 1n),
    spelt("a point of order 4", 0n),
    spelt("a point of order 4 with y of p", P25519),
    spelt("no point at all", 2n),
    spelt("the negative of the base point", 2n ** 255n + BASE, 1n),
    spelt("the base point with S for the neutral one", BASE),
  ],
};

const context = Buffer.from("context");
/** Node 24.8 and newer sign with a context; older ones overlook it, and then the signature is right. */
const inContext = (why: string, key: KeyObject, token: string): TokenCase[] => {
  const input = Buffer.from(token.slice(0, token.lastIndexOf(".")));
  const signature = sign(null, input, { key, context } as never);
  return signature.equals(sign(null, input, key))
    ? []
    : [[why, withSignature(token, signature), "jws/bad-signature"]];
};

const keyEdDsa = keyOf("EdDSA");
const key448 = keyOf("Ed448");
const flawless448 = flawlessBy(key448);
const named = (alg: string, key = keyEdDsa) => forge({ alg, typ }, claims, key);
const good = { token: named("Ed25519"), key: keyEdDsa };
const good448 = { token: named("EdDSA", key448), key: key448 };

const names: TokenTheme = {
  rule: "RFC 9864 §2.2 EdDSA and the two names that say the curve",
  key: keyEdDsa,
  flawless: flawlessBy(keyEdDsa),
  cases: [
    ["Ed448 for an Ed25519 key", named("Ed448"), "jws/algorithm-mismatch", good],
    [
      "Ed25519 for an Ed448 key",
      { token: named("Ed25519", key448), key: key448 },
      "jws/algorithm-mismatch",
      good448,
    ],
    ["eddsa", named("eddsa"), "jws/algorithm-mismatch", good],
    ["EDDSA", named("EDDSA"), "jws/algorithm-mismatch", good],
    ["ed25519", named("ed25519"), "jws/algorithm-mismatch", good],
    ["ED25519", named("ED25519"), "jws/algorithm-mismatch", good],
    ["Ed25519ph", named("Ed25519ph"), "jws/algorithm-mismatch", good],
    ["Ed25519ctx", named("Ed25519ctx"), "jws/algorithm-mismatch", good],
    ["X25519", named("X25519"), "jws/algorithm-mismatch", good],
    ["undefined", named("undefined"), "jws/algorithm-mismatch", good],
    [
      "an Ed448 signature for an Ed25519 key",
      withSignature(named("EdDSA"), signatureOf(flawless448)),
      "jws/bad-signature",
    ],
    [
      "an Ed25519 signature for an Ed448 key",
      { token: withSignature(flawless448, signatureOf(named("EdDSA"))), key: key448 },
      "jws/bad-signature",
      good448,
    ],
    ["EdDSA of another curve's key", { token: named("EdDSA"), key: key448 }, "jws/bad-signature", good448],
    ...inContext("an Ed448 signature in a context", ed448.privateKey, flawless448).map(
      ([why, token, code]): TokenCase => [why, { token: token as string, key: key448 }, code, good448],
    ),
  ],
};

export const themes: readonly TokenTheme[] = [
  edwards("Ed25519", 32, L25519),
  edwards("Ed448", 57, L448),
  unusualR,
  names,
];
