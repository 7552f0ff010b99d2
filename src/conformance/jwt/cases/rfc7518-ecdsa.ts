/** RFC 7518 §3.4 and §6.2.1, RFC 8812 §3.2: ECDSA, and the points that are its keys. */
import { sign } from "node:crypto";
import type { Case } from "../../case.ts";
import { oddKeys, publicHalf, signingKeys } from "../keys.ts";
import type { Jwk, Question } from "../protocol.ts";
import { bitChanged, HOUR, question, withSignature } from "../question.ts";
import { privateKeyOf, seal, segment } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const validated =
  "Submit the JWS Signing Input, R, S, and the public key (x, y) to the ECDSA P-256 SHA-256 validator.";
const sixtyFour =
  "The JWS Signature value MUST be a 64-octet sequence. If it is not a 64-octet sequence, the validation has failed.";
const notShortened =
  "The octet sequence representations MUST NOT be shortened to omit any leading zero octets contained in the values.";
const curve = 'The "crv" field MUST be present, and it MUST represent the "secp256k1" elliptic curve.';

/** The algorithms, and the octets of each of the two numbers. */
const sizes: readonly [alg: string, size: number][] = [
  ["ES256", 32],
  ["ES384", 48],
  ["ES512", 66],
];

/** The order of P-256. */
const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");

/** Claims that hold until 2100, and signatures over them that begin with a zero octet, in r and in s. */
const lasting = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0";
const zeroInR = "AMR9AxUZaneM00ggfLmeMHuFkWbpOxiynhk0Y4ZPgBZ87P0fRP3JVEDthwlPOCZztN2avq7LuZAhvuAxmj_WbA";
const zeroInS = "4rKbi5hk043LVwpgZ2EdXiE3ZBw1YEtE8ofGyRR_essAz27xfaVa1577w4PNpsCP_IwbyJ3sMOA5N816J8d2Ow";

function lastingToken(now: number, signature: string): Question {
  return { ...question(now, { alg: "ES256" }), token: `${lasting}.${signature}` };
}

/** A good token by ES256, its two numbers put together in another way. */
function rejoined(now: number, join: (r: Buffer, s: Buffer) => readonly Buffer[]): Question {
  return withSignature(question(now, { alg: "ES256" }), (octets) =>
    Buffer.concat(join(octets.subarray(0, 32), octets.subarray(32))),
  );
}

/** ES256 in the header, and a key that is on another curve, for which the signature is good. */
function onAnotherCurve(now: number, other: string): Question {
  const key = signingKeys[other]!;
  const input = `${segment({ alg: "ES256", typ: "JWT" })}.${segment({ sub: "alice", exp: now + HOUR })}`;
  return { ...question(now, { alg: "ES256", trusted: publicHalf(key) }), token: seal(input, "ES256", key) };
}

function inDer(now: number): Question {
  const good = question(now, { alg: "ES256" });
  const input = good.token.slice(0, good.token.lastIndexOf("."));
  const key = privateKeyOf(signingKeys.ES256!);
  return withSignature(good, () => sign("sha256", Buffer.from(input), { key, dsaEncoding: "der" }));
}

const zero = Buffer.alloc(1);

