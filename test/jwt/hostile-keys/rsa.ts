import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  randomBytes,
} from "node:crypto";
import { rsa } from "../hostile/pairs.ts";
import { encoded, integer, numberOf, pem, sequence } from "./der.ts";
import type { KeyCase, KeyTheme } from "./theme.ts";

const jwk = rsa.privateKey.export({ format: "jwk" }) as Record<RsaNumber | "kty", string>;
type RsaNumber = "n" | "e" | "d" | "p" | "q" | "dp" | "dq" | "qi";
const publicJwk = { kty: "RSA", n: jwk.n, e: jwk.e };
const other = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({
  format: "jwk",
}) as typeof jwk;
const short = generateKeyPairSync("rsa", { modulusLength: 1_024 });

/** An odd number of exactly so many bits: nobody asks whether it is the product of two primes. */
function modulus(bits: number): bigint {
  const random = BigInt(`0x${randomBytes(Math.ceil(bits / 8)).toString("hex")}`);
  return BigInt.asUintN(bits, random) | (1n << BigInt(bits - 1)) | 1n;
}

const withModulus = (bits: number) => ({ kty: "RSA", n: encoded(modulus(bits)), e: "AQAB" });
const objectOf = (key: object) => createPublicKey({ key: { ...key }, format: "jwk" });
const pemOf = (key: object) => objectOf(key).export({ format: "pem", type: "spki" }) as string;

const sizes: KeyTheme = {
  rule: "RFC 7518 §3.3 and RFC 7518 §3.5 an RSA key of 2,048 bits or more",
  cases: [
    ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const).map((alg): KeyCase => {
      return [`1,024 bits for ${alg}`, short.publicKey, alg, "key/modulus-length", rsa.publicKey];
    }),
    ["1,024 bits, private", short.privateKey, "RS256", "key/modulus-length", rsa.privateKey],
    [
      "1,024 bits in PEM",
      short.publicKey.export({ format: "pem", type: "spki" }),
      "RS256",
      "key/modulus-length",
      pemOf(publicJwk),
    ],
    [
      "1,024 bits in a JWK",
      short.publicKey.export({ format: "jwk" }),
      "RS256",
      "key/modulus-length",
      publicJwk,
    ],
    ["1,536 bits", withModulus(1_536), "RS256", "key/modulus-length", withModulus(3_072)],
    ["2,047 bits", withModulus(2_047), "RS256", "key/modulus-length", withModulus(2_048)],
    [
      "2,047 bits in PEM",
      pemOf(withModulus(2_047)),
      "PS256",
      "key/modulus-length",
      pemOf(withModulus(2_048)),
    ],
    [
      "2,047 bits in a KeyObject",
      objectOf(withModulus(2_047)),
      "RS256",
      "key/modulus-length",
      objectOf(withModulus(2_049)),
    ],
    ["16,385 bits", withModulus(16_385), "RS256", "key/modulus-length", withModulus(16_384)],
    ["16,385 bits for PS512", withModulus(16_385), "PS512", "key/modulus-length", withModulus(16_384)],
    ["one bit", withModulus(1), "RS256", "key/modulus-length", publicJwk],
    ["a modulus of no octet", { ...publicJwk, n: "" }, "RS256", "key/modulus-length", publicJwk],
    ["a modulus of zero", { ...publicJwk, n: "AA" }, "RS256", "key/malformed", publicJwk],
    [
      "a modulus with a zero octet in front",
      { ...publicJwk, n: encoded(numberOf(jwk.n), 257) },
      "RS256",
      "key/malformed",
      publicJwk,
    ],
    [
      "a modulus of 2,040 bits after a zero octet",
      { ...publicJwk, n: encoded(modulus(2_040), 256) },
      "RS256",
      "key/malformed",
      publicJwk,
    ],
    [
      "an exponent with a zero octet in front",
      { ...publicJwk, e: "AAEAAQ" },
      "RS256",
      "key/malformed",
      publicJwk,
    ],
  ],
};

