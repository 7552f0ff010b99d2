/**
 * From what somebody typed to the bytes that are hashed.
 *
 * The same password may reach us in different code points: a Mac types "é" as one, an editor as two. NFKC
 * makes them one, as NIST SP 800-63B advises, and UTF-8 makes them bytes.
 */
import { PasswordError } from "./errors.ts";

/** The most bytes a password may have, normalised, in UTF-8. */
export const maxPasswordBytes = 256;

/**
 * The most UTF-16 units worth normalising. NFKC makes a character out of at most four code points, eight
 * units, and one that is composed at all takes at least two bytes; every other comes from one code point, at
 * most two units. So four units give at least a byte, and what is longer than this is too long afterwards.
 */
const maxUnits = 4 * maxPasswordBytes;

/**
 * The bytes to hash.
 *
 * @throws {PasswordError} `password/too-long`, `password/not-unicode`
 */
export function passwordBytes(password: string): Uint8Array {
  if (password.length > maxUnits) throw tooLong();
  // UTF-8 would turn every unpaired surrogate into the same U+FFFD, and so different passwords into one.
  if (!password.isWellFormed()) {
    const advice = "Type the password again: it contains half of a character (an unpaired surrogate).";
    throw new PasswordError("password/not-unicode", advice);
  }
  const bytes = Buffer.from(password.normalize("NFKC"), "utf8");
  if (bytes.length > maxPasswordBytes) throw tooLong();
  return bytes;
}

function tooLong(): PasswordError {
  const advice = `Choose a shorter password: ${maxPasswordBytes} bytes at most, which are as many letters of English.`;
  return new PasswordError("password/too-long", advice);
}

/**
 * The text by which passwords are compared with words, not the one that is hashed: what differs only in case
 * or in spelling by code points is the same. Lower case after upper case is near to Unicode's case folding,
 * which JavaScript lacks: "ß" becomes "ss".
 */
export function foldPassword(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase();
}
