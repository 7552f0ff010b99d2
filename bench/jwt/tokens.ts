/**
 * The tokens that the contenders sign and verify. Made with `node:crypto` alone, so that no contender is
 * measured on what it made itself; each in all the forms in which one of them wants it.
 */
import {
  constants,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from "node:crypto";
import type { Claims, ClaimsPolicy } from "../../src/jwt/index.ts";

/** Different tokens in turn, as they come in. */
export const RING = 64;
/** Any moment will do, in seconds: the clock is not what is measured. */
export const NOW = 1_750_000_000;

/** What every contender demands of a token, besides a right signature: this, and that it expires later than now. */
export const policy: ClaimsPolicy & {
  readonly issuer: string;
  readonly audience: string;
  readonly typ: string;
} = {
  issuer: "https://login.example.org",
  audience: "https://api.example.org",
  typ: "at+jwt",
};

/** Both halves of a key; for HMAC both are the secret. */
export interface KeyPair {
  readonly alg: BenchAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** One token in the forms in which the contenders want it. */
export interface Token {
  readonly claims: Claims;
  /** The whole. One flat string, as it is when it comes from a header field. */
  readonly text: string;
  /** The JWS Signing Input. */
  readonly signingInput: Buffer;
  /** The signature as the bare call makes and takes it: of ECDSA in DER. */
  readonly signature: Buffer;
  /** The signature as the token holds it. */
  readonly octets: Buffer;
}

/** The algorithms that are measured. */
export type BenchAlgorithm = "HS256" | "HS512" | "ES256" | "ES384" | "RS256" | "PS256" | "EdDSA";

/** The ordinary call of `node:crypto`, with a bare `KeyObject` where the algorithm lets one do without options. */
export interface BareCalls {
  generate(): Omit<KeyPair, "alg">;
  sign(data: Buffer, key: KeyObject): Buffer;
  /** Of HMAC the same call again: what it is compared with costs nothing beside it. */
  verify(data: Buffer, key: KeyObject, signature: Buffer): boolean | Buffer;
  /** Where the token holds another form of the signature. */
  readonly signOctets?: (data: Buffer, key: KeyObject) => Buffer;
}

/** How RFC 7518 §3.5 wants RSASSA-PSS, for a key that does not say so itself. */
export const pss: { readonly padding: number; readonly saltLength: number } = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** The form of an ECDSA signature that a token holds. */
export const p1363: { readonly dsaEncoding: "ieee-p1363" } = { dsaEncoding: "ieee-p1363" };

/** The bare calls of each. */
export const bareCalls: Readonly<Record<BenchAlgorithm, BareCalls>> = {
  HS256: hmac("sha256", 32),
  HS512: hmac("sha512", 64),
  ES256: ecdsa("sha256", "P-256"),
  ES384: ecdsa("sha384", "P-384"),
  RS256: {
    generate: () => generateKeyPairSync("rsa", { modulusLength: 2_048 }),
    sign: (data, key) => sign("sha256", data, key),
    verify: (data, key, signature) => verify("sha256", data, key, signature),
  },
  PS256: {
    generate: () => generateKeyPairSync("rsa", { modulusLength: 2_048 }),
    sign: (data, key) => sign("sha256", data, { key, ...pss }),
    verify: (data, key, signature) => verify("sha256", data, { key, ...pss }, signature),
  },
  EdDSA: {
    generate: () => generateKeyPairSync("ed25519"),
    sign: (data, key) => sign(null, data, key),
    verify: (data, key, signature) => verify(null, data, key, signature),
  },
};

function hmac(hash: string, length: number): BareCalls {
  const digest = (data: Buffer, key: KeyObject): Buffer => createHmac(hash, key).update(data).digest();
  return {
    generate: () => {
      const secret = createSecretKey(randomBytes(length));
      return { privateKey: secret, publicKey: secret };
    },
    sign: digest,
    verify: digest,
  };
}

function ecdsa(hash: string, namedCurve: string): BareCalls {
  return {
    generate: () => generateKeyPairSync("ec", { namedCurve }),
    sign: (data, key) => sign(hash, data, key),
    verify: (data, key, signature) => verify(hash, data, key, signature),
    signOctets: (data, key) => sign(hash, data, { key, ...p1363 }),
  };
}

/** A new key for an algorithm. */
export function generatePair(alg: BenchAlgorithm): KeyPair {
  return { alg, ...bareCalls[alg].generate() };
}

/** Tokens with different claims. */
export function ringOf(pair: KeyPair, length: number = RING): readonly Token[] {
  return Array.from({ length }, () => mint(pair, claimsOf()));
}

/** A token with these claims. `kid` is written where given. */
export function mint({ alg, privateKey }: KeyPair, claims: Claims, kid?: string): Token {
  const calls = bareCalls[alg];
  const header = { alg, typ: policy.typ, ...(kid !== undefined && { kid }) };
  const signingInput = Buffer.from(`${encode(header)}.${encode(claims)}`);
  const signature = calls.sign(signingInput, privateKey);
  const octets = calls.signOctets?.(signingInput, privateKey) ?? signature;
  const text = flat(`${signingInput}.${octets.toString("base64url")}`);
  return { claims, text, signingInput, signature, octets };
}

/** About 200 bytes of JSON. */
export function claimsOf(): Claims {
  return {
    iss: policy.issuer,
    aud: policy.audience,
    sub: "6f1c2d9a",
    iat: NOW - 60,
    exp: NOW + 540,
    jti: randomUUID(),
    scope: "rooms.read rooms.write",
  };
}

/** The same ASCII text as one flat string. */
export function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
