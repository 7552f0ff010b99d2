/**
 * RSA signatures: RSASSA-PKCS1-v1_5 (RFC 7518 §3.3) and RSASSA-PSS (RFC 7518 §3.5).
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.3
 */
import type { KeyObject } from "node:crypto";
import type { AlgorithmRow } from "./algorithm.ts";
import { bindPair } from "./asymmetric.ts";
import { JwtError } from "./errors.ts";
import { type PssHash, plainOf, pssOf } from "./rsa-pss.ts";

/** RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used with these algorithms." */
const LEAST_BITS = 2_048;
/** Longer moduli are not computed with by OpenSSL, and would cost milliseconds a token. */
const MOST_BITS = 16_384;
/** F4, the exponent in use everywhere. Below it padding mistakes become forgeries (CVE-2006-4339). */
const LEAST_EXPONENT = 65_537n;
/** OpenSSL computes with no longer ones where the modulus has more than 3,072 bits; elsewhere they only cost time. */
const GREATEST_EXPONENT = 2n ** 64n - 1n;

/** RFC 7518 §3.3: RSASSA-PKCS1-v1_5. */
export function rsaPkcs1(hash: PssHash): AlgorithmRow {
  return {
    kty: "RSA",
    generate: { type: "rsa" },
    admit(material) {
      if (material.asymmetricKeyType !== "rsa") throw wrongType();
      checkStrength(material);
      checkHalves(material);
      return material;
    },
    bind: (material) => bindPair(hash, material),
  };
}

/**
 * RFC 7518 §3.5: RSASSA-PSS, the salt as long as the hash, MGF1 with the same hash.
 *
 * The key is bound in the form id-RSASSA-PSS, which has these parameters inside: the call then needs no
 * options, and takes 0.6 of the time (bench/jwt/parts).
 */
export function rsaPss(hash: PssHash): AlgorithmRow {
  return {
    kty: "RSA",
    generate: { type: "rsa" },
    admit(material) {
      const plain = material.asymmetricKeyType === "rsa-pss" ? plainOf(material, hash) : material;
      if (plain.asymmetricKeyType !== "rsa") throw wrongType();
      checkStrength(plain);
      checkHalves(plain);
      return plain;
    },
    bind: (material) => bindPair(hash, pssOf(material, hash)),
  };
}

function wrongType(): JwtError {
  return new JwtError("key/wrong-type", "The algorithm needs an RSA key");
}

function checkStrength(material: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = material.asymmetricKeyDetails!;
  if (modulusLength < LEAST_BITS || modulusLength > MOST_BITS) {
    throw new JwtError(
      "key/modulus-length",
      `The RSA key has ${modulusLength} bits; ${LEAST_BITS} to ${MOST_BITS} are needed`,
    );
  }
  const odd = publicExponent % 2n === 1n;
  if (publicExponent < LEAST_EXPONENT || publicExponent > GREATEST_EXPONENT || !odd) {
    throw new JwtError(
      "key/weak-exponent",
      `The public exponent must be odd, and ${LEAST_EXPONENT} to ${GREATEST_EXPONENT}`,
    );
  }
}

/** OpenSSL reads a private key whose numbers do not belong together. It does not get past here. */
function checkHalves(material: KeyObject): void {
  if (material.type !== "private") return;
  if (!numbersAgree(material)) throw mismatched();
  try {
    // The arithmetic took p and q for primes; a trial finds out.
    const trial = bindPair("sha256", material);
    if (trial.verify("", trial.sign(""))) return;
  } catch {
    // OpenSSL could not even compute with them.
  }
  throw mismatched();
}

/**
 * RFC 8017 §3.2: whether both forms of the private key, d and p, q, dP, dQ, qInv, are those of n and e. OpenSSL
 * signs with the second and, where the result is wrong, once more with the first, so that a trial shows neither.
 */
function numbersAgree(material: KeyObject): boolean {
  const jwk = material.export({ format: "jwk" });
  const number = (name: "n" | "e" | "d" | "p" | "q" | "dp" | "dq" | "qi"): bigint => {
    const octets = Buffer.from(jwk[name] ?? "", "base64url");
    const value = BigInt(`0x0${octets.toString("hex")}`);
    // It lies in a pool from which others are served next.
    octets.fill(0);
    return value;
  };
  const [d, p, q] = [number("d"), number("p"), number("q")];
  if (p < 2n || q < 2n || p * q !== number("n")) return false;
  const [dP, dQ] = [d % (p - 1n), d % (q - 1n)];
  if (number("dp") !== dP || number("dq") !== dQ) return false;
  const e = number("e");
  return (e * dP) % (p - 1n) === 1n && (e * dQ) % (q - 1n) === 1n && (number("qi") * q) % p === 1n;
}

function mismatched(): JwtError {
  return new JwtError("key/mismatched-halves", "The RSA key's numbers do not belong together");
}
