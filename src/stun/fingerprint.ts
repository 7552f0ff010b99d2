/**
 * RFC 8489 §14.7 FINGERPRINT: a checksum that tells STUN from what shares its port. It proves nothing about who sent it.
 */
import { crc32 } from "node:zlib";
import { readUint32, writeUint16, writeUint32 } from "../bytes.ts";
import { AttributeType } from "./attributes.ts";
import { ATTRIBUTE_HEADER_SIZE, type StunMessage } from "./message.ts";

/** Octets of the attribute with its header. */
export const FINGERPRINT_SIZE: number = ATTRIBUTE_HEADER_SIZE + 4;

/** RFC 8489 §14.7: the CRC-32 is "XOR'ed with the 32-bit value 0x5354554e": "STUN" in ASCII. */
const XOR = 0x5354554e;

/**
 * Whether the message's FINGERPRINT is right; false also when it has none.
 *
 * The bytes are taken as they are: RFC 8489 §14.7 wants the Length field to include FINGERPRINT, and it is the last
 * attribute.
 */
export function checkFingerprint({ bytes, fingerprintAt }: StunMessage): boolean {
  if (fingerprintAt === 0) return false;
  const expected = fingerprintOf(bytes.subarray(0, fingerprintAt));
  return readUint32(bytes, fingerprintAt + ATTRIBUTE_HEADER_SIZE) === expected;
}

/** Writes the attribute at `message[at]`; the header's length must be the final one already. */
export function writeFingerprint(message: Uint8Array, at: number): void {
  writeUint16(message, at, AttributeType.Fingerprint);
  writeUint16(message, at + 2, 4);
  writeUint32(message, at + ATTRIBUTE_HEADER_SIZE, fingerprintOf(message.subarray(0, at)));
}

function fingerprintOf(bytes: Uint8Array): number {
  return (crc32(bytes) ^ XOR) >>> 0;
}
