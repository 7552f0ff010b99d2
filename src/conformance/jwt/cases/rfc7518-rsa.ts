/** RFC 7518 §3.3 and §3.5: RSASSA-PKCS1-v1_5 and RSASSA-PSS. */
import { constants, createHash, privateEncrypt } from "node:crypto";
import type { Case } from "../../case.ts";
import { oddKeys, publicHalf, signingKeys } from "../keys.ts";
import type { Question } from "../protocol.ts";
import { bitChanged, HOUR, question, withSignature } from "../question.ts";
import { compact, privateKeyOf, segment, signPss } from "../sign.ts";
import type { JwtTrial } from "../trial.ts";
import { accepted, clause, refused } from "./judging.ts";

const pkcs1 =
  "The RSASSA-PKCS1-v1_5 SHA-256 digital signature for a JWS is validated as follows: submit the JWS Signing Input, the JWS Signature, and the public key corresponding to the private key used by the signer to the RSASSA-PKCS1-v1_5-VERIFY algorithm using SHA-256 as the hash function.";
const pss =
  "The RSASSA-PSS SHA-256 digital signature for a JWS is validated as follows: submit the JWS Signing Input, the JWS Signature, and the public key corresponding to the private key used by the signer to the RSASSA-PSS-VERIFY algorithm using SHA-256 as the hash function and using MGF1 as the mask generation function with SHA-256.";
const salt = "The size of the salt value is the same size as the hash function output.";

const key = signingKeys.RS256!;
const modulus = Buffer.from(key.n as string, "base64url");

function flawed(now: number, alg: string, token: string): Question {
  return { ...question(now, { alg }), token };
}

/** The header says `alg`, the signature is made by `madeBy`. */
function mislabelled(now: number, alg: string, madeBy: string): Question {
  return flawed(now, alg, compact({ alg, typ: "JWT" }, { sub: "alice", exp: now + HOUR }, madeBy, key));
}

function withSalt(now: number, length: number): Question {
  const input = signingInput(now, "PS256");
  const signature = signPss(Buffer.from(input), "sha256", key, length);
  return flawed(now, "PS256", `${input}.${signature.toString("base64url")}`);
}

function signingInput(now: number, alg: string, filler = 0): string {
  return `${segment({ alg, typ: "JWT" })}.${segment({ sub: "alice", exp: now + HOUR, filler })}`;
}

/** DigestInfo for SHA-256 (RFC 8017 §9.2), before the hash. */
const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex");

/** Padded too little, and filled up after the hash: what a careless parser takes, Bleichenbacher (2006) can forge. */
function filledUp(now: number): Question {
  const input = signingInput(now, "RS256");
  const hash = createHash("sha256").update(input).digest();
  const start = Buffer.concat([Buffer.from("0001ffffffffffffffff00", "hex"), digestInfo, hash]);
  const block = Buffer.concat([start, Buffer.alloc(modulus.length - start.length, 0x5a)]);
  const signature = privateEncrypt({ key: privateKeyOf(key), padding: constants.RSA_NO_PADDING }, block);
  return flawed(now, "RS256", `${input}.${signature.toString("base64url")}`);
}

/** A signature that is a number not below the modulus: another spelling of a good one. */
function aboveModulus(now: number): Question {
  for (let filler = 0; ; filler++) {
    const good = question(now, { alg: "RS256", claims: { filler } });
    const sum = numberOf(signatureOf(good)) + numberOf(modulus);
    if (sum >> BigInt(8 * modulus.length) === 0n) return withSignature(good, () => octetsOf(sum));
  }
}

function signatureOf({ token }: Question): Buffer {
  return Buffer.from(token.split(".")[2]!, "base64url");
}

