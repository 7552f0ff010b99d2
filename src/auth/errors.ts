/** What can go wrong with accounts, tokens and where they are kept. */

/**
 * Of a request, to be told to whoever sent it:
 * - `account/invalid-username`, `account/weak-password`, `account/taken`: registration refused
 * - `auth/bad-credentials`: no such user or wrong password, deliberately the same
 * - `auth/invalid-scope`: more was asked for than a login gives
 * - `auth/busy`: too much of it under way; try again later
 * - `token/invalid`, `token/expired`, `token/revoked`: an access token refused
 * - `refresh/invalid`, `refresh/expired`: a refresh token that is not ours, or whose session is over
 * - `refresh/reused`: a refresh token that was spent before; its session has been ended
 * - `session/unknown`: the account has no such session
 * - `auth/insufficient-scope`: a token that is good, but not for this
 * - `auth/other-account`: on a socket, a token of somebody else than who is logged in there
 * - `rooms/invalid-grant`: a room token was asked for that none can be
 * - `ticket/invalid`: a ticket that is not ours, too old, used before, or of another origin
 *
 * Of the machine, to be told to whoever runs it:
 * - `store/cannot-open`, `store/not-a-database`, `store/newer`, `store/read-only`: at start
 * - `store/failed`: later, when the disk is full, the database locked or damaged
 * - `key/unusable`, `key/exposed`: the signing key's file is damaged or unreadable; others may read it
 */
export type AuthErrorCode =
  | "account/invalid-username"
  | "account/weak-password"
  | "account/taken"
  | "auth/bad-credentials"
  | "auth/invalid-scope"
  | "auth/busy"
  | "token/invalid"
  | "token/expired"
  | "token/revoked"
  | "refresh/invalid"
  | "refresh/expired"
  | "refresh/reused"
  | "session/unknown"
  | "auth/insufficient-scope"
  | "auth/other-account"
  | "rooms/invalid-grant"
  | "ticket/invalid"
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
