/**
 * JWK Thumbprint, RFC 7638: a name for a key that everyone who has the key computes alike.
 * https://www.rfc-editor.org/rfc/rfc7638#section-3
 */
import { createHash } from "node:crypto";
import { isBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";
import { type Jwk, keyTypes, named } from "./jwk.ts";
import { isPlainObject } from "./options.ts";

/**
 * The SHA-256 thumbprint of a JWK, base64url: the same for a private key and its public half. RSA, EC, OKP
 * (RFC 8037 §2), AKP (of ML-DSA) and oct. The thumbprint of a short secret gives it away to who can guess (RFC 7638 §7).
 *
 * @throws {JwtError} `key/wrong-type` for another `kty`, `key/malformed` when a required member is missing
 * or has more than one spelling
 */
export function thumbprint(jwk: Jwk): string {
  if (!isPlainObject(jwk)) throw new TypeError("thumbprint takes a JWK object");
  const { kty } = jwk;
  if (typeof kty !== "string" || !Object.hasOwn(keyTypes, kty)) {
    throw new JwtError("key/wrong-type", `No thumbprint is known for this "kty"`);
  }
  // RFC 7638 §3.2: the required members alone, in lexicographic order, without white space.
  const members: Record<string, string> = {};
  for (const name of keyTypes[kty]!.required) {
    const value = jwk[name];
    if (typeof value !== "string" || value === "" || (!named.has(name) && !isBase64url(value))) {
      throw new JwtError("key/malformed", `The JWK's "${name}" is missing or malformed`);
    }
    members[name] = value;
  }
  checkLengths(members);
  return createHash("sha256").update(JSON.stringify(members)).digest("base64url");
}

/** The octets of a coordinate, RFC 7518 §6.2.1.2 and RFC 8037 §2. Of other curves nothing is known. */
const coordinateLengths: Readonly<Record<string, number>> = {
  "P-256": 32,
  "P-384": 48,
  "P-521": 66,
  secp256k1: 32,
  Ed25519: 32,
  Ed448: 57,
  X25519: 32,
  X448: 56,
};

/** A number with zeros in front, or a coordinate of another length, would give one key two names. */
function checkLengths({ kty, crv, x, y, n, e }: Record<string, string>): void {
  const length = coordinateLengths[crv ?? ""];
  for (const coordinate of [x, y]) {
    if (coordinate === undefined || length === undefined) continue;
    if (Buffer.byteLength(coordinate, "base64url") !== length) {
      throw new JwtError("key/malformed", "A coordinate of the JWK is not as long as the curve's are");
    }
  }
  // RFC 7518 §2, Base64urlUInt: "The octet sequence MUST utilize the minimum number of octets needed to represent the value.".
  if (kty === "RSA" && [n, e].some((number) => Buffer.from(number!.slice(0, 4), "base64url")[0] === 0)) {
    throw new JwtError("key/malformed", "A number of the JWK has zeros in front");
  }
}
