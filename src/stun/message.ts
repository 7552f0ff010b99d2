/**
 * RFC 8489 §5 STUN message structure, reading.
 * https://www.rfc-editor.org/rfc/rfc8489#section-5
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |0 0|     STUN Message Type     |         Message Length        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                         Magic Cookie                          |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                                                               |
 *     |                     Transaction ID (96 bits)                  |
 *     |                                                               |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * The message type holds a method of twelve bits (M) with a class of two bits (C) between them:
 *
 *                       0                 1
 *                       2  3  4 5 6 7 8 9 0 1 2 3 4 5
 *                      +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
 *                      |M |M |M|M|M|C|M|M|M|C|M|M|M|M|
 *                      |11|10|9|8|7|1|6|5|4|0|3|2|1|0|
 *                      +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * After the header come attributes (RFC 8489 §14): type, length, value, padding to a multiple of four octets.
 */
import { readUint16, readUint32 } from "../bytes.ts";
import { type Attribute, AttributeType } from "./attributes.ts";

/** RFC 8489 §5: "The Magic Cookie field MUST contain the fixed value 0x2112A442 in network byte order." */
export const MAGIC_COOKIE = 0x2112a442;
/** Octets of the header. */
export const HEADER_SIZE = 20;
/** Octets of an attribute's type and length. */
export const ATTRIBUTE_HEADER_SIZE = 4;
/** Where in the header the transaction ID is; it is {@link TRANSACTION_ID_SIZE} octets long. */
export const TRANSACTION_ID_AT = 8;
export const TRANSACTION_ID_SIZE = 12;

/** RFC 8489 §5: what a message is, whatever its method. */
export const MessageClass = {
  Request: 0b00,
  Indication: 0b01,
  SuccessResponse: 0b10,
  ErrorResponse: 0b11,
} as const;
export type MessageClass = (typeof MessageClass)[keyof typeof MessageClass];

/** RFC 8489 §18.2: the one method that it defines. */
export const Method = { Binding: 0x001 } as const;

/**
 * What is wrong with bytes that begin as a STUN message does (RFC 8489 §5, §14).
 *
 *  - `length`: Message Length says another number of octets than there are
 *  - `attribute-overrun`: an attribute reaches over the end of the message
 *  - `attribute-length`: MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 or FINGERPRINT has a length that it cannot have
 *  - `after-fingerprint`: FINGERPRINT is not the last attribute
 */
export type MessageFault = "length" | "attribute-overrun" | "attribute-length" | "after-fingerprint";

/** The 14 bits of a message type. */
export function encodeMessageType(method: number, messageClass: MessageClass): number {
  return (
    ((method & 0xf80) << 2) |
    ((method & 0x070) << 1) |
    (method & 0x00f) |
    ((messageClass & 0b10) << 7) |
    ((messageClass & 0b01) << 4)
  );
}

/** The method in a message type. */
export function methodOf(type: number): number {
  return ((type & 0x3e00) >> 2) | ((type & 0x00e0) >> 1) | (type & 0x000f);
}

/** The class in a message type. */
export function classOf(type: number): MessageClass {
  return (((type & 0x0100) >> 7) | ((type & 0x0010) >> 4)) as MessageClass;
}

/** The octets that `length` octets of a value take with their padding: the next multiple of four (RFC 8489 §14). */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/**
 * Whether `bytes` begin as a STUN message does: what RFC 8489 §6.3 checks first, and RFC 8489 §5 gives to tell STUN
 * from what shares its port.
 */
export function looksLikeStun(bytes: Uint8Array): boolean {
  return (
    bytes.length >= HEADER_SIZE &&
    // RFC 8489 §5: "The most significant 2 bits of every STUN message MUST be zeroes."
    (bytes[0]! & 0xc0) === 0 &&
    // RFC 8489 §5: "the last 2 bits of this field are always zero."
    (bytes[3]! & 0x03) === 0 &&
    readUint32(bytes, 4) === MAGIC_COOKIE
  );
}

/**
 * Reads a message: all of `bytes`, which a view is made of and which must not change while it is used.
 *
 * @returns a view; what is wrong, if the header is one of STUN; undefined if it is not. Never throws
 */
export function parseMessage(bytes: Uint8Array): StunMessage | MessageFault | undefined {
  if (!looksLikeStun(bytes)) return undefined;
  // RFC 8489 §5: "The message length MUST contain the size of the message in bytes, not including the 20-byte STUN
  // header."
  if (readUint16(bytes, 2) !== bytes.length - HEADER_SIZE) return "length";
  const marks: Marks = { integrityAt: 0, integritySha256At: 0, fingerprintAt: 0 };
  for (let at = HEADER_SIZE; at < bytes.length; ) {
    if (marks.fingerprintAt > 0) return "after-fingerprint";
    // The message ends on a multiple of four, and so does each attribute: its header is here whole.
    const length = readUint16(bytes, at + 2);
    const next = at + ATTRIBUTE_HEADER_SIZE + padded(length);
    if (next > bytes.length) return "attribute-overrun";
    if (!mark(marks, readUint16(bytes, at), at, length)) return "attribute-length";
    at = next;
  }
  return new StunMessage(bytes, marks);
}

