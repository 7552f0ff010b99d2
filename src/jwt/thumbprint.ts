/**
 * JWK Thumbprint, RFC 7638: a name for a key that everyone who has the key computes alike.
 * https://www.rfc-editor.org/rfc/rfc7638#section-3
 */
import { createHash } from "node:crypto";
import { decodeBase64url } from "./base64url.ts";
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
    if (
      typeof value !== "string" ||
      value === "" ||
      (!named.has(name) && decodeBase64url(value) === undefined)
    ) {
      throw new JwtError("key/malformed", `The JWK's "${name}" is missing or malformed`);
    }
    members[name] = value;
  }
  return createHash("sha256").update(JSON.stringify(members)).digest("base64url");
}
