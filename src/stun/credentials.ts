/**
 * RFC 8489 §9.1.1, §9.2.2, §14.4 and §18.5.1: from usernames and passwords to the keys of message integrity.
 *
 *     short-term   key = OpaqueString(password)
 *     long-term    key = H(username ":" OpaqueString(realm) ":" OpaqueString(password)), H being MD5 or SHA-256
 *     USERHASH     SHA-256(OpaqueString(username) ":" OpaqueString(realm))
 */
import { createHash } from "node:crypto";
import { type Attribute, AttributeType } from "./attributes.ts";
import { PasswordAlgorithm } from "./password-algorithms.ts";

/** RFC 8265 §4.2.2: Unicode's spaces other than U+0020, each of which becomes one. */
const NON_ASCII_SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/**
 * What the FreeformClass of RFC 8264 §4.3.3 disallows: controls and unassigned, private and noncharacter code points
 * (\p{C}), separators of lines and paragraphs, what is invisible (§9.13), and the exceptions of §9.6; the old Hangul
 * letters (§9.9) are the second expression.
 */
const DISALLOWED =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/u;
const OLD_HANGUL_JAMO = /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7c6\ud7cb-\ud7fb]/u;

/**
 * RFC 8265 §4.2: one form for texts that people type: spaces become U+0020, Unicode Normalization Form C, and what the
 * FreeformClass disallows is refused. Case and width stay as they are.
 *
 * Stricter than asked: the two joiners (U+200C, U+200D), which RFC 5892 §A allows in some neighbourhoods, are always
 * refused. Laxer: the rules for the neighbourhood of other characters (RFC 5892 §A.3 to §A.9) are not looked at.
 *
 * @throws {RangeError} when the text is empty or contains what is disallowed. The message does not repeat it
 */
export function opaqueString(text: string): string {
  const enforced = text.replace(NON_ASCII_SPACES, " ").normalize("NFC");
  // RFC 8265 §4.2.2: after all that, nothing of no length.
  if (enforced === "") throw new RangeError("the text is empty");
  if (DISALLOWED.test(enforced) || OLD_HANGUL_JAMO.test(enforced)) {
    throw new RangeError("the text contains a character that OpaqueString (RFC 8265) does not allow");
  }
  return enforced;
}

/** RFC 8489 §9.1.1: the key of a password that two parties have agreed on for a while. @throws {RangeError} as `opaqueString` */
export function shortTermKey(password: string): Uint8Array {
  return Buffer.from(opaqueString(password), "utf8");
}

/** What a long-term key is made of. */
export interface LongTermCredential {
  readonly username: string;
  readonly realm: string;
  readonly password: string;
}

/**
 * RFC 8489 §9.2.2, §18.5.1: the key of an account. It is as good as the password, in this realm.
 *
 * @param algorithm MD5 by default: what is meant where PASSWORD-ALGORITHM is missing. RFC 8489 §18.5.1.1: "This
 *   algorithm MUST only be used for compatibility with legacy systems."
 * @throws {RangeError} as `opaqueString`
 */
export function longTermKey(
  { username, realm, password }: LongTermCredential,
  algorithm: PasswordAlgorithm = PasswordAlgorithm.Md5,
): Uint8Array {
  // RFC 8489 §9.2.2: username and realm "with any quotes and trailing nulls removed", the password "with any trailing
  // nulls removed". The quotes are those of SIP's quoted strings, which enclose a value: others are part of it.
  const parts = [unquoted(username), unquoted(realm), withoutNulls(password)];
  const hash = algorithm === PasswordAlgorithm.Md5 ? "md5" : "sha256";
  return createHash(hash).update(parts.map(opaqueString).join(":"), "utf8").digest();
}

/** RFC 8489 §14.4: stands for the username where that is to stay unread on the way. @throws {RangeError} as `opaqueString` */
export function encodeUserHash(username: string, realm: string): Attribute {
  const text = `${opaqueString(username)}:${opaqueString(realm)}`;
  return { type: AttributeType.UserHash, value: createHash("sha256").update(text, "utf8").digest() };
}

function unquoted(text: string): string {
  return withoutNulls(text).replace(/^"(.*)"$/su, "$1");
}

function withoutNulls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}
