/**
 * The signature algorithms, RFC 7518 §3: one row each. To add one, add its name and its row here.
 *
 * There is no row for `none`, nor could there be one: a row is found by a {@link Key}'s own algorithm,
 * never by what a token says of itself.
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 */
import { createECDH, createHmac, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { derFromJose, joseFromDer } from "./ecdsa.ts";
import { JwtError } from "./errors.ts";
import { checkSecret } from "./secret.ts";

/** The algorithms, by their names in JOSE. */
export type Algorithm = "HS256" | "ES256";

/** What has to be known of an algorithm, and nowhere else. */
export interface AlgorithmRow {
  /** RFC 7518 §6.1: the type of key. */
  readonly kty: "oct" | "EC";
  /** The curve's name in a JWK, where there is a curve. */
  readonly crv?: string;
  /** What `node:crypto` is asked for to make a new key. */
  readonly generation:
    | { readonly type: "hmac"; readonly options: { readonly length: number } }
    | { readonly type: "ec"; readonly options: { readonly namedCurve: string } };
  /**
   * Whether this key may be used with this algorithm at all.
   * @throws {JwtError} `key/…`
   */
  check(material: KeyObject): void;
  /** The JWS Signature, base64url, over a JWS Signing Input, which is ASCII. */
  sign(material: KeyObject, signingInput: string): string;
  /** Whether `signature` is the one canonical base64url spelling of a signature over `signingInput`. */
  verify(material: KeyObject, signingInput: string, signature: string): boolean;
}

/** Every algorithm there is. */
export const algorithms: Readonly<Record<Algorithm, AlgorithmRow>> = {
  HS256: hmac("sha256", 32),
  ES256: ecdsa({
    hash: "sha256",
    crv: "P-256",
    namedCurve: "prime256v1",
    order: Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex"),
  }),
};

/**
 * The row of an algorithm that the calling code named.
 * @throws {JwtError} `alg/unsupported`
 */
export function algorithmRow(alg: Algorithm): AlgorithmRow {
  if (typeof alg !== "string") throw new TypeError("alg must be a string");
  if (!Object.hasOwn(algorithms, alg)) {
    throw new JwtError(
      "alg/unsupported",
      `No such algorithm; there are ${Object.keys(algorithms).join(", ")}`,
    );
  }
  return algorithms[alg];
}

/** RFC 7518 §3.2: HMAC with SHA-2. */
function hmac(hash: string, length: number): AlgorithmRow {
  const authenticate = (material: KeyObject, signingInput: string): string =>
    createHmac(hash, material).update(signingInput).digest("base64url");
  return {
    kty: "oct",
    generation: { type: "hmac", options: { length: length * 8 } },
    check(material) {
      if (material.type !== "secret") throw wrongType("a secret");
      checkSecret(material, length);
    },
    sign: authenticate,
    verify: (material, signingInput, signature) => equalText(authenticate(material, signingInput), signature),
  };
}

/**
 * RFC 7518 §3.2: "The comparison of the computed HMAC value to the JWS Signature value MUST be done in a
 * constant-time manner to thwart timing attacks." Every character is looked at, whatever the others were.
 * Making two buffers for `timingSafeEqual` would cost four times as much.
 */
function equalText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i);
  return difference === 0;
}

interface Ecdsa {
  readonly hash: string;
  /** The curve's name in a JWK. */
  readonly crv: string;
  /** The curve's name in OpenSSL. */
  readonly namedCurve: string;
  /** The curve's n, as long as a coordinate. */
  readonly order: Uint8Array;
}

/** RFC 7518 §3.4: ECDSA. */
function ecdsa({ hash, crv, namedCurve, order }: Ecdsa): AlgorithmRow {
  return {
    kty: "EC",
    crv,
    generation: { type: "ec", options: { namedCurve } },
    check(material) {
      if (material.asymmetricKeyType !== "ec") throw wrongType("an elliptic curve key");
      checkFinite(material, order.length);
      if (material.asymmetricKeyDetails?.namedCurve !== namedCurve) {
        throw new JwtError("key/wrong-curve", `The key is not on the curve ${crv}`);
      }
      checkPoint(material, namedCurve, order.length);
    },
    // A bare KeyObject: wrapped in an options object, it costs 12 µs more per call.
    sign: (material, signingInput) =>
      encodeBase64url(joseFromDer(sign(hash, Buffer.from(signingInput, "latin1"), material), order.length)),
    verify(material, signingInput, signature) {
      const octets = decodeBase64url(signature);
      const der = octets && derFromJose(octets, order);
      return der !== undefined && verify(hash, Buffer.from(signingInput, "latin1"), material, der);
    },
  };
}

/** OpenSSL reads a public key at infinity, for which anyone can sign. It does not get past here. */
function checkFinite(material: KeyObject, size: number): void {
  if (isAtInfinity(material.type === "private" ? createPublicKey(material) : material, size)) {
    throw new JwtError("key/invalid-point", "The public key is the point at infinity");
  }
}

/** OpenSSL reads a JWK whose `d` is not the private half of its point. It does not get past here. */
function checkPoint(material: KeyObject, namedCurve: string, size: number): void {
  const { x, y, d } = material.export({ format: "jwk" });
  if (d === undefined) return;
  const pair = createECDH(namedCurve);
  try {
    pair.setPrivateKey(d, "base64url");
  } catch {
    throw new JwtError("key/malformed", "The private key is not in the range of the curve");
  }
  // SEC 1 §2.3.3: an uncompressed point is 04, x, y.
  const point = pair.getPublicKey();
  if (encodeBase64url(point.subarray(1, 1 + size)) !== x || encodeBase64url(point.subarray(1 + size)) !== y) {
    throw new JwtError("key/mismatched-halves", "The public key does not belong to the private key");
  }
}

/**
 * Asked before anything else: some versions of Node (22.13 is one) abort the process when asked for the JWK of
 * such a point, or only for its curve.
 * SEC 1 §2.3.3 writes it as one octet, so the whole structure is shorter than a coordinate, if it is
 * written at all: newer versions of OpenSSL refuse.
 */
function isAtInfinity(publicHalf: KeyObject, size: number): boolean {
  try {
    return publicHalf.export({ format: "der", type: "spki" }).length <= size;
  } catch {
    return true;
  }
}

function wrongType(wanted: string): JwtError {
  return new JwtError("key/wrong-type", `The algorithm needs ${wanted}`);
}
