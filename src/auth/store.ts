/**
 * What has to be remembered across a restart: accounts, sessions and revocations. Anybody may bring an
 * implementation of {@link AuthStore}; it is right when it passes the tests of `store-suite/`.
 *
 * Every method that changes something resolves only once the change is durable: what was acknowledged is
 * there after a crash, whole. Each is one step that others see before or after, never half done; where several
 * processes share a store, that holds among them too.
 */

/** Somebody who can log in. */
export interface Account {
  readonly id: string;
  /** As it was registered; compared without regard to case. ASCII only. */
  readonly username: string;
  /** A PHC string. */
  readonly passwordHash: string;
  /** How often the password was changed: a login with an earlier one opens no session. A rehash does not count. */
  readonly passwordVersion: number;
  /** Milliseconds since the epoch, a whole number. */
  readonly createdAt: number;
}

/** Remembers accounts. Usernames are ASCII and compared without regard to the case of A to Z. */
export interface AccountStore {
  /**
   * Remembers a new account, or resolves to false when its username is taken. Two at the same moment: one
   * of them gets false. An `id` that exists already rejects; it is the caller's to make unique.
   */
  createAccount(account: Account): Promise<boolean>;
  findAccountByUsername(username: string): Promise<Account | undefined>;
  findAccountById(id: string): Promise<Account | undefined>;
  /**
   * Replaces an account's hash by a stronger one of the same password, but only where it still is `replacing`,
   * and says whether it was. So a hash made from the old password never overwrites one that came in between.
   */
  updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean>;
  /**
   * In one step: replaces the hash where it still is `replacing`, raises `passwordVersion` by one, and ends all
   * sessions of the account but `keep`, as {@link SessionStore.endSessions} does. Resolves to the ids of those
   * it ended, or to undefined when the hash was another or there is no such account: then nothing has changed.
   */
  changePassword(change: PasswordChange): Promise<readonly string[] | undefined>;
}

/** See {@link AccountStore.changePassword}. */
export interface PasswordChange {
  readonly accountId: string;
  readonly passwordHash: string;
  readonly replacing: string;
  /** The session that goes on. */
  readonly keep?: string | undefined;
  /** Until when the access tokens of the ended sessions must be refused; seconds since the epoch. */
  readonly revokedUntil: number;
}

/** One login on one device: what its refresh tokens hang on. Times are milliseconds since the epoch, whole. */
export interface StoredSession {
  /** The "sid" of its access tokens. Not secret. */
  readonly id: string;
  readonly accountId: string;
  /** What names the session in its refresh tokens, hashed: see `refresh-token.ts`. Unique. */
  readonly family: string;
  /** What its access tokens may be used for: names with spaces between (RFC 6749 §3.3). */
  readonly scope: string;
  readonly createdAt: number;
  /** The last login or refresh. */
  readonly lastSeenAt: number;
  /** From then on there is no session, whether it was removed or not. */
  readonly expiresAt: number;
  /** What it runs on, in the client's own words, such as its User-Agent; at most 256 characters. */
  readonly device: string;
  /** Where it was used last. */
  readonly address: string;
  /** The hash of the one refresh token that is good. */
  readonly current: string;
  /** The latest rotations, oldest first: what the grace for two tabs needs. A few, and their hashes alone. */
  readonly rotations: readonly Rotation[];
  /** Counts the changes of this record, from 0. */
  readonly version: number;
}

/** One exchange of a refresh token for its successor. */
export interface Rotation {
  /** The hash of the token that was spent. */
  readonly spent: string;
  /** Its successor, readable only to whoever has the spent token. */
  readonly sealedSuccessor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who spent it: an address and a device in one string. */
  readonly by: string;
}

/** Remembers sessions. */
export interface SessionStore {
  /**
   * Remembers a new session, unless there is no such account or its password is no longer the one of
   * `passwordVersion`: then it resolves to undefined. In the same step the sessions that the account has beyond
   * `most`, this one included, are ended, those first that were seen longest ago; resolves to their ids. Ended
   * ones count as {@link endSessions} says. The new session is never among them. An `id` or a `family` that
   * exists already rejects.
   */
  openSession(session: StoredSession, terms: OpeningTerms): Promise<readonly string[] | undefined>;
  /** The session, though it may have expired: a store has no clock. */
  findSessionById(id: string): Promise<StoredSession | undefined>;
  /** As {@link findSessionById}. */
  findSessionByFamily(family: string): Promise<StoredSession | undefined>;
  /** All sessions of an account, the expired ones that are still there too, in any order. */
  listSessions(accountId: string): Promise<readonly StoredSession[]>;
  /**
   * Replaces the session of this `id`, but only where its version still is `session.version - 1`, and says
   * whether it was. `id`, `accountId` and `createdAt` never change; `family` may (to one that nobody has).
   */
  updateSession(session: StoredSession): Promise<boolean>;
  /**
   * In one step: removes sessions and remembers a revocation of each ({@link RevocationStore}) until
   * `revokedUntil`, in seconds since the epoch. Resolves to the ids of those it removed.
   */
  endSessions(which: SessionSelection, revokedUntil: number): Promise<readonly string[]>;
  /** Forgets the sessions with `expiresAt` at or before `now`, in milliseconds since the epoch. */
  deleteExpiredSessions(now: number): Promise<void>;
}

/** See {@link SessionStore.openSession}. */
export interface OpeningTerms {
  readonly passwordVersion: number;
  /** How many sessions the account may have. */
  readonly most: number;
  /** Until when the access tokens of the ended sessions must be refused; seconds since the epoch. */
  readonly revokedUntil: number;
}

/** One session, or all of an account but perhaps one. */
export type SessionSelection =
  | { readonly id: string }
  | { readonly accountId: string; readonly except?: string | undefined };

/** Access tokens that must not be accepted although they have not expired: one, or all of a session. */
export interface Revocation {
  readonly kind: "token" | "session";
  /** The token's "jti" (RFC 7519 §4.1.7), or the session's id. */
  readonly id: string;
  /** When the last token it concerns expires by itself, in whole seconds since the epoch. */
  readonly expiresAt: number;
}

/** Remembers which tokens were revoked. */
export interface RevocationStore {
  /** Once more changes nothing but may postpone the end. */
  addRevocation(revocation: Revocation): Promise<void>;
  /** All revocations with `expiresAt` after `nowSeconds`, in any order. */
  loadRevocations(nowSeconds: number): Promise<readonly Revocation[]>;
  /** Forgets those with `expiresAt` at or before `nowSeconds`. */
  deleteExpiredRevocations(nowSeconds: number): Promise<void>;
}

/** All that `barewire/auth` has to remember. */
export interface AuthStore extends AccountStore, SessionStore, RevocationStore {
  /** Lets go of files and connections. Nothing may be called afterwards. */
  close?(): void | Promise<void>;
}
