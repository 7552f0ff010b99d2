import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edwardsCurves, isUsablePoint } from "../../src/jwt/edwards.ts";

const { Ed25519, Ed448 } = edwardsCurves;
const modulo = (value: bigint, p: bigint) => ((value % p) + p) % p;

/** The octets of a point: y in little endian, the lowest bit of x in the highest bit. */
function encode({ length }: { readonly length: number }, y: bigint, x = 0n): Buffer {
  const bits = y | ((x & 1n) << BigInt(8 * length - 1));
  return Buffer.from(bits.toString(16).padStart(2 * length, "0"), "hex").reverse();
}

describe("RFC 8032 §5.1 and RFC 8032 §5.2 the curves", () => {
  it("have the constants and the base points of the RFC", () => {
    expect(modulo(Ed25519.d, Ed25519.p)).toBe(
      37095705934669439343138083508754565189542113879843219016388785533085940283555n,
    );
    const y25519 = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
    expect(isUsablePoint(Ed25519, encode(Ed25519, y25519))).toBe(true);
    const y448 = BigInt(
      "298819210078481492676017930443930673437544040154080242095928241372331506189835876003536878655418784733982303233503462500531545062832660",
    );
    expect(isUsablePoint(Ed448, encode(Ed448, y448))).toBe(true);
  });

  it.each([
    ["Ed25519", Ed25519, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"],
    ["Ed25519", Ed25519, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"],
    [
      "Ed448",
      Ed448,
      "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180",
    ],
  ] as const)("take the public keys of RFC 8032 §7 (%s)", (_name, curve, hex) => {
    expect(isUsablePoint(curve, Buffer.from(hex, "hex"))).toBe(true);
  });

  it("take every public key that OpenSSL makes", () => {
    for (let i = 0; i < 20; i++) {
      const x25519 = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x!;
      expect(isUsablePoint(Ed25519, Buffer.from(x25519, "base64url"))).toBe(true);
      const x448 = generateKeyPairSync("ed448").publicKey.export({ format: "jwk" }).x!;
      expect(isUsablePoint(Ed448, Buffer.from(x448, "base64url"))).toBe(true);
    }
  });
});

/** y of a point of order 8: 2P has order 4 and y = 0, and so d·y⁴ + 2·y² = 1. */
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

describe("RFC 8032 §5.1 points of small order, for which anyone can sign", () => {
  it("are what they are said to be", () => {
    const { d, p } = Ed25519;
    expect(modulo(d * ORDER_8 ** 4n + 2n * ORDER_8 ** 2n, p)).toBe(1n);
  });

  it.each([
    ["the neutral point", 1n, 0n],
    ["order 2", Ed25519.p - 1n, 0n],
    ["order 4", 0n, 0n],
    ["order 4", 0n, 1n],
    ["order 8", ORDER_8, 0n],
    ["order 8", ORDER_8, 1n],
    ["order 8", Ed25519.p - ORDER_8, 0n],
    ["order 8", Ed25519.p - ORDER_8, 1n],
  ])("are refused on Ed25519: %s (%#)", (_order, y, x) => {
    expect(isUsablePoint(Ed25519, encode(Ed25519, y, x))).toBe(false);
  });

  it.each([
    ["the neutral point", 1n, 0n],
    ["order 2", Ed448.p - 1n, 0n],
    ["order 4", 0n, 0n],
    ["order 4", 0n, 1n],
  ])("are refused on Ed448: %s (%#)", (_order, y, x) => {
    expect(isUsablePoint(Ed448, encode(Ed448, y, x))).toBe(false);
  });
});

describe("RFC 8032 §5.1.3 and RFC 8032 §5.2.3 one spelling for a point", () => {
  it.each([
    ["Ed25519", Ed25519, 3n],
    ["Ed448", Ed448, 5n],
  ])("refuses on %s a y that is not below p", (_name, curve, least) => {
    // There is a point with so small a y; written with p more, it is the same modulo p.
    let y = least;
    while (!isUsablePoint(curve, encode(curve, y))) y++;
    expect(y).toBeLessThan(19n);
    expect(isUsablePoint(curve, encode(curve, y + curve.p))).toBe(false);
  });

  it("refuses the sign of an x that is zero", () => {
    expect(isUsablePoint(Ed25519, encode(Ed25519, 1n, 1n))).toBe(false);
    expect(isUsablePoint(Ed25519, encode(Ed25519, Ed25519.p - 1n, 1n))).toBe(false);
    expect(isUsablePoint(Ed448, encode(Ed448, 1n, 1n))).toBe(false);
  });

  it("refuses any other number of octets", () => {
    for (const curve of [Ed25519, Ed448]) {
      for (const length of [0, 1, curve.length - 1, curve.length + 1, 2 * curve.length]) {
        expect(isUsablePoint(curve, Buffer.alloc(length, 3))).toBe(false);
      }
    }
  });

  it.each([
    ["Ed25519", Ed25519],
    ["Ed448", Ed448],
  ])("takes a y on %s if and only if there is an x, and with either sign (seed 8032)", (_name, curve) => {
    const { p, a, d } = curve;
    fc.assert(
      fc.property(fc.bigInt({ min: 2n, max: p - 2n }), (y) => {
        // Euler: a·x² + y² = 1 + d·x²·y² has a solution if (1 − y²)·(a − d·y²) is a square.
        const square = power(modulo((1n - y * y) * (a - d * y * y), p), (p - 1n) / 2n, p) === 1n;
        expect(isUsablePoint(curve, encode(curve, y, 0n))).toBe(square);
        expect(isUsablePoint(curve, encode(curve, y, 1n))).toBe(square);
      }),
      { seed: 8032, numRuns: 60 },
    );
  });
});

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power((base * base) % m, exponent / 2n, m);
  return exponent % 2n === 1n ? (half * base) % m : half;
}
