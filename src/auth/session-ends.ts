/** How the rest of the program hears that a login is over, so that nothing that hangs on it outlives it. */

/**
 * Why a session ended before its time:
 * - `logged-out`: its owner left
 * - `ended`: its owner ended it from elsewhere, alone or with all others
 * - `revoked`: one of its tokens was revoked (RFC 7009)
 * - `reused`: a refresh token came a second time, so somebody has a copy
 * - `password-changed`: by its owner, elsewhere
 * - `displaced`: the account has opened more sessions than it may have
 */
export type SessionEndReason =
  | "logged-out"
  | "ended"
  | "revoked"
  | "reused"
  | "password-changed"
  | "displaced";

/** What has ended: a session with all of its tokens, or where there is a `tokenId`, that token alone. */
export interface SessionEnd {
  /** Empty where it is not known: the end was found in the store, and the session no longer. */
  readonly accountId: string;
  readonly sessionId: string;
  readonly tokenId?: string | undefined;
  readonly reason: SessionEndReason;
  /** What the session ran on; known when it was found out by its refresh token. */
  readonly device?: string | undefined;
  /** Another process that shares the store has ended it, and told the others itself. */
  readonly elsewhere?: true | undefined;
}

/** Listeners to the ends of sessions. */
export class SessionEnds {
  readonly #listeners = new Set<(end: SessionEnd) => void>();

  /** Calls `listener` with each end from now on. Gives the function that stops this. */
  listen(listener: (end: SessionEnd) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Tells everybody. A listener that throws keeps no other from being told.
   *
   * @throws {AggregateError} afterwards, with what the listeners threw
   */
  tell(ends: readonly SessionEnd[]): void {
    const errors: unknown[] = [];
    for (const end of ends) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(end);
        } catch (error) {
          errors.push(error);
        }
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "Listeners to the end of a session failed");
  }
}
