/**
 * The signature algorithms: one row each. To add one, add its name and its row here.
 *
 * There is no row for `none`, nor could there be one: a row is found by a {@link Key}'s own algorithm,
 * never by what a token says of itself.
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 */
import type { AlgorithmRow } from "./algorithm.ts";
import { curves, ecdsa } from "./ecdsa.ts";
import { eddsa } from "./eddsa.ts";
import { JwtError } from "./errors.ts";
import { hmac } from "./hmac.ts";
import { mlDsa } from "./ml-dsa.ts";
import { rsaPkcs1, rsaPss } from "./rsa.ts";

/** The algorithms, by their names in JOSE. */
export type Algorithm =
  | `${"HS" | "RS" | "PS" | "ES"}${256 | 384 | 512}`
  | "ES256K"
  | "EdDSA"
  | "Ed25519"
  | "Ed448"
  | `ML-DSA-${44 | 65 | 87}`;

/** Every algorithm there is. */
export const algorithms: Readonly<Record<Algorithm, AlgorithmRow>> = {
  // RFC 7518 §3.2
  HS256: hmac({ hash: "sha256", length: 32, block: 64 }),
  HS384: hmac({ hash: "sha384", length: 48, block: 128 }),
  HS512: hmac({ hash: "sha512", length: 64, block: 128 }),
  // RFC 7518 §3.3
  RS256: rsaPkcs1("sha256"),
  RS384: rsaPkcs1("sha384"),
  RS512: rsaPkcs1("sha512"),
  // RFC 7518 §3.5
  PS256: rsaPss("sha256"),
  PS384: rsaPss("sha384"),
  PS512: rsaPss("sha512"),
  // RFC 7518 §3.4
  ES256: ecdsa("sha256", curves.p256),
  ES384: ecdsa("sha384", curves.p384),
  ES512: ecdsa("sha512", curves.p521),
  // RFC 8812 §3.2
  ES256K: ecdsa("sha256", curves.secp256k1),
  // RFC 8037 §3.1, RFC 9864 §2.2
  EdDSA: eddsa(["Ed25519", "Ed448"], (crv) => crv),
  Ed25519: eddsa(["Ed25519"], () => "EdDSA"),
  Ed448: eddsa(["Ed448"], () => "EdDSA"),
  // RFC 9964, FIPS 204
  "ML-DSA-44": mlDsa("ml-dsa-44"),
  "ML-DSA-65": mlDsa("ml-dsa-65"),
  "ML-DSA-87": mlDsa("ml-dsa-87"),
};

/** Their names, in the order of the table. */
export const algorithmNames: readonly Algorithm[] = Object.freeze(Object.keys(algorithms) as Algorithm[]);

/**
 * The row of an algorithm that the calling code named.
 * @throws {JwtError} `alg/unsupported`, `alg/unavailable`
 */
export function algorithmRow(alg: Algorithm): AlgorithmRow {
  if (typeof alg !== "string") throw new TypeError("alg must be a string");
  if (!Object.hasOwn(algorithms, alg)) {
    throw new JwtError("alg/unsupported", `No such algorithm; there are ${algorithmNames.join(", ")}`);
  }
  const row = algorithms[alg];
  row.checkAvailable?.();
  return row;
}
