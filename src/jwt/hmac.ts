/**
 * HMAC with SHA-2, RFC 7518 §3.2, on RFC 2104 §2:
 *
 *     H(K ⊕ opad ‖ H(K ⊕ ipad ‖ text))        ipad: 0x36, opad: 0x5c, each as long as a block of the hash
 *
 * Written out, because two one-shot hashes cost half of what `createHmac` does (bench/jwt/parts): no object
 * is made that lives on, and a result as text is cheaper than one as bytes.
 * https://www.rfc-editor.org/rfc/rfc2104#section-2
 */
import { createHash, createHmac, hash, type KeyObject } from "node:crypto";
import type { AlgorithmRow, Signature } from "./algorithm.ts";
import { octetsOf } from "./asymmetric.ts";
import { JwtError } from "./errors.ts";
import { checkSecret } from "./secret.ts";

interface Hmac {
  /** The hash's name in OpenSSL. */
  readonly hash: "sha256" | "sha384" | "sha512";
  /** Octets of the hash's output. */
  readonly length: number;
  /** Octets of the hash's block. */
  readonly block: number;
}

/** Longer texts than this take the ordinary road: there the hash itself is what costs. */
const LONGEST_TEXT = 8_192;
const LONGEST_BLOCK = 128;

/**
 * One buffer for all keys: the inner pad ends where the text begins. Every use is over before the call that
 * began it returns, so no two uses can meet.
 */
const scratch: Buffer = Buffer.allocUnsafeSlow(LONGEST_BLOCK + LONGEST_TEXT);

/** RFC 7518 §3.2: HMAC with SHA-2. */
export function hmac(parameters: Hmac): AlgorithmRow {
  const { length } = parameters;
  return {
    kty: "oct",
    generate: { type: "hmac", options: { length: length * 8 } },
    admit(material) {
      if (material.type !== "secret") throw new JwtError("key/wrong-type", "The algorithm needs a secret");
      checkSecret(material, length);
      return material;
    },
    bind: (material) => new BoundHmac(parameters, material),
  };
}

class BoundHmac implements Signature {
  readonly #hash: string;
  readonly #block: number;
  readonly #secret: KeyObject;
  readonly #innerPad: Buffer;
  /** The outer pad, and behind it room for the inner hash. */
  readonly #outer: Buffer;

  constructor({ hash, length, block }: Hmac, secret: KeyObject) {
    const octets = secret.export();
    // RFC 2104 §2: keys longer than a block are hashed first.
    const key = octets.length > block ? createHash(hash).update(octets).digest() : octets;
    this.#hash = hash;
    this.#block = block;
    this.#secret = secret;
    this.#innerPad = Buffer.alloc(block, 0x36);
    this.#outer = Buffer.alloc(block + length, 0x5c);
    for (let at = 0; at < key.length; at++) {
      this.#innerPad[at]! ^= key[at]!;
      this.#outer[at]! ^= key[at]!;
    }
  }

  sign(input: string | Uint8Array): string {
    if (typeof input !== "string" || input.length > LONGEST_TEXT) {
      return createHmac(this.#hash, this.#secret).update(octetsOf(input)).digest("base64url");
    }
    const start = LONGEST_BLOCK - this.#block;
    scratch.set(this.#innerPad, start);
    scratch.write(input, LONGEST_BLOCK, "latin1");
    const inner = hash(this.#hash, scratch.subarray(start, LONGEST_BLOCK + input.length), "binary");
    this.#outer.write(inner, this.#block, "latin1");
    return hash(this.#hash, this.#outer, "base64url");
  }

  verify(input: string | Uint8Array, signature: string): boolean {
    return equalText(this.sign(input), signature);
  }
}

/**
 * RFC 7518 §3.2: "The comparison of the computed HMAC value to the JWS Signature value MUST be done in a
 * constant-time manner to thwart timing attacks." Every character is looked at, whatever the others were.
 * Making two buffers for `timingSafeEqual` costs twice as much (bench/jwt/parts).
 */
function equalText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}
