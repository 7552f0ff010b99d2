/**
 * Whether the octets of a public key are a point of Ed25519 or Ed448, and not one of the few of small order,
 * for which anyone can make a signature of anything. OpenSSL looks at the point only when it verifies, and
 * at its order never.
 *
 * The curve is a·x² + y² = 1 + d·x²·y² over the integers modulo p. A point is written as y in little endian,
 * with the lowest bit of x in the highest bit (RFC 8032 §5.1.2, §5.2.2). Only public keys are computed with,
 * once each when they come in, so nothing here has to be fast or to take equal time.
 * https://www.rfc-editor.org/rfc/rfc8032#section-5.1
 */

interface EdwardsCurve {
  readonly p: bigint;
  readonly a: bigint;
  readonly d: bigint;
  /** Octets of an encoded point. */
  readonly length: number;
  /** log₂ of the cofactor: 2·2·2·P is the neutral point for a P of small order. */
  readonly cofactorBits: number;
}

const P25519 = 2n ** 255n - 19n;

/** RFC 8032 §5.1 and §5.2. */
export const edwardsCurves: Readonly<Record<"Ed25519" | "Ed448", EdwardsCurve>> = {
  Ed25519: {
    p: P25519,
    a: -1n,
    d: -121665n * power(121666n, P25519 - 2n, P25519),
    length: 32,
    cofactorBits: 3,
  },
  Ed448: { p: 2n ** 448n - 2n ** 224n - 1n, a: 1n, d: -39081n, length: 57, cofactorBits: 2 },
};

/** Whether `octets` encode, in the one canonical way, a point of the curve that is not of small order. */
export function isUsablePoint(curve: EdwardsCurve, octets: Uint8Array): boolean {
  const { p, a, d, length, cofactorBits } = curve;
  if (octets.length !== length) return false;
  const bits = BigInt(`0x${Buffer.from(octets).reverse().toString("hex")}`);
  const sign = BigInt(8 * length - 1);
  let y = bits & ((1n << sign) - 1n);
  // RFC 8032 §5.1.3 step 1: "If the resulting value is >= p, decoding fails."
  if (y >= p) return false;
  // x² = (1 − y²) / (a − d·y²). There is an x if that is a square: RFC 8032 §5.1.3 step 2.
  let xx = modulo((1n - y * y) * power(a - d * y * y, p - 2n, p), p);
  if (xx !== 0n && power(xx, (p - 1n) / 2n, p) !== 1n) return false;
  // RFC 8032 §5.1.3 step 4: "If x = 0, and x_0 = 1, decoding fails."
  if (xx === 0n && bits >> sign === 1n) return false;
  // Doubling needs no x, only x²:  y(2P) = (y² − a·x²) / (1 − d·x²·y²).
  for (let doubled = 0; doubled < cofactorBits; doubled++) {
    const yy = modulo(y * y, p);
    const dxxyy = d * xx * yy;
    y = modulo((yy - a * xx) * power(1n - dxxyy, p - 2n, p), p);
    xx = modulo((1n - y * y) * power(a - d * y * y, p - 2n, p), p);
  }
  // The neutral point is (0, 1).
  return y !== 1n;
}

function modulo(value: bigint, p: bigint): bigint {
  const remainder = value % p;
  return remainder < 0n ? remainder + p : remainder;
}

/** base^exponent modulo p, by squaring. */
function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = modulo(base, p);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
