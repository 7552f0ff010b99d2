/** Keys of every kind, for the hostile corpus: made anew once a run, those of RSA being dear. */
import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { type Algorithm, algorithmRow } from "../../../src/jwt/algorithms.ts";
import { importKey, type Key } from "../../../src/jwt/key.ts";
import { refusal } from "../forge.ts";

export const rsa: KeyPairKeyObjectResult = generateKeyPairSync("rsa", { modulusLength: 2_048 });
export const p256: KeyPairKeyObjectResult = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
export const p384: KeyPairKeyObjectResult = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
export const p521: KeyPairKeyObjectResult = generateKeyPairSync("ec", { namedCurve: "secp521r1" });
export const k256: KeyPairKeyObjectResult = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
export const ed25519: KeyPairKeyObjectResult = generateKeyPairSync("ed25519");
export const ed448: KeyPairKeyObjectResult = generateKeyPairSync("ed448");

/** Node 24.7 and newer have ML-DSA. */
export const hasMlDsa: boolean = refusal(() => algorithmRow("ML-DSA-44")) === "accepted";

/** A key pair for ML-DSA, where there is ML-DSA. */
export function mlDsaPair(parameters: "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87"): KeyPairKeyObjectResult {
  return generateKeyPairSync(parameters);
}

const pairs: Partial<Record<Algorithm, KeyPairKeyObjectResult>> = {
  ES256: p256,
  ES384: p384,
  ES512: p521,
  ES256K: k256,
  EdDSA: ed25519,
  Ed25519: ed25519,
  Ed448: ed448,
};

const made = new Map<Algorithm, Key>();

/** The private key, or the secret, with which the corpus signs under `alg`. */
export function keyOf(alg: Algorithm): Key {
  const key = made.get(alg) ?? importKey(materialOf(alg), alg);
  made.set(alg, key);
  return key;
}

function materialOf(alg: Algorithm): Parameters<typeof importKey>[0] {
  if (alg.startsWith("HS")) return Buffer.alloc(Number(alg.slice(2)) / 8, alg);
  if (/^[RP]S/.test(alg)) return rsa.privateKey;
  if (alg.startsWith("ML")) return mlDsaPair(alg.toLowerCase() as "ml-dsa-44").privateKey;
  return pairs[alg]!.privateKey;
}
