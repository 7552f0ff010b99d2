import { constants, createHash, generateKeyPairSync, privateEncrypt, sign } from "node:crypto";
import { importKey } from "../../../src/jwt/key.ts";
import { claims, flawlessBy, forge, signatureOf, typ, withSignature } from "../forge.ts";
import { keyOf, rsa } from "./pairs.ts";
import type { TokenCase, TokenTheme } from "./theme.ts";

const key = keyOf("RS256");
const flawless = flawlessBy(key);
const signingInput = flawless.slice(0, flawless.lastIndexOf("."));
const right = signatureOf(flawless);
const signed = (octets: Uint8Array) => withSignature(flawless, octets);
const other = importKey(generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey, "RS256");

/** Octets of the modulus. */
const SIZE = 256;
const modulus = BigInt(
  `0x${Buffer.from(rsa.publicKey.export({ format: "jwk" }).n!, "base64url").toString("hex")}`,
);
const octets = (number: bigint, length: number) =>
  Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex");
const rightNumber = BigInt(`0x${right.toString("hex")}`);

/** The owner of the key signs an encoded message of his own making: RSASP1 of RFC 8017 §5.2.1. */
function encoded(message: Buffer): string {
  return signed(privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, message));
}

/** RFC 8017 §9.2: EM = 00 ‖ 01 ‖ PS ‖ 00 ‖ T, all of PS being ff. */
function padded(t: Buffer, block = 1, filler = 0xff): Buffer {
  return Buffer.concat([Buffer.of(0, block), Buffer.alloc(SIZE - 3 - t.length, filler), Buffer.of(0), t]);
}

/** RFC 8017 §9.2 note 1: the DigestInfo of SHA-256, up to the hash. */
const DIGEST_INFO = "3031300d060960864801650304020105000420";
const hash = createHash("sha256").update(signingInput).digest();
const digestInfo = (hex: string, digest = hash) => Buffer.concat([Buffer.from(hex, "hex"), digest]);
const right51 = digestInfo(DIGEST_INFO);
const twin = encoded(padded(right51));
const sha1 = createHash("sha1").update(signingInput).digest();
const md5 = createHash("md5").update(signingInput).digest();

const em = (why: string, message: Buffer): TokenCase => [why, encoded(message), "jws/bad-signature", twin];
const cut = (t: Buffer, by: number) =>
  Buffer.concat([
    Buffer.of(0, 1),
    Buffer.alloc(SIZE - 3 - t.length - by, 0xff),
    Buffer.of(0),
    t,
    Buffer.alloc(by, 1),
  ]);

const encoding: TokenTheme = {
  rule: "RFC 7518 §3.3 and RFC 8017 §9.2 the encoded message of RS256, laid out by the owner of the key",
  key,
  flawless,
  cases: [
    em("a DigestInfo without its NULL", padded(digestInfo("302f300b0609608648016503040201" + "0420"))),
    em("a DigestInfo with two NULLs", padded(digestInfo("3033300f0609608648016503040201050005000420"))),
    em("the hash alone", padded(hash)),
    em("the hash as an octet string alone", padded(digestInfo("0420"))),
    em("the name of SHA-512 before the hash", padded(digestInfo("3031300d060960864801650304020305000420"))),
    em("the name of SHA-224 before the hash", padded(digestInfo("3031300d060960864801650304020405000420"))),
    em("SHA-1", padded(digestInfo("3021300906052b0e03021a05000414", sha1))),
    em("MD5", padded(digestInfo("3020300c06082a864886f70d020505000410", md5))),
    em("MD5 and SHA-1, as in TLS 1.0", padded(Buffer.concat([md5, sha1]))),
    em(
      "a hash cut by an octet",
      padded(digestInfo("3030300d06096086480165030402010500041f", hash.subarray(0, 31))),
    ),
    em("the hash of something else", padded(digestInfo(DIGEST_INFO, createHash("sha256").digest()))),
    em("four octets after the hash", cut(right51, 4)),
    em("eight octets of padding, and the rest after the hash", cut(right51, SIZE - 3 - 8 - right51.length)),
    em("no padding, and the rest after the hash", cut(right51, SIZE - 3 - right51.length)),
    em("a length in BER", padded(digestInfo("308131300d060960864801650304020105000420"))),
    em(
      "an open length in BER",
      padded(Buffer.concat([digestInfo("3080300d060960864801650304020105000420"), Buffer.of(0, 0)])),
    ),
    em(
      "a zero octet before the name of the hash",
      padded(digestInfo("3032300e060a00608648016503040201" + "05000420")),
    ),
    em("block type 2", padded(right51, 2)),
    em("block type 0", padded(right51, 0, 0)),
    em("padding that is not ff", padded(right51, 1, 0xfe)),
    em("a zero octet within the padding", Object.assign(padded(right51), { 100: 0 })),
    em("one octet of padding that is not ff", Object.assign(padded(right51), { 100: 0xfe })),
    em("no zero octet after the padding", Object.assign(padded(right51), { [SIZE - 52]: 0xff })),
    em("a first octet that is not zero", Object.assign(padded(right51), { 0: 1, 1: 1, 2: 0 })),
    em("an encoded message of one", octets(1n, SIZE)),
  ],
};

