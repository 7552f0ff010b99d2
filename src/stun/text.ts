/**
 * RFC 8489 §14.3 USERNAME, §14.9 REALM, §14.10 NONCE, §14.14 SOFTWARE, §14.16 ALTERNATE-DOMAIN: texts in UTF-8, each
 * with its limits.
 */
import { isUtf8 } from "node:buffer";
import { type Attribute, AttributeType } from "./attributes.ts";

/** RFC 8489 §14.3: "A compliant implementation MUST be able to parse a UTF-8-encoded sequence of 763 or fewer octets". */
const MAX_DECODED = 763;

/** What may be sent as a text: in octets of UTF-8 and in characters. */
interface TextLimits {
  readonly octets: number;
  readonly characters: number;
}

/** RFC 8489 §14.3: "a UTF-8-encoded [RFC3629] sequence of fewer than 509 bytes". */
const usernameLimits: TextLimits = { octets: 508, characters: 508 };
/** RFC 8489 §14.9, §14.10, §14.14, §14.8: "fewer than 128 characters (which can be as long as 509 bytes …)". */
const phraseLimits: TextLimits = { octets: 509, characters: 127 };
/** RFC 8489 §14.16: "255 or fewer ASCII characters". */
const domainLimits: TextLimits = { octets: 255, characters: 255 };

/**
 * A name that the other side knows a password by. OpaqueString is the caller's to apply (`credentials.ts`).
 *
 * @throws {TypeError} on half a character, {RangeError} when it is empty or too long
 */
export function encodeUsername(username: string): Attribute {
  return { type: AttributeType.Username, value: encodeText(username, usernameLimits) };
}

/** @throws {TypeError} on half a character, {RangeError} when it is empty or too long */
export function encodeRealm(realm: string): Attribute {
  return { type: AttributeType.Realm, value: encodeText(realm, phraseLimits) };
}

/** @throws {TypeError} on half a character, {RangeError} when it is empty or too long */
export function encodeNonce(nonce: string): Attribute {
  return { type: AttributeType.Nonce, value: encodeText(nonce, phraseLimits) };
}

/** @throws {TypeError} on half a character, {RangeError} when it is empty or too long */
export function encodeSoftware(software: string): Attribute {
  return { type: AttributeType.Software, value: encodeText(software, phraseLimits) };
}

/** @throws {TypeError} when it is not ASCII, {RangeError} when it is empty or too long */
export function encodeAlternateDomain(domain: string): Attribute {
  const value = encodeText(domain, domainLimits);
  if (value.some((octet) => octet > 0x7f)) throw new TypeError("a domain is written in ASCII, as A-labels");
  return { type: AttributeType.AlternateDomain, value };
}

/** A reason phrase (RFC 8489 §14.8), which may be empty. */
export function encodeReason(reason: string): Uint8Array {
  return reason === "" ? new Uint8Array(0) : encodeText(reason, phraseLimits);
}

/** Reads any of the texts, a reason phrase too; undefined when it is not UTF-8, or longer than 763 octets. */
export function decodeText(value: Uint8Array): string | undefined {
  if (value.length > MAX_DECODED || !isUtf8(value)) return undefined;
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString("utf8");
}

function encodeText(text: string, limits: TextLimits): Uint8Array {
  // UTF-8 would turn every half of a character into the same U+FFFD.
  if (!text.isWellFormed())
    throw new TypeError("the text contains half of a character (an unpaired surrogate)");
  const value = Buffer.from(text, "utf8");
  if (value.length === 0) throw new RangeError("the text is empty");
  if (value.length > limits.octets || [...text].length > limits.characters) {
    const { octets, characters } = limits;
    throw new RangeError(`the text is longer than ${characters} characters or ${octets} octets of UTF-8`);
  }
  return value;
}