function numberOf(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString("hex")}`);
}

function octetsOf(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * modulus.length, "0"), "hex");
}

/** PS256 over claims that hold until 2100, with the mask made by SHA-1. `node:crypto` does not make such. */
const maskedBySha1 =
  "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0." +
  "KDyPmBYp8xKP8Lktiy0MIrxH8oiLU4GLoSumVPMUHsARDf3apYtxwd3FxofIfWIklmdeNGWlQSNK2jlCA75Gv_sI23cZ" +
  "xvXZ0HDpL9VDp7rqLH4pDzPquMZVTozGwEWvbvPcM2jI3Knz0QK7dn1XEd-B_hEtKOjZe1Dx4KdgS9k2IoPgwTnjDSww" +
  "ddwuYDQ-GLKwaL2bJ1swzf-2o7gEUY6IW6_sf6h_i0OIMFl8uf7YjCmLV6aAWilqGl7vg_L9867gSdOjRoXXawmZPPHf" +
  "3yZGraCXh838dH3Hu0toPV6RWz-_Vx-VSyqCEUaiXKZGpWrLFwnxZzVGXGEX3o9bgg";

function short(now: number, alg: string): Question {
  return question(now, { alg, key: oddKeys.rsa1024, trusted: publicHalf(oddKeys.rsa1024) });
}

/** A good one, and one with a bit changed, by each of three algorithms. */
function each(names: readonly string[], requirement: string): Parameters<typeof clause>[1] {
  return [
    ...names.map((alg, at) => ({
      number: 1 + at,
      title: `${alg}: a good token`,
      requirement,
      level: "MUST" as const,
      run: accepted((now) => question(now, { alg })),
    })),
    ...names.map((alg, at) => ({
      number: 4 + at,
      title: `${alg}: a bit of the signature changed`,
      requirement,
      level: "MUST" as const,
      run: refused((now) => bitChanged(question(now, { alg }))),
    })),
  ];
}

export const rsa: readonly Case<JwtTrial>[] = [
  ...clause("rfc7518/3.3", [
    ...each(["RS256", "RS384", "RS512"], pkcs1),
    {
      number: 7,
      title: "RS256: a key of 1024 bits",
      requirement: "A key of size 2048 bits or larger MUST be used with these algorithms.",
      level: "MUST",
      run: refused((now) => short(now, "RS256")),
    },
    {
      number: 8,
      title: "RS256 in the header, RSASSA-PSS in the signature",
      requirement: pkcs1,
      level: "MUST",
      run: refused((now) => mislabelled(now, "RS256", "PS256")),
    },
    {
      number: 9,
      title: "RS256: little padding, and octets after the hash",
      requirement: pkcs1,
      level: "MUST",
      run: refused(filledUp),
    },
    {
      number: 10,
      title: "RS256: a zero octet before the signature",
      requirement: pkcs1,
      level: "MUST",
      run: refused((now) =>
        withSignature(question(now, { alg: "RS256" }), (octets) => Buffer.concat([Buffer.alloc(1), octets])),
      ),
    },
    {
      number: 11,
      title: "RS256: the signature and the modulus, added up",
      requirement: pkcs1,
      level: "MUST",
      run: refused(aboveModulus),
    },
  ]),
  ...clause("rfc7518/3.5", [
    ...each(["PS256", "PS384", "PS512"], pss),
    {
      number: 7,
      title: "PS256: a key of 1024 bits",
      requirement: "A key of size 2048 bits or larger MUST be used with this algorithm.",
      level: "MUST",
      run: refused((now) => short(now, "PS256")),
    },
    {
      number: 8,
      title: "PS256 in the header, RSASSA-PKCS1-v1_5 in the signature",
      requirement: pss,
      level: "MUST",
      run: refused((now) => mislabelled(now, "PS256", "RS256")),
    },
    {
      number: 9,
      title: "PS256: no salt",
      requirement: salt,
      level: "MUST",
      run: refused((now) => withSalt(now, 0)),
    },
    {
      number: 10,
      title: "PS256: as much salt as there is room for",
      requirement: salt,
      level: "MUST",
      run: refused((now) => withSalt(now, modulus.length - 32 - 2)),
    },
    {
      number: 11,
      title: "PS256: SHA-1 in the mask generation function",
      requirement: pss,
      level: "MUST",
      run: refused((now) => flawed(now, "PS256", maskedBySha1)),
    },
  ]),
];
