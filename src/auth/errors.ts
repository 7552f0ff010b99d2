/** What can go wrong with accounts, tokens and where they are kept. */

/**
 * Of a request, to be told to whom it came from:
 * - `account/invalid-username`, `account/weak-password`, `account/taken`: registration refused
 * - `auth/bad-credentials`: no such user or wrong password, deliberately the same
 * - `auth/busy`: too many passwords under way; try again later
 * - `token/invalid`, `token/expired`, `token/revoked`: a token refused
 *
 * Of the machine, to be told to who runs it:
 * - `store/cannot-open`, `store/not-a-database`, `store/newer`, `store/read-only`: at start
 * - `store/failed`: later, when the disk is full, the database locked or damaged
 * - `key/unusable`, `key/exposed`: the signing key's file is damaged or unreadable; others may read it
 */
export type AuthErrorCode =
  | "account/invalid-username"
  | "account/weak-password"
  | "account/taken"
  | "auth/bad-credentials"
  | "auth/busy"
  | "token/invalid"
  | "token/expired"
  | "token/revoked"
  | "store/cannot-open"
  | "store/not-a-database"
  | "store/newer"
  | "store/read-only"
  | "store/failed"
  | "key/unusable"
  | "key/exposed";

/** A request was refused, or the store or key cannot be used. The message holds no password, token or key. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