function exponent(why: string, e: bigint, alg: KeyCase[2] = "RS256"): KeyCase {
  return [
    why,
    { ...publicJwk, e: encoded(e) },
    alg,
    "key/weak-exponent",
    { ...publicJwk, e: encoded(65_539n) },
  ];
}

const exponents: KeyTheme = {
  rule: "RFC 8017 §3.1 and RFC 8725 §3.4 a public exponent that is odd, and neither small nor huge",
  cases: [
    exponent("one, for which every signature is right", 1n),
    exponent("one for PS256", 1n, "PS256"),
    exponent("two", 2n),
    exponent("three", 3n),
    exponent("three for PS256", 3n, "PS256"),
    exponent("17", 17n),
    exponent("65,535", 65_535n),
    exponent("65,536", 65_536n),
    exponent("65,538", 65_538n),
    exponent("a large even one", 2n ** 40n),
    exponent("one of 65 bits", 2n ** 64n + 1n),
    exponent("one of 256 bits", 2n ** 256n - 1n),
    exponent("one as long as the modulus", numberOf(jwk.n) - 2n),
    exponent("the modulus", numberOf(jwk.n)),
    exponent("one beyond the modulus", 2n ** 4_096n + 1n),
    ["no octet", { ...publicJwk, e: "" }, "RS256", "key/weak-exponent", publicJwk],
    ["three in PEM", pemOf({ ...publicJwk, e: "Aw" }), "RS256", "key/weak-exponent", pemOf(publicJwk)],
    [
      "three in a KeyObject",
      objectOf({ ...publicJwk, e: "Aw" }),
      "RS256",
      "key/weak-exponent",
      objectOf(publicJwk),
    ],
    [
      "three, private",
      generateKeyPairSync("rsa", { modulusLength: 2_048, publicExponent: 3 }).privateKey,
      "RS256",
      "key/weak-exponent",
      rsa.privateKey,
    ],
  ],
};

/** PKCS #1, RFC 8017 §A.1.2, of whatever numbers. */
function pkcs1(
  numbers: Readonly<Record<RsaNumber, bigint>>,
  version = 0n,
  ...more: readonly Buffer[]
): string {
  const { n, e, d, p, q, dp, dq, qi } = numbers;
  const values = [version, n, e, d, p, q, dp, dq, qi].map(integer);
  return pem("RSA PRIVATE KEY", sequence(...values, ...more));
}

/** The inverse modulo m, by Euclid. */
function inverse(value: bigint, m: bigint): bigint {
  let [a, b, u, v] = [value % m, m, 1n, 0n];
  while (a > 1n) [a, b, u, v] = [b % a, a, v - (b / a) * u, u];
  return ((u % m) + m) % m;
}

const E = 65_537n;

/** All numbers of a key whose factors are these, as if they were prime. */
function numbersOf(p: bigint, q: bigint): Record<RsaNumber, bigint> {
  const d = inverse(E, (p - 1n) * (q - 1n));
  const qi = inverse(q, p);
  return { n: p * q, e: E, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi };
}

const prime = (bits: number) => {
  for (;;) {
    const candidate = generatePrimeSync(bits, { bigint: true });
    if (candidate % E !== 1n) return candidate;
  }
};

// The least product of three primes of these lengths, whose two highest bits are set, still has 2,048 bits.
const [p1, p2, q] = [prime(513), prime(512), prime(1_024)];
/** Three primes, two of which pass for one: every equation between the numbers holds, and no signature is right. */
const composite = numbersOf(p1 * p2, q);
const sound = numbersOf(numberOf(jwk.p), numberOf(jwk.q));

