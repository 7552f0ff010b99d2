/** Hand-made tokens and the keys they are tried on, for tests that need what the library refuses to write. */
import { createHmac, sign } from "node:crypto";
import { expect } from "vitest";
import { type ClaimsPolicy, unchecked } from "../../src/jwt/claims.ts";
import { JwtError } from "../../src/jwt/errors.ts";
import { importKey, type Key } from "../../src/jwt/key.ts";
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

/** Appends the right signature to whatever stands before it. */
export function seal(signingInput: string, key: Key = secret): string {
  const signature =
    key.type === "secret"
      ? createHmac("sha256", key.material).update(signingInput).digest()
      : sign("sha256", Buffer.from(signingInput), { key: key.material, dsaEncoding: "ieee-p1363" });
  return `${signingInput}.${signature.toString("base64url")}`;
}

/** The code with which `run` was refused; fails when it was not, or with anything but a JwtError. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(JwtError);
    return (error as JwtError).code;
  }
  return "accepted";
}
