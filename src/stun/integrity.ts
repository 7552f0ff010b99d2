/**
 * RFC 8489 §14.5 MESSAGE-INTEGRITY and §14.6 MESSAGE-INTEGRITY-SHA256: an HMAC of the message up to the attribute.
 *
 *     ┌────────┬────────────┬───────────────────┬──────────────────────────┬─────────────┐
 *     │ header │ attributes │ MESSAGE-INTEGRITY │ MESSAGE-INTEGRITY-SHA256 │ FINGERPRINT │
 *     └────────┴────────────┴───────────────────┴──────────────────────────┴─────────────┘
 *     ╰───── HMAC-SHA1 ────╯                    ╎
 *     ╰────────────── HMAC-SHA256 ─────────────╯
 *
 * Each is calculated with a Length field that ends the message after the attribute itself. Nothing is rewritten for
 * that: the header's first two octets, the length as it should be, and the rest are given to the HMAC one by one.
 */
import { createHmac, type KeyObject } from "node:crypto";
import { equalBytes, readUint16, writeUint16 } from "../bytes.ts";
import { AttributeType } from "./attributes.ts";
import { ATTRIBUTE_HEADER_SIZE, HEADER_SIZE, type StunMessage } from "./message.ts";

/** The key of an HMAC: `shortTermKey`, `longTermKey`, or whatever the usage defines. */
export type IntegrityKey = Uint8Array | KeyObject;

/** Octets of MESSAGE-INTEGRITY with its header. */
export const INTEGRITY_SIZE: number = ATTRIBUTE_HEADER_SIZE + 20;
/** Octets of MESSAGE-INTEGRITY-SHA256 with its header, not truncated. */
export const INTEGRITY_SHA256_SIZE: number = ATTRIBUTE_HEADER_SIZE + 32;

/** Whether the message's MESSAGE-INTEGRITY was made with `key`; false also when it has none. In equal time. */
export function checkIntegrity({ bytes, integrityAt }: StunMessage, key: IntegrityKey): boolean {
  if (integrityAt === 0) return false;
  const start = integrityAt + ATTRIBUTE_HEADER_SIZE;
  return equalBytes(bytes.subarray(start, start + 20), hmac("sha1", bytes, integrityAt, key));
}

/**
 * Whether the message's MESSAGE-INTEGRITY-SHA256 was made with `key`; false also when it has none. In equal time.
 *
 * @param minLength octets that must be there; RFC 8489 §14.6: "The value must be the full 32 bytes unless the STUN
 *   Usage explicitly specifies that truncation is allowed." `parseMessage` lets none pass below 16
 */
export function checkIntegritySha256(message: StunMessage, key: IntegrityKey, minLength = 32): boolean {
  const { bytes, integritySha256At: at } = message;
  if (at === 0) return false;
  const length = readUint16(bytes, at + 2);
  if (length < minLength) return false;
  const start = at + ATTRIBUTE_HEADER_SIZE;
  const expected = hmac("sha256", bytes, at, key).subarray(0, length);
  return equalBytes(bytes.subarray(start, start + length), expected);
}

/** Writes MESSAGE-INTEGRITY at `message[at]`; what is before it, but for the Length field, must be final. */
export function writeIntegrity(message: Uint8Array, at: number, key: IntegrityKey): void {
  writeUint16(message, at, AttributeType.MessageIntegrity);
  writeUint16(message, at + 2, 20);
  message.set(hmac("sha1", message, at, key), at + ATTRIBUTE_HEADER_SIZE);
}

/** Writes MESSAGE-INTEGRITY-SHA256, all of it, at `message[at]`; what is before it, but for the Length field, must be final. */
export function writeIntegritySha256(message: Uint8Array, at: number, key: IntegrityKey): void {
  writeUint16(message, at, AttributeType.MessageIntegritySha256);
  writeUint16(message, at + 2, 32);
  message.set(hmac("sha256", message, at, key), at + ATTRIBUTE_HEADER_SIZE);
}

/** @param at where the attribute is, of which type and length are there already */
function hmac(hash: "sha1" | "sha256", message: Uint8Array, at: number, key: IntegrityKey): Uint8Array {
  // RFC 8489 §14.5: "the Length field in the STUN header must be adjusted to point to the end of the MESSAGE-INTEGRITY
  // attribute prior to calculating the HMAC over the STUN message, up to and including the attribute preceding the
  // MESSAGE-INTEGRITY attribute."
  const length = new Uint8Array(2);
  writeUint16(length, 0, at + ATTRIBUTE_HEADER_SIZE + readUint16(message, at + 2) - HEADER_SIZE);
  return createHmac(hash, key)
    .update(message.subarray(0, 2))
    .update(length)
    .update(message.subarray(4, at))
    .digest();
}
