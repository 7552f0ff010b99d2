/**
 * Keys that know their one algorithm, and their way in from JWK, PEM, bytes and `KeyObject`.
 *
 * RFC 8725 §3.1: "each key MUST be used with exactly one algorithm, and this MUST be checked when the
 * cryptographic operation is performed." So the algorithm is given here, when the key is imported, by the
 * one who trusts it; what a token says of itself is only ever compared with that.
 * https://www.rfc-editor.org/rfc/rfc7517
 */
import { createPrivateKey, createPublicKey, createSecretKey, KeyObject } from "node:crypto";
import { isUint8Array } from "node:util/types";
import type { Signature } from "./algorithm.ts";
import { type Algorithm, algorithmRow } from "./algorithms.ts";
import { publicHalf } from "./asymmetric.ts";
import { JwtError } from "./errors.ts";
import { importIntent, importMaterial, type Jwk, type JwkIntent, type KeyOperation } from "./jwk.ts";
import { checkBoolean, checkOptions, checkText, isPlainObject } from "./options.ts";

/** A key bound to one algorithm. Made by {@link importKey} and `generateKey` only, and immutable. */
export class Key {
  readonly alg: Algorithm;
  /** The key's name: written into the headers it signs (RFC 7515 §4.1.4). */
  readonly kid: string | undefined;
  readonly type: "secret" | "public" | "private";
  /** Always a KeyObject: raw bytes cost 12 µs more at every call. Its contents do not show when logged. */
  readonly material: KeyObject;
  /** `sig`, where the key said so when it came in. */
  readonly use: "sig" | undefined;
  /** What the key is limited to (RFC 7517 §4.3); `undefined`: whatever its type allows. */
  readonly operations: readonly KeyOperation[] | undefined;
  readonly #alias: string | undefined;
  readonly #signature: Signature;

  constructor(alg: Algorithm, material: KeyObject, intent: JwkIntent) {
    const row = algorithmRow(alg);
    this.alg = alg;
    this.kid = intent.kid;
    this.type = material.type;
    this.material = material;
    this.use = intent.use;
    this.operations = intent.operations && Object.freeze(intent.operations);
    this.#alias = row.alias?.(curveOf(material));
    this.#signature = row.bind(material);
    Object.freeze(this);
  }

  /** Whether the key may be put to this use, by its `key_ops`. */
  isFor(operation: KeyOperation): boolean {
    return this.operations === undefined || this.operations.includes(operation);
  }

