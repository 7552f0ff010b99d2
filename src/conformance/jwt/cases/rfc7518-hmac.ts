/** RFC 7518 §3.2: HMAC with SHA-2. */
import type { Case } from "../../case.ts";
import { secretOf, signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { bitChanged, question, withSignature } from "../question.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const validated =
  'The HMAC SHA-256 MAC for a JWS is validated by computing an HMAC value per RFC 2104, using SHA-256 as the hash algorithm "H", using the received JWS Signing Input as the "text" value, and using the shared key.';
const compared =
  "This computed HMAC value is then compared to the result of base64url decoding the received encoded JWS Signature value.";
const size =
  'A key of the same size as the hash output (for instance, 256 bits for "HS256") or larger MUST be used with this algorithm.';

const octets = Buffer.from(signingKeys.HS512!.k as string, "base64url");

/** Signed and verified with a secret of so many octets. */
function keyOf(now: number, alg: string, length: number): Question {
  const key = secretOf(Buffer.concat(Array(4).fill(octets)).subarray(0, length));
  return question(now, { alg, key, trusted: key });
}

/** The algorithms, and the octets of their hashes. */
const hashes: readonly [alg: string, length: number][] = [
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
];

export const hmac: readonly Case<JwtTrial>[] = clause("rfc7518/3.2", [
  ...hashes.map(([alg], at) => ({
    number: 1 + at,
    title: `${alg}: a good token`,
    requirement: validated,
    level: "MUST" as const,
    run: accepted((now) => question(now, { alg })),
  })),
  ...hashes.map(([alg], at) => ({
    number: 4 + at,
    title: `${alg}: a bit of the MAC changed`,
    requirement: compared,
    level: "MUST" as const,
    run: refused((now) => bitChanged(question(now, { alg }))),
  })),
  ...hashes.map(([alg, length], at) => ({
    number: 7 + at,
    title: `${alg}: a key of ${length - 1} octets`,
    requirement: size,
    level: "MUST" as const,
    run: refused((now) => keyOf(now, alg, length - 1)),
  })),
  {
    number: 10,
    title: "HS256: an empty key",
    requirement: size,
    level: "MUST",
    run: refused((now) => keyOf(now, "HS256", 0)),
  },
  {
    number: 11,
    title: "HS256: a key of exactly 32 octets",
    requirement: size,
    level: "MUST",
    run: accepted((now) => keyOf(now, "HS256", 32)),
  },
  {
    number: 12,
    title: "HS256: a key longer than a block of the hash",
    requirement: validated,
    level: "MUST",
    run: accepted((now) => keyOf(now, "HS256", 200)),
  },
  {
    number: 13,
    title: "HS256: the first 16 octets of the MAC",
    requirement: compared,
    level: "MUST",
    run: refused((now) => withSignature(question(now), (mac) => mac.subarray(0, 16))),
  },
  {
    number: 14,
    title: "HS256: the MAC, and an octet more",
    requirement: compared,
    level: "MUST",
    run: refused((now) => withSignature(question(now), (mac) => Buffer.concat([mac, Buffer.alloc(1)]))),
  },
]);
