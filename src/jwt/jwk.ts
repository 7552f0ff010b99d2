/**
 * What a JSON Web Key says: its key material (RFC 7518 §6) and what it may be used for (RFC 7517 §4).
 * https://www.rfc-editor.org/rfc/rfc7517#section-4
 */
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import type { AlgorithmRow } from "./algorithm.ts";
import { isBase64url } from "./base64url.ts";
import { JwtError } from "./errors.ts";

/** RFC 7517 §4: a JSON Web Key. */
export interface Jwk {
  readonly kty: string;
  readonly use?: string | undefined;
  readonly key_ops?: readonly string[] | undefined;
  readonly alg?: string | undefined;
  readonly kid?: string | undefined;
  readonly [parameter: string]: unknown;
}

/** What the keys here can be intended for, RFC 7517 §4.3. */
export type KeyOperation = "sign" | "verify";

/** The members by which a key of one type is known, in the order of RFC 7638 §3.3, and its private ones. */
export interface KeyType {
  readonly required: readonly string[];
  readonly secret: readonly string[];
}

/** RFC 7518 §6, RFC 8037 §2, and for ML-DSA RFC 9964. */
export const keyTypes: Readonly<Record<string, KeyType>> = {
  EC: { required: ["crv", "kty", "x", "y"], secret: ["d"] },
  OKP: { required: ["crv", "kty", "x"], secret: ["d"] },
  AKP: { required: ["alg", "kty", "pub"], secret: ["priv"] },
  RSA: { required: ["e", "kty", "n"], secret: ["d", "p", "q", "dp", "dq", "qi"] },
  oct: { required: ["k", "kty"], secret: ["k"] },
};

/** The parameters that say something else than numbers or intentions. */
export interface JwkIntent {
  readonly kid: string | undefined;
  readonly use: "sig" | undefined;
  readonly operations: readonly KeyOperation[] | undefined;
}

/** Members whose values are names; the others are base64url. */
export const named: ReadonlySet<string> = new Set(["kty", "crv", "alg"]);

/**
 * The key material of `jwk`, private where the JWK is.
 * @throws {JwtError} `key/wrong-type`, `key/wrong-curve`, `key/malformed`, `key/invalid-point`
 */
export function importMaterial(jwk: Jwk, row: AlgorithmRow): KeyObject {
  if (jwk.kty !== row.kty)
    throw new JwtError("key/wrong-type", `The algorithm needs a JWK with "kty":"${row.kty}"`);
  if (row.crv !== undefined && !row.crv.includes(jwk.crv as string)) {
    throw new JwtError("key/wrong-curve", `The algorithm needs a JWK with "crv":"${row.crv.join('" or "')}"`);
  }
  // RFC 7518 §6.3.2.7: who does not support more than two primes "MUST NOT use the key".
  if (row.kty === "RSA" && jwk.oth !== undefined) {
    throw new JwtError("key/malformed", `An RSA key with more than two primes ("oth") is not supported`);
  }
  const { required, secret } = keyTypes[row.kty]!;
  const members: Record<string, string> = {};
  for (const name of required) members[name] = checkMember(jwk, name);
  for (const name of secret) {
    if (jwk[name] !== undefined) members[name] = checkMember(jwk, name);
  }
  const material = row.kty === "oct" ? createSecretKey(members.k!, "base64url") : importPair(row, members);
  checkSame(material, members);
  return material;
}

/** The member `name`, which must be a string; and base64url, unless it is a name. */
function checkMember(jwk: Jwk, name: string): string {
  const value = jwk[name];
  if (typeof value !== "string") throw new JwtError("key/malformed", `The JWK's "${name}" must be a string`);
  if (!named.has(name) && !isBase64url(value)) {
    throw new JwtError("key/malformed", `The JWK's "${name}" must be base64url without padding`);
  }
  return value;
}

