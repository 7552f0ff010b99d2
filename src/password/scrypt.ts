/**
 * The shell: OpenSSL's scrypt on Node's thread pool, and random salts. No rules here.
 *
 * https://www.rfc-editor.org/rfc/rfc7914
 */
import { randomBytes, scrypt } from "node:crypto";
import type { ScryptCost } from "./cost.ts";

/**
 * Derives `length` bytes from a password: RFC 7914 §6. It takes 128·N·r bytes of memory, whatever that is;
 * callers who did not choose the cost themselves bound it first.
 */
export function scryptKey(
  password: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
  length: number,
): Promise<Uint8Array> {
  const { r, p } = cost;
  const N = 2 ** cost.ln;
  // Exactly what OpenSSL counts: the table, two blocks to work in, and p blocks of input. Its own default, 32 MiB, is too low.
  const maxmem = 128 * r * (N + 2 + p);
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** A fresh salt. */
export function randomSalt(length: number): Uint8Array {
  return randomBytes(length);
}
