/** What the signatures with key pairs have in common. */
import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Signature } from "./algorithm.ts";
import { decodeBase64url } from "./base64url.ts";

/**
 * Signs and verifies with `node:crypto`, the signature as OpenSSL has it. `hash` is null where the algorithm
 * brings its own.
 *
 * Always a bare KeyObject: wrapped in an options object, it costs 12 µs more per call (bench/jwt/parts).
 */
export function bindPair(hash: string | null, material: KeyObject): Signature {
  const verifier = publicHalf(material);
  return {
    sign: (input) => sign(hash, octetsOf(input), material).toString("base64url"),
    verify(input, signature) {
      const octets = decodeBase64url(signature);
      return octets !== undefined && verify(hash, octetsOf(input), verifier, octets);
    },
  };
}

/** A JWS Signing Input is ASCII, unless its payload is unencoded (RFC 7797 §3): then it is bytes. */
export function octetsOf(input: string | Uint8Array): Uint8Array {
  return typeof input === "string" ? Buffer.from(input, "latin1") : input;
}

/** The public half of a private key; a public key is its own. */
export function publicHalf(material: KeyObject): KeyObject {
  return material.type === "private" ? createPublicKey(material) : material;
}
