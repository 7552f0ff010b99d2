/**
 * ML-DSA, RFC 9964 on FIPS 204: signatures that a quantum computer cannot forge, where the runtime's OpenSSL has them
 * (3.5 and newer, Node 24.7 and newer). Its keys are of the type `AKP`, whose `priv` is the seed.
 * https://www.rfc-editor.org/rfc/rfc9964
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import type { AlgorithmRow } from "./algorithm.ts";
import { bindPair } from "./asymmetric.ts";
import { JwtError } from "./errors.ts";

type Parameters = "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87";

/** The octets of a public key, FIPS 204 §4 table 2. */
const publicKeyLengths: Readonly<Record<Parameters, number>> = {
  "ml-dsa-44": 1_312,
  "ml-dsa-65": 1_952,
  "ml-dsa-87": 2_592,
};

/** ML-DSA with one of its three sets of parameters. */
export function mlDsa(parameters: Parameters): AlgorithmRow {
  let available: boolean | undefined;
  return {
    kty: "AKP",
    generate: { type: parameters },
    checkAvailable() {
      available ??= isAvailable(parameters);
      if (available) return;
      throw new JwtError("alg/unavailable", "ML-DSA needs Node 24.7 or newer with OpenSSL 3.5 or newer");
    },
    admit(material: KeyObject) {
      // Node's own types name the key types of the oldest version they cover.
      if ((material.asymmetricKeyType as string | undefined) !== parameters) {
        throw new JwtError("key/wrong-type", `The algorithm needs an ${parameters.toUpperCase()} key`);
      }
      return material;
    },
    bind: (material) => bindPair(null, material),
  };
}

/** Asks by reading a key: every string of the right length is a public key (FIPS 204 §7.2). */
function isAvailable(parameters: Parameters): boolean {
  const pub = Buffer.alloc(publicKeyLengths[parameters]).toString("base64url");
  try {
    const jwk = { kty: "AKP", alg: parameters.toUpperCase(), pub };
    createPublicKey({ key: jwk, format: "jwk" });
    return true;
  } catch {
    // Unknown to this Node, or to this OpenSSL: both say so by throwing.
    return false;
  }
}