function importPair({ kty }: AlgorithmRow, members: Record<string, string>): KeyObject {
  const { secret } = keyTypes[kty]!;
  const isPrivate = secret.some((name) => members[name] !== undefined);
  const lacking = isPrivate ? secret.find((name) => members[name] === undefined) : undefined;
  if (lacking !== undefined) {
    throw new JwtError("key/malformed", `The JWK is private, and its "${lacking}" is missing`);
  }
  const input = { key: members, format: "jwk" as const };
  try {
    return isPrivate ? createPrivateKey(input) : createPublicKey(input);
  } catch {
    // Node says no more than "Invalid JWK"; with two coordinates there, the point is not on the curve.
    throw kty === "EC"
      ? new JwtError("key/invalid-point", "The JWK's numbers do not make a key")
      : new JwtError("key/malformed", "The JWK's numbers do not make a key, or have a wrong length");
  }
}

/**
 * Compares the key with the JWK it was made from, member by member, which finds every number of a wrong
 * length, and the public half of another key where Node computed it anew (OKP, AKP).
 * RFC 7518 §6.2.1.2: "The length of this octet string MUST be the full size of a coordinate".
 */
function checkSame(material: KeyObject, members: Record<string, string>): void {
  checkPrivateLength(material);
  const exported = material.export({ format: "jwk" }) as Record<string, string | undefined>;
  for (const name of Object.keys(members)) {
    if (exported[name] !== members[name]) {
      const code =
        exported[name]?.length === members[name]!.length ? "key/mismatched-halves" : "key/malformed";
      throw new JwtError(code, `The JWK's "${name}" is not the one that belongs to this key`);
    }
  }
}

/**
 * OpenSSL reads a private EC key with a number longer than the order of its curve. Asked for the JWK of such a
 * key, or only for its curve, some versions of Node (22.13 is one) abort the process. Asked for DER, all throw.
 *
 * @throws {JwtError} `key/malformed`
 */
export function checkPrivateLength(material: KeyObject): void {
  if (material.type !== "private" || material.asymmetricKeyType !== "ec") return;
  try {
    material.export({ format: "der", type: "sec1" }).fill(0);
  } catch {
    throw new JwtError("key/malformed", "The private key is longer than the order of its curve");
  }
}

/**
 * What `jwk` says it is for, once that agrees with a signature key for `alg`.
 * @throws {JwtError} `key/malformed`, `key/wrong-algorithm`, `key/wrong-use`, `key/wrong-operations`
 */
export function importIntent(jwk: Jwk, alg: string, row: AlgorithmRow): JwkIntent {
  const { kid, use } = jwk;
  if (kid !== undefined && typeof kid !== "string")
    throw new JwtError("key/malformed", `"kid" must be a string`);
  if (jwk.alg !== undefined && jwk.alg !== alg && !isAlias(jwk, row)) {
    throw new JwtError("key/wrong-algorithm", `The JWK's "alg" is not ${alg}`);
  }
  if (use !== undefined && use !== "sig") throw new JwtError("key/wrong-use", `The JWK's "use" is not "sig"`);
  const operations: unknown = jwk.key_ops;
  if (operations === undefined) return { kid, use, operations };
  if (!isOperations(operations)) {
    throw new JwtError("key/wrong-operations", `The JWK's "key_ops" must be "sign", "verify" or both`);
  }
  return { kid, use, operations: [...operations] };
}

/**
 * RFC 7517 §4.3: "Duplicate key operation values MUST NOT be present in the array." We are stricter than
 * its "SHOULD NOT" against unrelated operations: a key that also encrypts is used with two algorithms.
 */
function isOperations(operations: unknown): operations is readonly KeyOperation[] {
  return (
    Array.isArray(operations) &&
    operations.length > 0 &&
    operations.every((operation) => operation === "sign" || operation === "verify") &&
    new Set(operations).size === operations.length
  );
}

/** RFC 9864 §2.2: whether the JWK's `alg` is the other name of the same signatures. */
function isAlias({ alg, crv }: Jwk, row: AlgorithmRow): boolean {
  return typeof crv === "string" && row.crv?.includes(crv) === true && row.alias?.(crv) === alg;
}
