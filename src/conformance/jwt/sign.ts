/**
 * Tokens, signed the naive way (RFC 7515 §5.1): whatever is put in comes out, right or wrong.
 *
 * This is the suite's own, and shares no line with the implementations that it judges.
 */
import { constants, createHmac, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { Jwk } from "./protocol.ts";

/** A part of a token: text and octets stand as they are, anything else becomes JSON. */
export function segment(value: unknown): string {
  const octets = typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(octets as string).toString("base64url");
}

/** The three parts of the compact serialization (RFC 7515 §7.1), signed with `key` by the rules of `alg`. */
export function compact(header: unknown, payload: unknown, alg: string, key: Jwk): string {
  return seal(`${segment(header)}.${segment(payload)}`, alg, key);
}

/** `input` and the signature over it, whatever `input` is. */
export function seal(input: string, alg: string, key: Jwk): string {
  return `${input}.${signatureOf(input, alg, key).toString("base64url")}`;
}

/** The JWS Signature over `input`: RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §4.1.1. */
export function signatureOf(input: string, alg: string, key: Jwk): Buffer {
  const octets = Buffer.from(input);
  const hash = `sha${/\d{3}/.exec(alg)?.[0]}`;
  switch (alg.slice(0, 2)) {
    case "HS":
      return createHmac(hash, Buffer.from(key.k as string, "base64url"))
        .update(octets)
        .digest();
    case "RS":
      return sign(hash, octets, privateKeyOf(key));
    case "PS":
      return signPss(octets, hash, key, Number(alg.slice(2)) / 8);
    case "ES":
      return sign(hash, octets, { key: privateKeyOf(key), dsaEncoding: "ieee-p1363" });
    default:
      return sign(null, octets, privateKeyOf(key));
  }
}

/** RSASSA-PSS with a salt of so many octets. */
export function signPss(octets: Buffer, hash: string, key: Jwk, saltLength: number): Buffer {
  return sign(hash, octets, {
    key: privateKeyOf(key),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  });
}

const privateKeys = new WeakMap<Jwk, KeyObject>();

/** The key for `node:crypto`. */
export function privateKeyOf(jwk: Jwk): KeyObject {
  const known = privateKeys.get(jwk);
  if (known !== undefined) return known;
  const key = createPrivateKey({ key: jwk as Record<string, string>, format: "jwk" });
  privateKeys.set(jwk, key);
  return key;
}