/** RFC 8017 §A.1.2, version 1: a third prime, in otherPrimeInfos. */
function threePrimes(): string {
  const [p, q, r] = [prime(700), prime(700), prime(700)];
  const n = p * q * r;
  const d = inverse(E, (p - 1n) * (q - 1n) * (r - 1n));
  const info = sequence(integer(r), integer(d % (r - 1n)), integer(inverse(p * q, r)));
  const numbers = { n, e: E, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  return pkcs1(numbers, 1n, sequence(info));
}

function mismatched(why: string, wrong: object, alg: KeyCase[2] = "RS256"): KeyCase {
  return [why, { ...jwk, ...wrong }, alg, "key/mismatched-halves", jwk];
}

const halves: KeyTheme = {
  rule: "RFC 8017 §3.2 and RFC 7518 §6.3.2 the numbers of a private RSA key belong together",
  cases: [
    mismatched("another key's n", { n: other.n }),
    mismatched("another e", { e: encoded(65_539n) }),
    mismatched("another key's d", { d: other.d }),
    mismatched("another key's d for PS256", { d: other.d }, "PS256"),
    mismatched("d of one", { d: "AQ" }),
    mismatched("d and two", { d: encoded(numberOf(jwk.d) + 2n) }),
    mismatched("p and q exchanged", { p: jwk.q, q: jwk.p }),
    mismatched("p and q exchanged with their exponents", { p: jwk.q, q: jwk.p, dp: jwk.dq, dq: jwk.dp }),
    mismatched("another key's p", { p: other.p }),
    mismatched("another key's p and q", { p: other.p, q: other.q }),
    mismatched("p of one and q of n", { p: "AQ", q: jwk.n }),
    mismatched("p of n and q of one", { p: jwk.n, q: "AQ" }),
    mismatched("p of no octet", { p: "" }),
    mismatched("another key's dp", { dp: other.dp }),
    mismatched("dp of d", { dp: jwk.d }),
    mismatched("another key's dq", { dq: other.dq }),
    mismatched("another key's qi", { qi: other.qi }),
    mismatched("qi of one", { qi: "AQ" }),
    mismatched("all of another key but n", { ...other, n: jwk.n }),
    [
      "exchanged p and q in PKCS #1",
      pkcs1({ ...sound, p: sound.q, q: sound.p }),
      "RS256",
      "key/mismatched-halves",
      pkcs1(sound),
    ],
    [
      "no p and q in PKCS #1",
      pkcs1({ ...sound, p: 0n, q: 0n, dp: 0n, dq: 0n, qi: 0n }),
      "RS256",
      "key/mismatched-halves",
      pkcs1(sound),
    ],
    [
      "a p that is no prime",
      pkcs1(composite),
      "RS256",
      "key/mismatched-halves",
      pkcs1(numbersOf(prime(1_024), q)),
    ],
    ["three primes in PKCS #1", threePrimes(), "RS256", "key/mismatched-halves", pkcs1(sound)],
    [
      "another key's d in a KeyObject",
      createPrivateKey({ key: { ...jwk, d: other.d }, format: "jwk" }),
      "RS512",
      "key/mismatched-halves",
      createPrivateKey({ key: jwk, format: "jwk" }),
    ],
  ],
};

const lacking: KeyTheme = {
  rule: "RFC 7518 §6.3.2 a private RSA key is whole, and of two primes",
  cases: [
    ...(["d", "p", "q", "dp", "dq", "qi"] as const).map((name): KeyCase => {
      return [`no ${name}`, { ...jwk, [name]: undefined }, "RS256", "key/malformed", jwk];
    }),
    ["d alone", { ...publicJwk, d: jwk.d }, "RS256", "key/malformed", publicJwk],
    ["a d of null", { ...jwk, d: null }, "RS256", "key/malformed", jwk],
    [
      "p with a zero octet in front",
      { ...jwk, p: encoded(numberOf(jwk.p), 129) },
      "RS256",
      "key/malformed",
      jwk,
    ],
    ["a third prime", { ...jwk, oth: [{ r: jwk.p, d: jwk.dp, t: jwk.qi }] }, "RS256", "key/malformed", jwk],
    ["an empty list of further primes", { ...jwk, oth: [] }, "RS256", "key/malformed", jwk],
    ["a third prime in a public key", { ...publicJwk, oth: [] }, "RS256", "key/malformed", publicJwk],
  ],
};

export const themes: readonly KeyTheme[] = [sizes, exponents, halves, lacking];
