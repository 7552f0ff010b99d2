/** How the verifier of the mutants checks a signature. */
import { constants, createHmac, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Jwk } from "../protocol.ts";
import { endsCarelessly, maskedBySha1 } from "./rsa-padding.ts";
import { Refusal, type Rules } from "./rules.ts";

/** A signature, what it is over, and how it is to be checked. */
export interface Signed {
  readonly alg: string;
  readonly key: Jwk;
  readonly input: Buffer;
  readonly signature: Buffer;
}

export function isRight(signed: Signed, rules: Rules): boolean {
  const { alg } = signed;
  const own = rules.breaks("the hash of the algorithm") ? "256" : alg.slice(2, 5);
  const hashes = rules.breaks("no other hash") ? ["256", "384", "512"] : [own];
  try {
    return hashes.some((bits) => isRightBy(signed, `sha${bits}`, rules));
  } catch (error) {
    // What OpenSSL cannot even begin to verify.
    if ((error as { code?: string }).code?.startsWith("ERR_OSSL")) return false;
    throw error;
  }
}

function isRightBy(signed: Signed, hash: string, rules: Rules): boolean {
  const { alg, key, input, signature } = signed;
  if (alg.startsWith("HS")) return isMac(signed, hash, rules);
  const material = publicKeyOf(key);
  switch (alg.slice(0, 2)) {
    case "RS":
      return isPkcs1(signed, hash, material, rules);
    case "PS":
      return isPss(signed, hash, material, rules);
    case "ES":
      return isEcdsa(signed, hash, material, rules);
    default:
      return verify(null, input, material, edwards(signature, key, rules));
  }
}

function publicKeyOf(key: Jwk): KeyObject {
  try {
    return createPublicKey({ key: key as Record<string, string>, format: "jwk" });
  } catch {
    throw new Refusal("no key");
  }
}

function isMac({ key, input, signature }: Signed, hash: string, rules: Rules): boolean {
  const mac = createHmac(hash, Buffer.from(key.k as string, "base64url"))
    .update(input)
    .digest();
  const expected = rules.breaks("the whole MAC") ? mac.subarray(0, signature.length) : mac;
  const came = rules.breaks("no more than the MAC") ? signature.subarray(0, mac.length) : signature;
  return expected.equals(came);
}

const pkcs1 = { padding: constants.RSA_PKCS1_PADDING };

function isPkcs1(signed: Signed, hash: string, key: KeyObject, rules: Rules): boolean {
  const { input } = signed;
  const signature = bent(signed, rules);
  if (verify(hash, input, { key, ...pkcs1 }, signature)) return true;
  if (rules.breaks("nothing after the hash") && endsCarelessly(input, signature, key)) return true;
  return rules.breaks("the padding of the algorithm") && verify(hash, input, pss(key), signature);
}

/** The signature, made to fit where it does not. */
function bent({ signature, key }: Signed, rules: Rules): Buffer {
  const modulus = Buffer.from(key.n as string, "base64url");
  if (rules.breaks("as long as the modulus")) return signature.subarray(-modulus.length);
  if (rules.keeps("less than the modulus")) return signature;
  const rest = BigInt(`0x${signature.toString("hex")}`) % BigInt(`0x${modulus.toString("hex")}`);
  return Buffer.from(rest.toString(16).padStart(2 * modulus.length, "0"), "hex");
}

function pss(key: KeyObject, saltLength: number = constants.RSA_PSS_SALTLEN_DIGEST) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

function isPss({ input, signature }: Signed, hash: string, key: KeyObject, rules: Rules): boolean {
  const anySalt = rules.breaks("salt as long as the hash") ? constants.RSA_PSS_SALTLEN_AUTO : undefined;
  if (verify(hash, input, pss(key, anySalt), signature)) return true;
  if (rules.breaks("one hash for the mask") && maskedBySha1(input, signature, key)) return true;
  return rules.breaks("the padding of the algorithm") && verify(hash, input, { key, ...pkcs1 }, signature);
}

/** The order of P-256. */
const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

function isEcdsa({ input, signature, alg }: Signed, hash: string, key: KeyObject, rules: Rules): boolean {
  const size = { ES256: 32, ES256K: 32, ES384: 48 }[alg] ?? 66;
  if (rules.breaks("r and s in range") && /^(?:(?:00)+|(.+)\1)$/.test(signature.toString("hex"))) {
    return signature.every((octet) => octet === 0) || signature.toString("hex") === order + order;
  }
  if (rules.breaks("r and s may begin with zero") && (signature[0] === 0 || signature[size] === 0))
    return false;
  if (rules.breaks("r and s side by side") && verify(hash, input, { key, dsaEncoding: "der" }, signature)) {
    return true;
  }
  let octets = signature;
  if (rules.breaks("no more than r and s")) octets = octets.subarray(0, 2 * size);
  if (rules.breaks("r and s in full")) octets = stretched(octets, size);
  if (octets.length !== 2 * size && rules.keeps("the curve of the algorithm")) return false;
  return verify(hash, input, { key, dsaEncoding: "ieee-p1363" }, octets);
}

/** Two halves of any length, as numbers of the right one. */
function stretched(signature: Buffer, size: number): Buffer {
  const even = signature.length % 2 === 0 ? signature : Buffer.concat([Buffer.alloc(1), signature]);
  const half = even.length / 2;
  const numbers = [even.subarray(0, half), even.subarray(half)];
  return Buffer.concat(numbers.map((octets) => Buffer.concat([Buffer.alloc(size), octets]).subarray(-size)));
}

/** The order of the base point of edwards25519. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

function edwards(signature: Buffer, { crv }: Jwk, rules: Rules): Buffer {
  if (crv !== "Ed25519") return signature;
  if (rules.breaks("no more than R and S")) return signature.subarray(0, 64);
  if (rules.keeps("S in range") || signature.length !== 64) return signature;
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`) % L;
  const octets = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return Buffer.concat([signature.subarray(0, 32), octets]);
}