const hash512 = createHash("sha512").update(signingInput).digest();

const lengths: TokenTheme = {
  rule: "RFC 7518 §3.3 and RFC 8017 §8.2.2 the signature of RS256",
  key,
  flawless,
  cases: [
    ["none", signed(Buffer.alloc(0)), "jws/bad-signature"],
    ["zeros", signed(Buffer.alloc(SIZE)), "jws/bad-signature"],
    ["one", signed(octets(1n, SIZE)), "jws/bad-signature"],
    ["the modulus", signed(octets(modulus, SIZE)), "jws/bad-signature"],
    ["the modulus less one", signed(octets(modulus - 1n, SIZE)), "jws/bad-signature"],
    ["all bits set", signed(Buffer.alloc(SIZE, 0xff)), "jws/bad-signature"],
    ["the negative of the right one", signed(octets(modulus - rightNumber, SIZE)), "jws/bad-signature"],
    ["the right one and the modulus", signed(octets(rightNumber + modulus, SIZE + 1)), "jws/bad-signature"],
    ["an octet short", signed(right.subarray(0, SIZE - 1)), "jws/bad-signature"],
    ["without its first octet", signed(right.subarray(1)), "jws/bad-signature"],
    ["a zero octet behind", signed(Buffer.concat([right, Buffer.alloc(1)])), "jws/bad-signature"],
    ["a zero octet in front", signed(Buffer.concat([Buffer.alloc(1), right])), "jws/bad-signature"],
    ["twice", signed(Buffer.concat([right, right])), "jws/bad-signature"],
    ["backwards", signed(Buffer.from(right).reverse()), "jws/bad-signature"],
    withoutLeadingZero(),
    ["another key's", forge({ alg: "RS256", typ }, claims, other), "jws/bad-signature"],
    [
      "another token's",
      withSignature(flawless, signatureOf(forge({ alg: "RS256", typ }, {}, key))),
      "jws/bad-signature",
    ],
    ["of a hash already made", signed(sign("sha256", hash, rsa.privateKey)), "jws/bad-signature"],
    ["of SHA-512", signed(sign("sha512", Buffer.from(signingInput), rsa.privateKey)), "jws/bad-signature"],
    [
      "of SHA-512 cut to the length of SHA-256",
      encoded(padded(digestInfo(DIGEST_INFO, hash512.subarray(0, 32)))),
      "jws/bad-signature",
    ],
    ["of the length of 4,096 bits", signed(Buffer.alloc(512, 1)), "jws/bad-signature"],
  ],
};

/** A rightly signed token whose signature begins with a zero octet, without it: one in 256 does. */
function withoutLeadingZero(): TokenCase {
  for (let jti = 0; ; jti++) {
    const token = forge({ alg: "RS256", typ }, { ...claims, jti: String(jti) }, key);
    const signature = signatureOf(token);
    if (signature[0] !== 0) continue;
    return [
      "a leading zero left out",
      withSignature(token, signature.subarray(1)),
      "jws/bad-signature",
      token,
    ];
  }
}

export const themes: readonly TokenTheme[] = [encoding, lengths];
