/** What can go wrong with a password or a stored hash. */

/**
 * - `password/busy`: as many hashes as allowed are under way and waiting; try again later (HTTP 503).
 * - `password/too-long`: more than {@link maxPasswordBytes} after normalisation.
 * - `password/not-unicode`: an unpaired surrogate, which UTF-8 cannot carry.
 * - `password/malformed-hash`: a stored string that is not ours, or damaged.
 * - `password/too-costly`: a stored string that asks for more memory or work than we are ready to give.
 */
export type PasswordErrorCode =
  | "password/busy"
  | "password/too-long"
  | "password/not-unicode"
  | "password/malformed-hash"
  | "password/too-costly";

/** A password or a hash was refused. The message contains neither. */
export class PasswordError extends Error {
  override readonly name = "PasswordError";
  readonly code: PasswordErrorCode;

  constructor(code: PasswordErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
