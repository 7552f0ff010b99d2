/** What can go wrong with a password or a stored hash. */

/**
 * Of a new password, to be told to who chose it:
 * - `password/too-short`: fewer than {@link minPasswordCharacters} characters
 * - `password/too-long`: more than {@link maxPasswordBytes} bytes after normalisation
 * - `password/not-unicode`: an unpaired surrogate, which UTF-8 cannot carry
 * - `password/common`: one of those that are guessed first
 * - `password/username`: the username, alone or with digits and signs around it
 * - `password/context-word`: the same with a word that the service named, such as its own name
 *
 * Of the moment:
 * - `password/busy`: as many hashes as allowed are under way and waiting; try again later (HTTP 503)
 *
 * Of a stored string, to be told to who runs the server:
 * - `password/malformed-hash`: it is not ours, or damaged
 * - `password/too-costly`: it asks for more memory or work than we are ready to give
 * - `password/unknown-pepper`: it was made with a pepper that this hasher was not given
 */
export type PasswordErrorCode =
  | "password/too-short"
  | "password/too-long"
  | "password/not-unicode"
  | "password/common"
  | "password/username"
  | "password/context-word"
  | "password/busy"
  | "password/malformed-hash"
  | "password/too-costly"
  | "password/unknown-pepper";

/** A password or a hash was refused. The message contains neither. */
export class PasswordError extends Error {
  override readonly name = "PasswordError";
  readonly code: PasswordErrorCode;

  constructor(code: PasswordErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
