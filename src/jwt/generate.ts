/**
 * New keys. A shell: this file draws on the system's randomness.
 */
import { generateKeyPair, generateKey as generateSecret, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Generation } from "./algorithm.ts";
import { type Algorithm, algorithmRow } from "./algorithms.ts";
import { type ImportOptions, importKey, type Key } from "./key.ts";
import { checkOptions } from "./options.ts";

/** What may be said of a new key. */
export interface GenerateOptions extends ImportOptions {
  /** RSA: bits of the modulus, 2,048 to 16,384; 2,048 by default. */
  readonly modulusLength?: number | undefined;
  /** `EdDSA`: the curve; Ed25519 by default. */
  readonly crv?: "Ed25519" | "Ed448" | undefined;
}

const generateOptions: ReadonlySet<string> = new Set(["kid", "use", "modulusLength", "crv"]);

/**
 * Makes a new secret or private key for `alg`, of the strength the algorithm has.
 *
 * @throws {JwtError} `alg/unsupported`, `alg/unavailable`
 * @throws {TypeError | RangeError} when an option is not of its type, or not for this algorithm
 */
export async function generateKey(alg: Algorithm, options: GenerateOptions = {}): Promise<Key> {
  const { generate } = algorithmRow(alg);
  checkOptions(options, generateOptions, "generateKey options");
  const { modulusLength, crv, ...rest } = options;
  if (modulusLength !== undefined && generate.type !== "rsa") {
    throw new TypeError("modulusLength is for RSA keys");
  }
  if (crv !== undefined && alg !== "EdDSA")
    throw new TypeError("crv is for EdDSA keys; other names say it already");
  return importKey(await generateMaterial(generate, alg, { modulusLength, crv }), alg, rest);
}

async function generateMaterial(
  generation: Generation,
  alg: Algorithm,
  { modulusLength = 2_048, crv = "Ed25519" }: Pick<GenerateOptions, "modulusLength" | "crv">,
): Promise<KeyObject> {
  switch (generation.type) {
    case "hmac":
      return promisify(generateSecret)(generation.type, generation.options);
    case "ec":
      return (await promisify(generateKeyPair)(generation.type, generation.options)).privateKey;
    case "rsa":
      if (!Number.isSafeInteger(modulusLength)) throw new TypeError("modulusLength must be an integer");
      if (modulusLength < 2_048 || modulusLength > 16_384) {
        throw new RangeError("modulusLength must be 2,048 to 16,384 bits");
      }
      return (await promisify(generateKeyPair)("rsa", { modulusLength })).privateKey;
    case "okp":
      switch (alg === "EdDSA" ? crv : alg) {
        case "Ed25519":
          return (await promisify(generateKeyPair)("ed25519")).privateKey;
        case "Ed448":
          return (await promisify(generateKeyPair)("ed448")).privateKey;
        default:
          throw new TypeError("crv must be Ed25519 or Ed448");
      }
    case "ml-dsa-44":
    case "ml-dsa-65":
    case "ml-dsa-87":
      return (await promisify(generateKeyPair)(generation.type)).privateKey;
  }
}
