/**
 * RFC 8489 §14.8 ERROR-CODE and §14.13 UNKNOWN-ATTRIBUTES: why a request was refused.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |           Reserved, should be 0         |Class|     Number    |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |      Reason Phrase (variable)                                ..
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { readUint16, writeUint16 } from "../bytes.ts";
import { type Attribute, AttributeType } from "./attributes.ts";
import { decodeText, encodeReason } from "./text.ts";

/** RFC 8489 §14.8: the codes that it defines, with the reason phrases that it recommends. */
export const reasonPhrases: Readonly<Record<number, string>> = {
  300: "Try Alternate",
  400: "Bad Request",
  401: "Unauthenticated",
  420: "Unknown Attribute",
  438: "Stale Nonce",
  500: "Server Error",
};

/** What an ERROR-CODE says. */
export interface ErrorCode {
  /** 300 to 699. */
  readonly code: number;
  /** For people; empty if the server gave none, or none that is UTF-8. */
  readonly reason: string;
}

/**
 * @param reason by default what RFC 8489 §14.8 recommends for the code
 * @throws {RangeError} for a code outside of 300 to 699, or a reason phrase of more than 127 characters
 */
export function encodeErrorCode(code: number, reason: string = reasonPhrases[code] ?? ""): Attribute {
  // RFC 8489 §14.8: "a numeric error code value in the range of 300 to 699"
  if (!Number.isInteger(code) || code < 300 || code > 699) throw new RangeError(`${code} is no error code`);
  const phrase = encodeReason(reason);
  const value = new Uint8Array(4 + phrase.length);
  value[2] = Math.floor(code / 100);
  value[3] = code % 100;
  value.set(phrase, 4);
  return { type: AttributeType.ErrorCode, value };
}

/** Undefined when the value is not well-formed. A reason phrase that cannot be read is no reason to lose the code. */
export function decodeErrorCode(value: Uint8Array): ErrorCode | undefined {
  if (value.length < 4) return undefined;
  // RFC 8489 §14.8: "Receivers MUST ignore these bits", the five before the class.
  const hundreds = value[2]! & 0x07;
  const number = value[3]!;
  // RFC 8489 §14.8: "The value MUST be between 3 and 6." "its value MUST be between 0 and 99."
  if (hundreds < 3 || hundreds > 6 || number > 99) return undefined;
  return { code: hundreds * 100 + number, reason: decodeText(value.subarray(4)) ?? "" };
}

/** @param types those that were not understood */
export function encodeUnknownAttributes(types: readonly number[]): Attribute {
  const value = new Uint8Array(2 * types.length);
  for (const [index, type] of types.entries()) writeUint16(value, 2 * index, type);
  return { type: AttributeType.UnknownAttributes, value };
}

/** Undefined when the value is not well-formed. */
export function decodeUnknownAttributes(value: Uint8Array): readonly number[] | undefined {
  if (value.length % 2 !== 0) return undefined;
  return Array.from({ length: value.length / 2 }, (_, index) => readUint16(value, 2 * index));
}
