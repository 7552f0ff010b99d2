import { constants, createHash, privateEncrypt } from "node:crypto";
import { flawlessBy, signatureOf, withSignature } from "../forge.ts";
import { keyOf, rsa } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

/** Octets of the modulus, of 2,048 bits; the encoded message has one bit less. */
const SIZE = 256;

interface Encoding {
  readonly alg: "PS256" | "PS384" | "PS512";
  readonly hash?: string;
  readonly maskHash?: string;
  readonly salt: number;
  /** In place of the octet of 01 that ends the padding. */
  readonly separator?: number;
  readonly padding?: number;
  readonly trailer?: number;
  /** Octets before the hash and the salt, in M′. */
  readonly zeros?: number;
}

/** EMSA-PSS, RFC 8017 §9.1.1, with whatever may be wrong in it; signed by the owner of the key. */
function encoded(encoding: Encoding): string {
  const { alg, salt: saltLength, zeros = 8, separator = 1, padding = 0, trailer = 0xbc } = encoding;
  const { hash = `sha${alg.slice(2)}`, maskHash = hash } = encoding;
  const flawless = flawlessBy(keyOf(alg));
  const digest = (name: string, ...parts: Buffer[]) => createHash(name).update(Buffer.concat(parts)).digest();
  const salt = Buffer.alloc(saltLength, 0x5a);
  const message = Buffer.from(flawless.slice(0, flawless.lastIndexOf(".")));
  const h = digest(hash, Buffer.alloc(zeros), digest(hash, message), salt);
  const dbLength = SIZE - h.length - 1;
  const db = Buffer.concat([Buffer.alloc(dbLength - salt.length - 1, padding), Buffer.of(separator), salt]);
  const mask = Buffer.alloc(dbLength + 64);
  for (let at = 0, counter = 0; at < dbLength; counter++) {
    at += digest(maskHash, h, Buffer.of(0, 0, 0, counter)).copy(mask, at);
  }
  for (let i = 0; i < db.length; i++) db[i]! ^= mask[i]!;
  db[0]! &= 0x7f;
  const message2 = Buffer.concat([db, h, Buffer.of(trailer)]);
  return withSignature(
    flawless,
    privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, message2),
  );
}

const key = keyOf("PS256");
const flawless = flawlessBy(key);
const right = signatureOf(flawless);
const signed = (octets: Uint8Array) => withSignature(flawless, octets);

/** The same by our own hand, with nothing wrong: what is refused below is refused for what differs. */
const twin = encoded({ alg: "PS256", salt: 32 });
const em = (why: string, different: Partial<Encoding>): TokenCase => [
  why,
  encoded({ alg: "PS256", salt: 32, ...different }),
  "jws/bad-signature",
  twin,
];

const ps256: TokenTheme = {
  rule: "RFC 7518 §3.5 and RFC 8017 §9.1 the encoded message of PS256, laid out by the owner of the key",
  key,
  flawless,
  cases: [
    em("no salt", { salt: 0 }),
    em("a salt of one octet", { salt: 1 }),
    em("a salt of 20 octets, the default of RFC 8017", { salt: 20 }),
    em("a salt of 31 octets", { salt: 31 }),
    em("a salt of 33 octets", { salt: 33 }),
    em("a salt of 64 octets", { salt: 64 }),
    em("the longest salt there is room for", { salt: 222 }),
    em("a mask by SHA-1", { maskHash: "sha1" }),
    em("a mask by SHA-384", { maskHash: "sha384" }),
    em("a mask by SHA-512", { maskHash: "sha512" }),
    em("a hash by SHA-1", { hash: "sha1" }),
    em("a hash by SHA-1, the mask by SHA-256", { hash: "sha1", maskHash: "sha256" }),
    em("a hash by SHA-224", { hash: "sha224" }),
    em("a hash by SHA-512", { hash: "sha512" }),
    em("a hash by SHA3-256", { hash: "sha3-256" }),
    em("another trailer", { trailer: 0xcc }),
    em("a trailer of zero", { trailer: 0 }),
    em("padding that is not zero", { padding: 1 }),
    em("a separator of two", { separator: 2 }),
    em("a separator of zero", { separator: 0 }),
    em("no zeros before the hash", { zeros: 0 }),
    em("seven zeros before the hash", { zeros: 7 }),
    ["none", signed(Buffer.alloc(0)), "jws/bad-signature"],
    ["zeros", signed(Buffer.alloc(SIZE)), "jws/bad-signature"],
    ["all bits set", signed(Buffer.alloc(SIZE, 0xff)), "jws/bad-signature"],
    ["an octet short", signed(right.subarray(0, SIZE - 1)), "jws/bad-signature"],
    ["a zero octet in front", signed(Buffer.concat([Buffer.alloc(1), right])), "jws/bad-signature"],
    ["a zero octet behind", signed(Buffer.concat([right, Buffer.alloc(1)])), "jws/bad-signature"],
    ["twice", signed(Buffer.concat([right, right])), "jws/bad-signature"],
  ],
};

const longer: TokenTheme = {
  rule: "RFC 7518 §3.5 and RFC 8017 §9.1 the encoded message of PS384 and PS512",
  key: keyOf("PS512"),
  flawless: encoded({ alg: "PS512", salt: 64 }),
  cases: [
    ["a salt of 32 octets for PS512", encoded({ alg: "PS512", salt: 32 }), "jws/bad-signature"],
    ["no salt for PS512", encoded({ alg: "PS512", salt: 0 }), "jws/bad-signature"],
    [
      "a mask by SHA-256 for PS512",
      encoded({ alg: "PS512", salt: 64, maskHash: "sha256" }),
      "jws/bad-signature",
    ],
    ["a hash by SHA-256 for PS512", encoded({ alg: "PS512", salt: 64, hash: "sha256" }), "jws/bad-signature"],
    ...([{ salt: 20 }, { salt: 47 }, { salt: 64 }, { salt: 48, maskHash: "sha1" }] as const).map(
      (different): TokenCase => [
        `PS384 with ${JSON.stringify(different)}`,
        { token: encoded({ alg: "PS384", ...different }), key: keyOf("PS384") },
        "jws/bad-signature",
        { token: encoded({ alg: "PS384", salt: 48 }), key: keyOf("PS384") },
      ],
    ),
  ],
};

export const themes: readonly TokenTheme[] = [ps256, longer];
