/**
 * Which passwords may be chosen: long enough, and not among those that are tried first.
 *
 * There are no rules about capitals, digits and signs: they make passwords hard for people and not for
 * programs (NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5, 6.2.5). What ASVS 5 asks for instead: 6.2.1 a minimum
 * of 8 characters, 6.2.4 a list of at least the 3,000 most common, 6.2.9 room for at least 64 characters,
 * 6.2.11 a list of the words of this place.
 */
import { PasswordError, type PasswordErrorCode } from "./errors.ts";
import { foldPassword, passwordBytes } from "./normalise.ts";

/** The fewest characters of a password: code points after NFKC, as they are hashed. */
export const minPasswordCharacters = 8;

/** Whose password it is, and where: words that others would try first. */
export interface PasswordContext {
  readonly username?: string | undefined;
  /** Words such as the name of the service or of the firm. */
  readonly contextWords?: readonly string[] | undefined;
}

/**
 * Refuses a password that may not be chosen. The messages are for the person who chose it: they say what to
 * do, and repeat nothing.
 *
 * Not for logins: who has such a password already shall still get in. The list of common passwords is loaded
 * when the first password gets so far.
 *
 * @throws {PasswordError} `password/too-short`, `password/too-long`, `password/not-unicode`,
 *   `password/username`, `password/context-word`, `password/common`
 */
export async function checkPassword(password: string, context: PasswordContext = {}): Promise<void> {
  const { username, contextWords = [] } = context;
  const normalised = Buffer.from(passwordBytes(password)).toString("utf8");
  if ([...normalised].length < minPasswordCharacters) {
    throw refused("too-short", `Choose a longer password: at least ${minPasswordCharacters} characters.`);
  }
  const folded = foldPassword(normalised);
  if (username !== undefined && isMadeOf(folded, username)) {
    throw refused("username", "Choose another password: this one is little more than the username.");
  }
  if (contextWords.some((word) => isMadeOf(folded, word))) {
    throw refused("context-word", "Choose another password: this one is little more than a name used here.");
  }
  const { commonPasswords } = await import("./common-passwords.ts");
  if (commonPasswords.has(folded)) {
    throw refused("common", "Choose another password: this one is among those that are guessed first.");
  }
}

/** Whether a folded password is `word`, or has the same letters at its core: `Alice` and `alice-2026!`. */
function isMadeOf(folded: string, word: string): boolean {
  const foldedWord = foldPassword(word);
  const core = letterCore(folded);
  return folded === foldedWord || (core !== "" && core === letterCore(foldedWord));
}

/** What stands from the first letter to the last. */
function letterCore(text: string): string {
  return /\p{L}(?:.*\p{L})?/su.exec(text)?.[0] ?? "";
}

function refused(what: "too-short" | "username" | "context-word" | "common", message: string): PasswordError {
  const code: PasswordErrorCode = `password/${what}`;
  return new PasswordError(code, message);
}
