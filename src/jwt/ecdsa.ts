/**
 * ECDSA, RFC 7518 §3.4 and RFC 8812 §3.2: the curves, and what a key on them must be.
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.4
 */
import { createECDH, type KeyObject, sign, verify } from "node:crypto";
import type { AlgorithmRow } from "./algorithm.ts";
import { octetsOf, publicHalf } from "./asymmetric.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { derFromJose, joseFromDer } from "./ecdsa-encoding.ts";
import { JwtError } from "./errors.ts";
import { checkPrivateLength } from "./jwk.ts";

/** Octets of an SPKI with the name of a curve and the point at infinity, at most; a key of P-256 has 59 at least. */
const LONGEST_WITHOUT_POINT = 32;

interface Curve {
  /** Its name in a JWK. */
  readonly crv: string;
  /** Its name in OpenSSL. */
  readonly namedCurve: string;
  /** Its n, as long as a coordinate. */
  readonly order: Uint8Array;
}

/** RFC 7518 §6.2.1.1 and RFC 8812 §3.1; the orders are those of SEC 2 §2.4 to §2.6. */
export const curves: Readonly<Record<"p256" | "p384" | "p521" | "secp256k1", Curve>> = {
  p256: curve("P-256", "prime256v1", "ffffffff00000000ffffffffffffffff bce6faada7179e84f3b9cac2fc632551"),
  p384: curve(
    "P-384",
    "secp384r1",
    "ffffffffffffffffffffffffffffffffffffffffffffffff c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
  ),
  p521: curve(
    "P-521",
    "secp521r1",
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa" +
      "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
  ),
  secp256k1: curve(
    "secp256k1",
    "secp256k1",
    "fffffffffffffffffffffffffffffffe baaedce6af48a03bbfd25e8cd0364141",
  ),
};

function curve(crv: string, namedCurve: string, order: string): Curve {
  return { crv, namedCurve, order: Buffer.from(order.replaceAll(" ", ""), "hex") };
}

/** RFC 7518 §3.4: ECDSA with a curve and a hash. */
export function ecdsa(hash: string, { crv, namedCurve, order }: Curve): AlgorithmRow {
  const size = order.length;
  return {
    kty: "EC",
    crv: [crv],
    generate: { type: "ec", options: { namedCurve } },
    admit(material) {
      if (material.asymmetricKeyType !== "ec") {
        throw new JwtError("key/wrong-type", "The algorithm needs an elliptic curve key");
      }
      checkFinite(material);
      checkPrivateLength(material);
      if (material.asymmetricKeyDetails?.namedCurve !== namedCurve) {
        throw new JwtError("key/wrong-curve", `The key is not on the curve ${crv}`);
      }
      checkPoint(material, namedCurve, size);
      return material;
    },
    bind(material) {
      const verifier = publicHalf(material);
      return {
        // DER and a bare KeyObject: to have Node convert costs 13 µs more per call, and 12 for the options (bench/jwt/parts).
        sign: (input) => joseFromDer(sign(hash, octetsOf(input), material), size).toString("base64url"),
        verify(input, signature) {
          const octets = decodeBase64url(signature);
          const der = octets && derFromJose(octets, order);
          return der !== undefined && verify(hash, octetsOf(input), verifier, der);
        },
      };
    },
  };
}

/** OpenSSL reads a public key at infinity, for which anyone can sign. It does not get past here. */
function checkFinite(material: KeyObject): void {
  if (isAtInfinity(publicHalf(material))) {
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
 * SEC 1 §2.3.3 writes it as one octet, so the whole structure has no room for a coordinate, if it is
 * written at all: newer versions of OpenSSL refuse.
 */
function isAtInfinity(publicHalf: KeyObject): boolean {
  try {
    return publicHalf.export({ format: "der", type: "spki" }).length <= LONGEST_WITHOUT_POINT;
  } catch {
    return true;
  }
}
