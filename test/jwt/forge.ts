/** Hand-made tokens and the keys they are tried on, for tests that need what the library refuses to write. */
import { constants, createHmac, type KeyObject, sign } from "node:crypto";
import type { Algorithm } from "../../src/jwt/algorithms.ts";
import { JwtError } from "../../src/jwt/errors.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
import { type ClaimsPolicy, unchecked } from "../../src/jwt/policy.ts";
import { a1, a3 } from "./vectors.ts";

export const secret: Key = importKey(a1.key, "HS256");
export const pair: Key = importKey(a3.key, "ES256");

export const now = 1_700_000_000;
export const typ = "at+jwt";
export const claims: { iss: string; aud: string; sub: string; iat: number; exp: number } = {
  iss: "https://issuer.example",
  aud: "https://api.example",
  sub: "alice",
  iat: now,
  exp: now + 600,
};
export const policy: ClaimsPolicy = { issuer: claims.iss, audience: claims.aud, typ };
/** Accepts whatever has a right signature, and neither audience nor a past expiry. */
export const lax: ClaimsPolicy = { issuer: unchecked, audience: unchecked, typ: unchecked, exp: unchecked };

export function segment(value: unknown): string {
  const data = typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(data as string).toString("base64url");
}

/** A rightly signed token with exactly this header and payload, JSON unless they are text or bytes. */
export function forge(header: unknown, payload: unknown, key: Key = secret): string {
  return seal(`${segment(header)}.${segment(payload)}`, key);
}

/** A token in which nothing is wrong for {@link policy} at {@link now}. */
export function flawlessBy(key: Key): string {
  return forge({ alg: key.alg, typ }, claims, key);
}

/** Appends the right signature to whatever stands before it. */
export function seal(signingInput: string, key: Key = secret): string {
  const signature = signatureBy(key.alg, key.material, signingInput);
  return `${signingInput}.${signature.toString("base64url")}`;
}

/**
 * A signature as `node:crypto` makes it with all its options written out: the library's own table is not asked,
 * lest a mistake in it be repeated here.
 */
export function signatureBy(alg: Algorithm, key: KeyObject, signingInput: string | Buffer): Buffer {
  const input = Buffer.from(signingInput as string);
  const hash = `sha${/\d+/.exec(alg)?.[0]}`;
  switch (alg.slice(0, 2)) {
    case "HS":
      return createHmac(hash, key).update(input).digest();
    case "RS":
      return sign(hash, input, { key, padding: constants.RSA_PKCS1_PADDING });
    case "PS": {
      const saltLength = Number(hash.slice(3)) / 8;
      return sign(hash, input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    }
    case "ES":
      return sign(hash, input, { key, dsaEncoding: "ieee-p1363" });
    default:
      return sign(null, input, key);
  }
}

/** The octets of a token's signature. */
export function signatureOf(token: string): Buffer {
  return Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
}

/** The token with these octets for its signature. */
export function withSignature(token: string, signature: Uint8Array): string {
  return `${token.slice(0, token.lastIndexOf("."))}.${Buffer.from(signature).toString("base64url")}`;
}

/** The code with which `run` was refused, or `accepted`. Anything but a JwtError comes through. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof JwtError)) throw error;
    return error.code;
  }
  return "accepted";
}
