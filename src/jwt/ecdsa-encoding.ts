/**
 * The two spellings of an ECDSA signature.
 *
 * RFC 7518 §3.4 wants the integers r and s as octets of fixed length, one after the other; OpenSSL wants
 * and gives `SEQUENCE { INTEGER r, INTEGER s }` in DER (RFC 3279 §2.2.3):
 *
 *     JOSE   | r, 32 octets | s, 32 octets |
 *     DER    30 len | 02 len r | 02 len s |      integers are signed, and as short as possible
 *
 * Node can convert by itself (`dsaEncoding: "ieee-p1363"`), at 13 µs a call more than these few lines.
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.4
 */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** From here on a DER length needs this prefix octet (P-521 has such signatures). */
const LONG_LENGTH = 0x80;
const ONE_LENGTH_OCTET = 0x81;

/**
 * JOSE → DER. `order` is the curve's n, as many octets as r and s have each.
 * `undefined` when the length is wrong or r or s is not in 1…n−1: no such signature is valid, and
 * implementations that did not look took (0, 0) for a signature of anything (CVE-2022-21449).
 */
export function derFromJose(signature: Uint8Array, order: Uint8Array): Uint8Array | undefined {
  const size = order.length;
  // RFC 7518 §3.4: "The JWS Signature value MUST be a 64-octet sequence."
  if (signature.length !== 2 * size) return undefined;
  if (!isInRange(signature, 0, order) || !isInRange(signature, size, order)) return undefined;

  const r = firstDigit(signature, 0);
  const s = firstDigit(signature, size);
  const rLength = size - r + signOctet(signature[r]!);
  const sLength = 2 * size - s + signOctet(signature[s]!);
  const length = 2 + rLength + 2 + sLength;
  const long = length >= LONG_LENGTH;
  const der = new Uint8Array((long ? 3 : 2) + length);
  let at = 0;
  der[at++] = SEQUENCE;
  if (long) der[at++] = ONE_LENGTH_OCTET;
  der[at++] = length;
  at = writeInteger(der, at, rLength);
  copyDigits(signature, r, size, der, at);
  at = writeInteger(der, at, sLength);
  copyDigits(signature, s, 2 * size, der, at);
  return der;
}

/** Writes tag and length, and returns where the integer ends. What is not written stays zero. */
function writeInteger(der: Uint8Array, at: number, length: number): number {
  der[at] = INTEGER;
  der[at + 1] = length;
  return at + 2 + length;
}

/** Where the leading zeros end. Never past the integer, since it is not zero. */
function firstDigit(bytes: Uint8Array, start: number): number {
  while (bytes[start] === 0) start++;
  return start;
}

/** One more octet where a set top bit would read as a minus sign. */
function signOctet(digit: number): 0 | 1 {
  return digit >= 0x80 ? 1 : 0;
}

/** DER → JOSE, for what our own `crypto.sign` gave; `size` is the octets of r and of s. */
export function joseFromDer(der: Uint8Array, size: number): Buffer {
  const signature = Buffer.alloc(2 * size);
  let at = der[1] === ONE_LENGTH_OCTET ? 3 : 2;
  for (let end = size; end <= 2 * size; end += size) {
    const next = at + 2 + der[at + 1]!;
    // The octet in front of a set top bit is not part of the number.
    copyDigits(der, der[at + 2] === 0 ? at + 3 : at + 2, next, signature, end);
    at = next;
  }
  return signature;
}

/**
 * Copies the octets from `start` to `end` so that they end at `targetEnd`. An octet at a time: for so few, a
 * view to copy from costs more than the copy.
 */
function copyDigits(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  targetEnd: number,
): void {
  for (let at = end - 1, to = targetEnd - 1; at >= start; at--, to--) target[to] = source[at]!;
}
/** Whether the integer at `start`, as long as `order`, is at least one and below `order`. */
function isInRange(bytes: Uint8Array, start: number, order: Uint8Array): boolean {
  let zero = true;
  for (let i = 0; i < order.length && zero; i++) zero = bytes[start + i] === 0;
  if (zero) return false;
  for (let i = 0; i < order.length; i++) {
    const difference = bytes[start + i]! - order[i]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
