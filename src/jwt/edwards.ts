/**
 * Whether the octets of a public key are a point of Ed25519 or Ed448, and not one of the few of small order,
 * for which anyone can make a signature of anything. OpenSSL looks at the point only when it verifies, and
 * at its order never.
 *
 * The curve is a·x² + y² = 1 + d·x²·y² over the integers modulo p. A point is written as y in little endian,
 * with the lowest bit of x in the highest bit (RFC 8032 §5.1.2, §5.2.2). Only public keys are computed with,
 * so nothing here has to take equal time. But they come in by the set, and from whoever writes it: so nothing
 * here divides modulo p, nor raises to a power, which would take ten times as long.
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

/** RFC 8032 §5.1 and §5.2. */
export const edwardsCurves: Readonly<Record<"Ed25519" | "Ed448", EdwardsCurve>> = {
  Ed25519: {
    p: 2n ** 255n - 19n,
    a: -1n,
    d: 37095705934669439343138083508754565189542113879843219016388785533085940283555n,
    length: 32,
    cofactorBits: 3,
  },
  Ed448: { p: 2n ** 448n - 2n ** 224n - 1n, a: 1n, d: -39081n, length: 57, cofactorBits: 2 },
};

/** Whether `octets` encode, in the one canonical way, a point of the curve that is not of small order. */
export function isUsablePoint(curve: EdwardsCurve, octets: Uint8Array): boolean {
  const { p, a, d, length } = curve;
  if (octets.length !== length) return false;
  const bits = BigInt(`0x${Buffer.from(octets).reverse().toString("hex")}`);
  const y = bits & ((1n << BigInt(8 * length - 1)) - 1n);
  // RFC 8032 §5.1.3 step 1: "If the resulting value is >= p, decoding fails."
  if (y >= p) return false;
  // RFC 8032 §5.1.3 step 2: x² = u / v. There is an x if that is a square, and it is one if u·v is: that is
  // u / v times a square.
  const yy = modulo(y * y, p);
  const [u, v] = [1n - yy, a - d * yy];
  if (!isSquare(u * v, p)) return false;
  // RFC 8032 §5.1.3 step 4 has another spelling to refuse, of points with x = 0. Both have y² = 1 and a small
  // order: here they are refused in either.
  return !isOfSmallOrder(curve, y);
}

/**
 * Whether a point with this y becomes the neutral point, which is (0, 1), when it is doubled as often as the
 * cofactor says. With x² from the equation of the curve,
 *
 *             y² − a·x²        −(d·y⁴ − 2·a·y² + a)
 *     y(2P) = ────────────  =  ────────────────────
 *             1 − d·x²·y²        d·y⁴ − 2·d·y² + a
 *
 * so that doubling needs no x; nor a division, when y is kept as a fraction. The denominator is never 0.
 */
function isOfSmallOrder({ p, a, d, cofactorBits }: EdwardsCurve, y: bigint): boolean {
  let [numerator, denominator] = [y, 1n];
  for (let doubled = 0; doubled < cofactorBits; doubled++) {
    const [n, m] = [modulo(numerator * numerator, p), modulo(denominator * denominator, p)];
    numerator = modulo(-(d * n * n - 2n * a * n * m + a * m * m), p);
    denominator = modulo(d * n * n - 2n * d * n * m + a * m * m, p);
  }
  return numerator === denominator;
}

/** Whether `value` is a square modulo the prime p: its Legendre symbol, by the law of quadratic reciprocity. */
function isSquare(value: bigint, p: bigint): boolean {
  let isOne = true;
  let [a, n] = [modulo(value, p), p];
  while (a !== 0n) {
    // (2/n) is −1 where n is 3 or 5 modulo 8.
    for (; (a & 1n) === 0n; a >>= 1n) if ((n & 7n) === 3n || (n & 7n) === 5n) isOne = !isOne;
    // (a/n) is (n/a), or −(n/a) where both are 3 modulo 4; and (n/a) is that of n modulo a.
    if ((a & 3n) === 3n && (n & 3n) === 3n) isOne = !isOne;
    [a, n] = [n % a, a];
  }
  return isOne;
}

function modulo(value: bigint, p: bigint): bigint {
  const remainder = value % p;
  return remainder < 0n ? remainder + p : remainder;
}
