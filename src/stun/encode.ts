/**
 * RFC 8489 §5, §6.1 and §14: messages on their way out. Attributes are written in the order in which they are given;
 * those that protect the message come after them, in the one order that every reader understands.
 */
import { writeUint16, writeUint32 } from "../bytes.ts";
import { type Attribute, AttributeType } from "./attributes.ts";
import { FINGERPRINT_SIZE, writeFingerprint } from "./fingerprint.ts";
import {
  INTEGRITY_SHA256_SIZE,
  INTEGRITY_SIZE,
  type IntegrityKey,
  writeIntegrity,
  writeIntegritySha256,
} from "./integrity.ts";
import {
  ATTRIBUTE_HEADER_SIZE,
  encodeMessageType,
  HEADER_SIZE,
  MAGIC_COOKIE,
  type MessageClass,
  padded,
  TRANSACTION_ID_AT,
  TRANSACTION_ID_SIZE,
} from "./message.ts";

/** What protects a message: attributes that are calculated from it. */
export interface Protection {
  /** Adds MESSAGE-INTEGRITY, made with this key. */
  readonly integrity?: IntegrityKey | undefined;
  /** Adds MESSAGE-INTEGRITY-SHA256, made with this key. */
  readonly integritySha256?: IntegrityKey | undefined;
  /** Adds FINGERPRINT; false by default. */
  readonly fingerprint?: boolean | undefined;
}

/** What a message is made of. */
export interface MessageParts extends Protection {
  readonly method: number;
  readonly class: MessageClass;
  /**
   * 12 octets. RFC 8489 §5: of a request "the transaction ID MUST be uniformly and randomly chosen from the interval
   * 0 .. 2**96-1 and MUST be cryptographically random"; of a response it is that of the request.
   */
  readonly transactionId: Uint8Array;
  /** Without those that protect the message; none by default. */
  readonly attributes?: readonly Attribute[] | undefined;
}

/** The longest message whose size the Length field can say. */
const MAX_SIZE = HEADER_SIZE + 0xfffc;

const protectors: ReadonlySet<number> = new Set([
  AttributeType.MessageIntegrity,
  AttributeType.MessageIntegritySha256,
  AttributeType.Fingerprint,
]);

/**
 * Encodes a message.
 *
 * @throws {TypeError} when an attribute protects the message and so has no place among the others
 * @throws {RangeError} when the message would be too long, or the method or the transaction ID is none
 */
export function encodeMessage(parts: MessageParts): Uint8Array {
  const { transactionId, attributes = [] } = parts;
  checkParts(parts);
  const size = HEADER_SIZE + attributesSize(attributes) + protectionSize(parts);
  if (size > MAX_SIZE) throw new RangeError(`a message of ${size} octets is longer than ${MAX_SIZE}`);
  // Zeros: RFC 8489 §14: "The padding bits MUST be set to zero on sending and MUST be ignored by the receiver."
  const message = new Uint8Array(size);
  writeHeader(message, parts.method, parts.class);
  message.set(transactionId, TRANSACTION_ID_AT);
  let at = HEADER_SIZE;
  for (const { type, value } of attributes) {
    writeUint16(message, at, type);
    writeUint16(message, at + 2, value.length);
    message.set(value, at + ATTRIBUTE_HEADER_SIZE);
    at += ATTRIBUTE_HEADER_SIZE + padded(value.length);
  }
  writeProtection(message, at, parts);
  return message;
}

/** Octets that {@link writeProtection} writes. */
export function protectionSize({ integrity, integritySha256, fingerprint = false }: Protection): number {
  return (
    (integrity === undefined ? 0 : INTEGRITY_SIZE) +
    (integritySha256 === undefined ? 0 : INTEGRITY_SHA256_SIZE) +
    (fingerprint ? FINGERPRINT_SIZE : 0)
  );
}

/** Writes the attributes that end `message`, from `message[at]` on; all that is before them must be final. */
export function writeProtection(message: Uint8Array, at: number, protection: Protection): void {
  // RFC 8489 §9: after MESSAGE-INTEGRITY nothing counts but MESSAGE-INTEGRITY-SHA256 and FINGERPRINT.
  if (protection.integrity !== undefined) {
    writeIntegrity(message, at, protection.integrity);
    at += INTEGRITY_SIZE;
  }
  if (protection.integritySha256 !== undefined) {
    writeIntegritySha256(message, at, protection.integritySha256);
    at += INTEGRITY_SHA256_SIZE;
  }
  // RFC 8489 §14.7: "the FINGERPRINT attribute MUST be the last attribute in the message"
  if (protection.fingerprint) writeFingerprint(message, at);
}

function attributesSize(attributes: readonly Attribute[]): number {
  return attributes.reduce((sum, { value }) => sum + ATTRIBUTE_HEADER_SIZE + padded(value.length), 0);
}

/** Writes the header of a message that is as long as `message`, all but its transaction ID. */
export function writeHeader(message: Uint8Array, method: number, messageClass: MessageClass): void {
  writeUint16(message, 0, encodeMessageType(method, messageClass));
  writeUint16(message, 2, message.length - HEADER_SIZE);
  writeUint32(message, 4, MAGIC_COOKIE);
}

function checkParts({ method, transactionId, attributes = [] }: MessageParts): void {
  if (!Number.isInteger(method) || method < 0 || method > 0xfff)
    throw new RangeError(`${method} is no method`);
  if (transactionId.length !== TRANSACTION_ID_SIZE) {
    throw new RangeError(`a transaction ID has ${TRANSACTION_ID_SIZE} octets, not ${transactionId.length}`);
  }
  const misplaced = attributes.find(({ type }) => protectors.has(type));
  if (misplaced === undefined) return;
  throw new TypeError(`attribute 0x${misplaced.type.toString(16)} is made of the message, not given`);
}