/** Where the attributes are that protect a message; 0 where there is none. */
interface Marks {
  integrityAt: number;
  integritySha256At: number;
  fingerprintAt: number;
}

/** Notes where an attribute is, if it is one of the three. False: its length is wrong. */
function mark(marks: Marks, type: number, at: number, length: number): boolean {
  switch (type) {
    case AttributeType.MessageIntegrity:
      marks.integrityAt ||= at;
      return length === 20; // RFC 8489 §14.5: "Since it uses the SHA-1 hash, the HMAC will be 20 bytes."
    case AttributeType.MessageIntegritySha256:
      marks.integritySha256At ||= at;
      // RFC 8489 §14.6: "at most 32 bytes, but it MUST be at least 16 bytes and MUST be a multiple of 4 bytes."
      return length >= 16 && length <= 32 && length % 4 === 0;
    case AttributeType.Fingerprint:
      marks.fingerprintAt = at;
      return length === 4; // RFC 8489 §14.7: it is a CRC-32
  }
  return true;
}

/** A message whose header and attribute lengths are right; its attributes' values have not been looked at. */
export class StunMessage {
  readonly bytes: Uint8Array;
  readonly method: number;
  readonly class: MessageClass;
  /** Where MESSAGE-INTEGRITY begins; 0: there is none. Of several the first, as RFC 8489 §14 allows. */
  readonly integrityAt: number;
  /** Where MESSAGE-INTEGRITY-SHA256 begins; 0: there is none. */
  readonly integritySha256At: number;
  /** Where FINGERPRINT begins; 0: there is none. */
  readonly fingerprintAt: number;

  /** For {@link parseMessage}, which has checked what is said here. */
  constructor(bytes: Uint8Array, { integrityAt, integritySha256At, fingerprintAt }: Marks) {
    const type = readUint16(bytes, 0);
    this.bytes = bytes;
    this.method = methodOf(type);
    this.class = classOf(type);
    this.integrityAt = integrityAt;
    this.integritySha256At = integritySha256At;
    this.fingerprintAt = fingerprintAt;
  }

  /** A view of the 96 bits by which a response finds its request. */
  get transactionId(): Uint8Array {
    return this.bytes.subarray(TRANSACTION_ID_AT, TRANSACTION_ID_AT + TRANSACTION_ID_SIZE);
  }

  /**
   * A view of the value of the first attribute of `type`; undefined if there is none that counts.
   *
   * RFC 8489 §9: "agents MUST ignore all attributes that follow MESSAGE-INTEGRITY, with the exception of the
   * MESSAGE-INTEGRITY-SHA256 and FINGERPRINT attributes", and likewise after MESSAGE-INTEGRITY-SHA256. We ignore what
   * is between the two as well, in either order: one of them does not protect it.
   */
  value(type: number): Uint8Array | undefined {
    const at = this.#find(type);
    return at === 0 ? undefined : this.#valueAt(at);
  }

  /** The attributes that count, in their order; each value is a view. */
  get attributes(): readonly Attribute[] {
    const found: Attribute[] = [];
    this.#each((type, at) => found.push({ type, value: this.#valueAt(at) }));
    for (const at of [this.integrityAt, this.integritySha256At, this.fingerprintAt].sort((a, b) => a - b)) {
      if (at > 0) found.push({ type: readUint16(this.bytes, at), value: this.#valueAt(at) });
    }
    return found;
  }

  /** The types of the attributes that count, but for those that protect the message. */
  get types(): readonly number[] {
    const found: number[] = [];
    this.#each((type) => found.push(type));
    return found;
  }

  #find(type: number): number {
    switch (type) {
      case AttributeType.MessageIntegrity:
        return this.integrityAt;
      case AttributeType.MessageIntegritySha256:
        return this.integritySha256At;
      case AttributeType.Fingerprint:
        return this.fingerprintAt;
    }
    for (let at = HEADER_SIZE, end = this.#end(); at < end; at = this.#next(at)) {
      if (readUint16(this.bytes, at) === type) return at;
    }
    return 0;
  }

  #each(visit: (type: number, at: number) => void): void {
    for (let at = HEADER_SIZE, end = this.#end(); at < end; at = this.#next(at)) {
      visit(readUint16(this.bytes, at), at);
    }
  }

  /** Where the attributes that count end: at the first of those that protect the message. */
  #end(): number {
    let end = this.bytes.length;
    if (this.fingerprintAt > 0) end = this.fingerprintAt;
    if (this.integrityAt > 0 && this.integrityAt < end) end = this.integrityAt;
    if (this.integritySha256At > 0 && this.integritySha256At < end) end = this.integritySha256At;
    return end;
  }

  #next(at: number): number {
    return at + ATTRIBUTE_HEADER_SIZE + padded(readUint16(this.bytes, at + 2));
  }

  #valueAt(at: number): Uint8Array {
    const start = at + ATTRIBUTE_HEADER_SIZE;
    return this.bytes.subarray(start, start + readUint16(this.bytes, at + 2));
  }
}
