/** What a signature algorithm is: the columns of the table in `algorithms.ts`. */
import type { KeyObject } from "node:crypto";

/** A key made ready for its algorithm. */
export interface Signature {
  /** The JWS Signature, base64url, over a JWS Signing Input: ASCII text, or bytes. */
  sign(input: string | Uint8Array): string;
  /** Whether `signature` is the canonical base64url spelling of a signature over `input`. */
  verify(input: string | Uint8Array, signature: string): boolean;
}

/** What has to be known of an algorithm, and nowhere else. */
export interface AlgorithmRow {
  /** RFC 7518 §6.1: the type of key. */
  readonly kty: "oct" | "EC" | "OKP" | "RSA" | "AKP";
  /** The curves, by their names in a JWK, where there are curves. */
  readonly crv?: readonly string[];
  /** RFC 9864 §2.2: the other name under which signatures of a key on this curve go. */
  alias?(crv: string): string | undefined;
  /** What `node:crypto` is asked for to make a new key. */
  readonly generate: Generation;
  /** @throws {JwtError} `alg/unavailable` where the runtime lacks the algorithm */
  checkAvailable?(): void;
  /**
   * The key as it will be used, if it may be used with this algorithm at all.
   * @throws {JwtError} `key/…`
   */
  admit(material: KeyObject): KeyObject;
  /** Prepares an admitted key. */
  bind(material: KeyObject): Signature;
}

/** How a new key is made. What its owner may choose is chosen in `generate.ts`. */
export type Generation =
  | { readonly type: "hmac"; readonly options: { readonly length: number } }
  | { readonly type: "ec"; readonly options: { readonly namedCurve: string } }
  | { readonly type: "rsa" }
  | { readonly type: "okp" }
  | { readonly type: "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87" };
