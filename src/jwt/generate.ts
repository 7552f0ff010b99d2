/**
 * New keys. A shell: this file draws on the system's randomness.
 */
import { generateKeyPair, generateKey as generateSecret, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { type Algorithm, type AlgorithmRow, algorithmRow } from "./algorithms.ts";
import { type ImportOptions, importKey, type Key } from "./key.ts";

/**
 * Makes a new secret or private key for `alg`, of the strength the algorithm has.
 *
 * @throws {JwtError} `alg/unsupported`
 */
export async function generateKey(alg: Algorithm, options: ImportOptions = {}): Promise<Key> {
  return importKey(await generateMaterial(algorithmRow(alg).generation), alg, options);
}

async function generateMaterial(generation: AlgorithmRow["generation"]): Promise<KeyObject> {
  switch (generation.type) {
    case "hmac":
      return promisify(generateSecret)(generation.type, generation.options);
    case "ec":
      return (await promisify(generateKeyPair)(generation.type, generation.options)).privateKey;
  }
}
