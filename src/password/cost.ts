/**
 * What one scrypt call costs, and the most we are ready to pay.
 *
 * scrypt fills a table of N blocks of 128·r bytes and then reads it in an order nobody can foresee, p times
 * over (RFC 7914 §2, RFC 7914 §5). So memory is 128·N·r, and time grows with 128·N·r·p.
 *
 * https://www.rfc-editor.org/rfc/rfc7914
 */

/** The three knobs of RFC 7914 §2, N written as the exponent `ln` that PHC strings carry. */
export interface ScryptCost {
  /** log2 of N, "the CPU/Memory cost parameter". */
  readonly ln: number;
  /** The block size, in units of 128 bytes. */
  readonly r: number;
  /** The parallelization parameter: how many times the whole is done, one after another in OpenSSL. */
  readonly p: number;
}

/** OWASP's first choice, N = 2^17: 128 MiB and some 0.3 s a hash on a server of today. */
export const defaultCost: ScryptCost = { ln: 17, r: 8, p: 1 };

/** The most memory a hash may take, whoever wrote it: twice the default. */
const maxMemoryBytes = 256 * 2 ** 20;

/** The most bytes a hash may fill, all p passes together: eight times the default, a few seconds. */
const maxWorkBytes = 2 ** 30;

/**
 * Whether these are parameters scrypt is defined for.
 *
 * RFC 7914 §2: N "must be larger than 1, a power of 2, and less than 2^(128 * r / 8)", and p at most
 * "((2^32-1) * 32) / (128 * r)". (The bound of N is a known erratum, too low for r = 1 by far; OpenSSL
 * enforces it, so we do.)
 */
export function isScryptCost(cost: ScryptCost): boolean {
  const { ln, r, p } = cost;
  return (
    [ln, r, p].every((value) => Number.isSafeInteger(value) && value >= 1) &&
    ln < 16 * r &&
    p <= ((2 ** 32 - 1) * 32) / (128 * r)
  );
}

/**
 * Whether a hash of this cost stays within the memory and time that a stored string may ask for. Without
 * this ceiling, who can write one row of the account table can make each login take 8 GiB.
 */
export function isAffordable(cost: ScryptCost): boolean {
  return memoryBytes(cost) <= maxMemoryBytes && workBytes(cost) <= maxWorkBytes;
}

/**
 * Whether `stored` protects less than `wanted`, by what guessing costs on circuits made for it: their area is
 * the memory and their time the work, so memory times work (C. Percival, "Stronger key derivation via
 * sequential memory-hard functions", 2009).
 *
 * One number orders all costs. So of two servers with different ones, only one ever finds the other's hashes
 * too weak, and no hash goes to and fro between them.
 */
export function isWeaker(stored: ScryptCost, wanted: ScryptCost): boolean {
  return memoryBytes(stored) * workBytes(stored) < memoryBytes(wanted) * workBytes(wanted);
}

/** The memory that one hash takes while it is computed: the table of 128·N·r bytes. */
export function memoryBytes(cost: ScryptCost): number {
  return 128 * 2 ** cost.ln * cost.r;
}

function workBytes(cost: ScryptCost): number {
  return memoryBytes(cost) * cost.p;
}
