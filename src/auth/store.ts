/**
 * What has to be remembered across a restart, as two small interfaces. Anybody may bring an implementation;
 * it is right when it passes `test/auth/store-suite.ts`.
 *
 * Every method that changes something resolves only once the change is durable: what was acknowledged is
 * there after a crash.
 */

/** Somebody who can log in. */
export interface Account {
  readonly id: string;
  /** As it was registered; compared without regard to case. ASCII only. */
  readonly username: string;
  /** A PHC string. */
  readonly passwordHash: string;
  /** Milliseconds since the epoch, a whole number. */
  readonly createdAt: number;
}

/** Remembers accounts. Usernames are ASCII and compared without regard to the case of A to Z. */
export interface AccountStore {
  /**
   * Remembers a new account, or resolves to false when its username is taken. Two at the same moment: one
   * of them gets false. An `id` that exists already rejects; it is the caller's to make unique.
   */
  create(account: Account): Promise<boolean>;
  findByUsername(username: string): Promise<Account | undefined>;
  /**
   * Replaces an account's hash, but only where it still is `replacing`, and says whether it was. So a hash
   * made from the old password never overwrites one that came in between.
   */
  updatePasswordHash(id: string, passwordHash: string, replacing: string): Promise<boolean>;
}

/** A token that must not be accepted although it has not expired. */
export interface Revocation {
  /** The token's "jti" (RFC 7519 §4.1.7). */
  readonly jti: string;
  /** When the token expires by itself, in whole seconds since the epoch. */
  readonly expiresAt: number;
}

/** Remembers which tokens were revoked. */
export interface RevocationStore {
  /** Revokes a token; once more changes nothing but may postpone the end. `expiresAt` in seconds since the epoch. */
  add(jti: string, expiresAt: number): Promise<void>;
  /** All revocations with `expiresAt` after `nowSeconds`, in any order. */
  load(nowSeconds: number): Promise<readonly Revocation[]>;
  /** Forgets those with `expiresAt` at or before `nowSeconds`. */
  deleteExpired(nowSeconds: number): Promise<void>;
}