const signatures = clause("rfc7518/3.4", [
  ...sizes.map(([alg], at) => ({
    number: 1 + at,
    title: `${alg}: a good token`,
    requirement: validated,
    level: "MUST" as const,
    run: accepted((now) => question(now, { alg })),
  })),
  ...sizes.map(([alg], at) => ({
    number: 4 + at,
    title: `${alg}: a bit of the signature changed`,
    requirement: validated,
    level: "MUST" as const,
    run: refused((now) => bitChanged(question(now, { alg }))),
  })),
  ...sizes.map(([alg, size], at) => ({
    number: 7 + at,
    title: `${alg}: r and s zero`,
    requirement: validated,
    level: "MUST" as const,
    run: refused((now) => withSignature(question(now, { alg }), () => Buffer.alloc(2 * size))),
  })),
  {
    number: 10,
    title: "ES256: r and s the order of the curve",
    requirement: validated,
    level: "MUST",
    run: refused((now) => rejoined(now, () => [order, order])),
  },
  {
    number: 11,
    title: "ES256: the signature in DER",
    requirement: sixtyFour,
    level: "MUST",
    run: refused(inDer),
  },
  {
    number: 12,
    title: "ES256: r begins with a zero octet",
    requirement: notShortened,
    level: "MUST",
    run: accepted((now) => lastingToken(now, zeroInR)),
  },
  {
    number: 13,
    title: "ES256: s begins with a zero octet",
    requirement: notShortened,
    level: "MUST",
    run: accepted((now) => lastingToken(now, zeroInS)),
  },
  {
    number: 14,
    title: "ES256: r without the zero octet that it begins with",
    requirement: notShortened,
    level: "MUST",
    run: refused((now) => withSignature(lastingToken(now, zeroInR), (octets) => octets.subarray(1))),
  },
  {
    number: 15,
    title: "ES256: r and s with a zero octet before each",
    requirement: sixtyFour,
    level: "MUST",
    run: refused((now) => rejoined(now, (r, s) => [zero, r, zero, s])),
  },
  {
    number: 16,
    title: "ES256: an octet after the signature",
    requirement: sixtyFour,
    level: "MUST",
    run: refused((now) => rejoined(now, (r, s) => [r, s, zero])),
  },
  {
    number: 17,
    title: "ES256: a key on P-384",
    requirement: validated,
    level: "MUST",
    run: refused((now) => onAnotherCurve(now, "ES384")),
  },
  {
    number: 18,
    title: "ES256: a key on secp256k1",
    requirement: validated,
    level: "MUST",
    run: refused((now) => onAnotherCurve(now, "ES256K")),
  },
]);

const points = clause("rfc7518/6.2.1.2", [
  {
    number: 1,
    title: "a key whose x begins with a zero octet",
    requirement:
      'The length of this octet string MUST be the full size of a coordinate for the curve specified in the "crv" parameter.',
    level: "MUST",
    run: accepted((now) =>
      question(now, { alg: "ES256", key: oddKeys.leadingZero, trusted: publicHalf(oddKeys.leadingZero) }),
    ),
  },
  {
    number: 2,
    title: "a key whose x lacks the zero octet that it begins with",
    requirement:
      'The length of this octet string MUST be the full size of a coordinate for the curve specified in the "crv" parameter.',
    // It is the duty of who writes the JWK.
    level: "MAY",
    run: refused((now) => {
      const { leadingZero } = oddKeys;
      const x = Buffer.from(leadingZero.x as string, "base64url")
        .subarray(1)
        .toString("base64url");
      return question(now, { alg: "ES256", key: leadingZero, trusted: { ...publicHalf(leadingZero), x } });
    }),
  },
]);

/** A good token by ES256K, and a key that says something about itself. */
function secp256k1(now: number, members: Jwk): Question {
  const { kty, ...key } = publicHalf(signingKeys.ES256K!);
  return question(now, { alg: "ES256K", trusted: { kty: kty!, ...key, ...members } });
}

const koblitz = clause("rfc8812/3.2", [
  {
    number: 1,
    title: "ES256K: a good token",
    requirement: curve,
    level: "MUST",
    run: accepted((now) => question(now, { alg: "ES256K" })),
  },
  {
    number: 2,
    title: "ES256K: a key on P-256",
    requirement: curve,
    level: "MUST",
    run: refused((now) =>
      question(now, {
        alg: "ES256K",
        key: signingKeys.ES256!,
        trusted: publicHalf(signingKeys.ES256!),
      }),
    ),
  },
  {
    number: 3,
    title: "ES256K: the key is for ES256, it says",
    requirement: 'If the "alg" field is present, it MUST represent the "ES256K" algorithm.',
    level: "MUST",
    run: refused((now) => secp256k1(now, { alg: "ES256" })),
  },
  {
    number: 4,
    title: "ES256K: the key is for signing alone, it says",
    requirement:
      'If the "key_ops" field is present, it MUST include "verify" when verifying an ECDSA signature.',
    level: "MUST",
    run: refused((now) => secp256k1(now, { key_ops: ["sign"] })),
  },
  {
    number: 5,
    title: "ES256K: the key is for encryption, it says",
    requirement: 'If the JWK "use" field is present, its value MUST be "sig".',
    level: "MUST",
    run: refused((now) => secp256k1(now, { use: "enc" })),
  },
]);

export const ecdsa: readonly Case<JwtTrial>[] = [...signatures, ...points, ...koblitz];