  /** Whether a header may name this algorithm for the key: its own, or for an Edwards curve its other name (RFC 9864 §2.2). */
  accepts(alg: string): boolean {
    return alg === this.alg || (alg === this.#alias && alg !== undefined);
  }

  /** The JWS Signature over a JWS Signing Input, base64url: the bare computation, without any check. */
  sign(input: string | Uint8Array): string {
    return this.#signature.sign(input);
  }

  /** Whether `signature` is base64url and a signature over `input`: the bare computation, without any other check. */
  verify(input: string | Uint8Array, signature: string): boolean {
    return this.#signature.verify(input, signature);
  }
}

/** The name in a JWK of the Edwards curve that the key is on. */
function curveOf({ asymmetricKeyType }: KeyObject): string {
  return asymmetricKeyType === "ed448" ? "Ed448" : "Ed25519";
}

/** What the calling code may add to a key that comes in. */
export interface ImportOptions {
  /** The key's name; in place of the JWK's own, if it has one. */
  readonly kid?: string | undefined;
  /** RFC 7517 §4.2; kept for {@link exportJwk}. */
  readonly use?: "sig" | undefined;
}

const importOptions: ReadonlySet<string> = new Set(["kid", "use"]);

/**
 * Takes a key in and binds it to `alg`.
 *
 * `source` is a JWK, PEM text (SPKI, PKCS #8, PKCS #1, SEC 1, X.509 certificate), a `KeyObject`, or the bytes of an
 * HMAC secret. A secret is never text, so that no key file can be taken for one.
 *
 * @throws {JwtError} `alg/unsupported`, `alg/unavailable`, or `key/…` when the key is unfit for the algorithm
 * @throws {TypeError} when an argument is not of its type
 */
export function importKey(
  source: Jwk | KeyObject | string | Uint8Array,
  alg: Algorithm,
  options: ImportOptions = {},
): Key {
  checkOptions(options, importOptions, "importKey options");
  if (options.kid !== undefined) checkText(options.kid, "kid");
  if (options.use !== undefined && options.use !== "sig") throw new TypeError('use must be "sig"');

  const row = algorithmRow(alg);
  let material: KeyObject;
  let intent: JwkIntent = { kid: undefined, use: undefined, operations: undefined };
  if (source instanceof KeyObject) material = source;
  else if (isUint8Array(source)) material = createSecretKey(source);
  else if (typeof source === "string") material = importPem(source, row.kty);
  else if (isPlainObject(source)) {
    const jwk = source as Jwk;
    intent = importIntent(jwk, alg, row);
    material = importMaterial(jwk, row);
  } else throw new TypeError("A key comes from a JWK object, PEM text, a KeyObject or a Uint8Array");

  material = row.admit(material);
  checkOperations(intent, material);
  return new Key(alg, material, {
    ...intent,
    kid: options.kid ?? intent.kid,
    use: options.use ?? intent.use,
  });
}

/** RFC 7468: `-----BEGIN`, a label, `-----`. OpenSSL writes `EC PARAMETERS` ahead of a SEC 1 key; they add nothing. */
const pemLabel = /-----BEGIN ((?!EC PARAMETERS)[A-Z0-9 ]+)-----/g;

function importPem(pem: string, kty: string): KeyObject {
  if (kty === "oct") {
    throw new JwtError("key/text-as-secret", "An HMAC secret is bytes or a JWK, not text: decode it first");
  }
  const labels = Array.from(pem.matchAll(pemLabel), ([, label]) => label!);
  if (labels.length !== 1) {
    throw new JwtError("key/malformed", `The PEM text must hold one key, and holds ${labels.length}`);
  }
  try {
    return labels[0]!.endsWith("PRIVATE KEY") ? createPrivateKey(pem) : createPublicKey(pem);
  } catch {
    throw new JwtError("key/malformed", `The PEM text is not a key that can be read without a passphrase`);
  }
}

/** A public key cannot be for signing, nor a private key not be for it. */
function checkOperations({ operations }: JwkIntent, material: KeyObject): void {
  if (operations === undefined || material.type === "secret") return;
  const natural: KeyOperation = material.type === "private" ? "sign" : "verify";
  if (!operations.includes(natural) || (natural === "verify" && operations.includes("sign"))) {
    throw new JwtError(
      "key/wrong-operations",
      `The JWK is ${material.type}, and its "key_ops" say otherwise`,
    );
  }
}

/** How a key goes out. */
export interface ExportOptions {
  /** Write the private half, or the secret, too. */
  readonly private?: boolean | undefined;
}

const exportOptions: ReadonlySet<string> = new Set(["private"]);

/**
 * The JWK of a key: its public half, unless `private` is asked for.
 *
 * @throws {JwtError} `key/not-public` for a secret without `private`; `key/not-private` when there is nothing
 * private to write
 */
export function exportJwk(key: Key, options: ExportOptions = {}): Jwk {
  checkKey(key);
  checkOptions(options, exportOptions, "exportJwk options");
  const { private: all = false } = options;
  checkBoolean(all, "private");
  if (all && key.type === "public") throw new JwtError("key/not-private", "The key has no private half");
  if (!all && key.type === "secret") {
    throw new JwtError(
      "key/not-public",
      "A secret has no public half; { private: true } exports it all the same",
    );
  }
  const whole = all || key.type === "public";
  const { kty, ...numbers } = exportNumbers(whole ? key.material : publicHalf(key.material));
  return {
    kty,
    ...numbers,
    alg: key.alg,
    ...(key.kid !== undefined && { kid: key.kid }),
    ...(key.use !== undefined && { use: key.use }),
    // The limits of a private key are not those of its public half.
    ...(whole && key.operations !== undefined && { key_ops: key.operations }),
  };
}

function exportNumbers(material: KeyObject): Jwk {
  try {
    return material.export({ format: "jwk" }) as Jwk;
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_CRYPTO_OPERATION_FAILED") throw error;
    // PKCS #8 may hold the expanded private key of ML-DSA alone (RFC 9881 §6); it signs, and has no way back.
    throw new JwtError("key/not-private", "The key came without its seed, which is what a JWK holds");
  }
}

/** @throws {TypeError} unless `key` is a {@link Key} */
export function checkKey(key: unknown): asserts key is Key {
  if (!(key instanceof Key)) throw new TypeError("A key must come from importKey or generateKey");
}
