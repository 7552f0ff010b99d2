/**
 * The life of a login: a session with one good refresh token at a time, and short-lived access tokens.
 *
 *     open ──▶ access token (10 min) ──▶ expired ─┐
 *       │      refresh token (30 days) ─ refresh ─┴─▶ a new pair, the old refresh token is spent
 *       └────▶ end: logout, a spent token used, password changed, …: durable, then everybody who listens is told
 */
import type { Jwk } from "../jwt/index.ts";
import type { AccessTokens, Session } from "./access-token.ts";
import { AuthError } from "./errors.ts";
import { type ClientPlace, defaultReuseGrace } from "./refresh.ts";
import { hashOf, isHashOf, parseRefreshToken } from "./refresh-token.ts";
import { Revocations } from "./revocation.ts";
import { defaultScope } from "./scope.ts";
import { type SessionEnd, type SessionEndReason, SessionEnds } from "./session-ends.ts";
import type { Account, AuthStore, PasswordChange, SessionSelection, StoredSession } from "./store.ts";
import { type IssuedTokens, passwordChanged, TokenPairs, unknownSession } from "./token-pairs.ts";

/** How long a refresh token is good when nobody uses it, in seconds: 30 days. */
export const defaultRefreshLifetime: number = 30 * 24 * 3600;

/** How long a session lasts at most, however often it is refreshed, in seconds: 90 days. */
export const defaultSessionLifetime: number = 90 * 24 * 3600;

/** How many sessions an account has at most; the one seen longest ago makes room. */
export const defaultSessionsPerAccount = 64;

/** A session as its owner may see it. Times are milliseconds since the epoch. */
export type SessionSummary = Pick<
  StoredSession,
  "id" | "createdAt" | "lastSeenAt" | "expiresAt" | "device" | "address" | "scope"
>;

/** What {@link Sessions} need. */
export interface SessionsOptions {
  readonly store: AuthStore;
  readonly accessTokens: AccessTokens;
  readonly revocations: Revocations;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** See {@link defaultRefreshLifetime}; seconds. */
  readonly refreshLifetime?: number | undefined;
  /** See {@link defaultSessionLifetime}; seconds. */
  readonly sessionLifetime?: number | undefined;
  /** How long a spent refresh token still gives its successor, in milliseconds; 10,000 by default. */
  readonly reuseGrace?: number | undefined;
  /** See {@link defaultSessionsPerAccount}. */
  readonly sessionsPerAccount?: number | undefined;
  /** What the logins of an account may be good for, by its username; `account sockets` by default. */
  readonly scopeOf?: ((username: string) => string) | undefined;
}

/** Opens sessions, refreshes and ends them, and says whom an access token stands for. */
export class Sessions {
  /** What all access tokens state alike. */
  readonly accessTokens: Pick<AccessTokens, "issuer" | "audience" | "clientId">;
  /** The clock that logins live by: milliseconds since the epoch. */
  readonly now: () => number;
  readonly #store: AuthStore;
  readonly #accessTokens: AccessTokens;
  readonly #revocations: Revocations;
  readonly #pairs: TokenPairs;
  readonly #ends = new SessionEnds();
  /** When the youngest token that was shown here was issued, in seconds: the clock may have been set back since. */
  #latestIssue = 0;

  /** @throws {RangeError} when a lifetime or a number is not positive, or the grace is negative or without end */
  constructor(options: SessionsOptions) {
    const {
      refreshLifetime = defaultRefreshLifetime,
      sessionLifetime = defaultSessionLifetime,
      reuseGrace = defaultReuseGrace,
      sessionsPerAccount = defaultSessionsPerAccount,
      scopeOf = () => defaultScope,
    } = options;
    const counts = [refreshLifetime, sessionLifetime, sessionsPerAccount];
    if (!counts.every((count) => Number.isSafeInteger(count) && count > 0)) {
      throw new RangeError("Lifetimes and the number of sessions must be positive whole numbers");
    }
    if (!(reuseGrace >= 0 && Number.isFinite(reuseGrace))) {
      throw new RangeError("reuseGrace must be a number of milliseconds, not negative");
    }
    this.#store = options.store;
    this.accessTokens = options.accessTokens;
    this.#accessTokens = options.accessTokens;
    this.#revocations = options.revocations;
    this.now = options.now;
    this.#pairs = new TokenPairs({
      ...options,
      ...{ refreshLifetime, sessionLifetime, reuseGrace, sessionsPerAccount, scopeOf },
      revokedUntil: () => this.#revokedUntil(),
      ended: (sessionIds, end) => this.#ended(sessionIds, end),
    });
  }

  /**
   * A new session for `account`, whose password was just checked.
   *
   * @param requestedScope what it shall be good for; everything that a login gives when undefined
   * @throws {AuthError} `auth/invalid-scope`; `auth/bad-credentials` when the password was changed since it was
   *   checked; `store/failed`
   */
  open(account: Account, place: ClientPlace, requestedScope?: string): Promise<IssuedTokens> {
    return this.#pairs.open(account, place, requestedScope);
  }

  /**
   * A new pair of tokens for a refresh token, which is spent by this. See `refresh.ts` for what happens when it
   * was spent before.
   *
   * @throws {AuthError} `refresh/invalid`, `refresh/expired`, `refresh/reused`, `auth/busy`, `store/failed`
   */
  refresh(refreshToken: string, place: ClientPlace): Promise<IssuedTokens> {
    return this.#pairs.refresh(refreshToken, place);
  }

  /**
   * A new pair of tokens for a session whose owner has just shown the password again. Both tokens of before are
   * invalid at once; what was opened with them stays open.
   *
   * @throws {AuthError} `session/unknown`, `auth/busy`, `store/failed`
   */
  async renew(session: Session, place: ClientPlace): Promise<IssuedTokens> {
    const issued = await this.#pairs.renew(session, place);
    // Nobody is told: a socket that was opened with it goes on, for it belongs to who has just shown the password.
    await this.#refuse(session);
    return issued;
  }

  /**
   * Whom `accessToken` stands for, now. Synchronous: a signature that is remembered, and two looks into maps.
   *
   * @throws {AuthError} `token/invalid`, `token/expired`, `token/revoked`
   */
  authenticate(accessToken: string): Session {
    const session = this.#accessTokens.verify(accessToken, this.#nowSeconds());
    if (this.isEnded(session)) throw new AuthError("token/revoked", "The token was revoked.");
    if (session.issuedAt > this.#latestIssue) this.#latestIssue = session.issuedAt;
    return session;
  }

  /** Whether `session`, or its token, was ended since it was authenticated. */
  isEnded(session: Pick<Session, "tokenId" | "sessionId">): boolean {
    return this.#revocations.has(session);
  }

  /**
   * The session whose refresh token this is, if it is the one that is good now; with `spent`, if it ever was: that
   * is enough to end it, as a refresh with it would. It is not spent by this.
   *
   * @throws {AuthError} `store/failed`
   */
  async findByRefreshToken(
    refreshToken: string,
    { spent = false }: { readonly spent?: boolean } = {},
  ): Promise<StoredSession | undefined> {
    const token = parseRefreshToken(refreshToken);
    if (token === undefined) return undefined;
    const session = await this.#store.findSessionByFamily(hashOf(token.family));
    if (session === undefined || session.expiresAt <= this.now()) return undefined;
    return spent || isHashOf(session.current, token.secret) ? session : undefined;
  }

  /** The sessions of an account, the one seen last first. @throws {AuthError} `store/failed` */
  async list(accountId: string): Promise<readonly SessionSummary[]> {
    const sessions = (await this.#store.listSessions(accountId)).filter(
      ({ expiresAt }) => expiresAt > this.now(),
    );
    return sessions
      .sort((a, b) => b.lastSeenAt - a.lastSeenAt)
      .map(({ id, createdAt, lastSeenAt, expiresAt, device, address, scope }) => {
        return { id, createdAt, lastSeenAt, expiresAt, device, address, scope };
      });
  }

  /**
   * Ends one session of an account, or all, or all but one: durably, then every listener is told, and then this
   * resolves to how many there were. From here on their tokens are refused, after a restart too. When the store
   * fails this rejects, nobody is told, and they are as good as before.
   *
   * @throws {AuthError} `session/unknown` when the account has no session `id`; `store/failed`
   */
  async end(
    accountId: string,
    which: { readonly id: string } | { readonly except?: string | undefined },
    reason: SessionEndReason,
  ): Promise<number> {
    let selection: SessionSelection;
    if ("id" in which) {
      const session = await this.#store.findSessionById(which.id);
      if (session?.accountId !== accountId) throw unknownSession();
      selection = which;
    } else selection = { accountId, except: which.except };
    const ended = await this.#store.endSessions(selection, this.#revokedUntil());
    this.#ended(ended, { accountId, reason });
    return ended.length;
  }

  /**
   * Revokes one access token, and nothing else of its session; as {@link Sessions.end} in all else.
   *
   * @throws {AuthError} `store/failed`
   */
  async revokeToken(session: Session): Promise<void> {
    if (this.isEnded(session)) return;
    await this.#refuse(session);
    const { accountId, sessionId, tokenId } = session;
    this.#ends.tell([{ accountId, sessionId, tokenId, reason: "revoked" }]);
  }

  /**
   * Changes a password, and in the same step ends all sessions of the account but `change.keep`.
   *
   * @throws {AuthError} `auth/bad-credentials` when the password was changed meanwhile; `store/failed`
   */
  async changePassword(change: Omit<PasswordChange, "revokedUntil">): Promise<void> {
    const ended = await this.#store.changePassword({ ...change, revokedUntil: this.#revokedUntil() });
    if (ended === undefined) throw passwordChanged();
    this.#ended(ended, { accountId: change.accountId, reason: "password-changed" });
  }

  /** Calls `listener` with each end from now on, not with expiries. Gives the function that stops this. */
  onEnd(listener: (end: SessionEnd) => void): () => void {
    return this.#ends.listen(listener);
  }

  /**
   * Takes over an end that another process, over the same store, has told: its tokens are refused from now on, and
   * every listener is told. Nothing is written, for it is durable already.
   */
  endedElsewhere(end: SessionEnd): void {
    const { sessionId, tokenId } = end;
    const kind = tokenId === undefined ? "session" : "token";
    const revocation = { kind, id: tokenId ?? sessionId, expiresAt: this.#revokedUntil() } as const;
    this.#revocations.add(revocation, this.#nowSeconds());
    this.#ends.tell([{ ...end, elsewhere: true }]);
  }

  /**
   * Takes over the ends that are in the store and of which nobody has told here: those of other processes over the same
   * store, which could not. Their tokens are refused from now on, and every listener is told of each session that was
   * ended. Whose a single token is the store does not say: what was opened with it stays open until it expires.
   *
   * @throws {AuthError} `store/failed`
   */
  async catchUp(): Promise<void> {
    const now = this.#nowSeconds();
    const missed = (await this.#store.loadRevocations(now)).filter((each) =>
      this.#revocations.add(each, now),
    );
    const sessions = missed.filter(({ kind }) => kind === "session");
    this.#ends.tell(
      sessions.map(({ id }) => ({ accountId: "", sessionId: id, reason: "ended", elsewhere: true })),
    );
  }

  /** The public keys in the form of RFC 7517 §5. */
  publicJwks(): { readonly keys: readonly Jwk[] } {
    return this.#accessTokens.publicJwks();
  }

  /** Has the store forget what is over. To be called now and then. @throws {AuthError} `store/failed` */
  async sweep(): Promise<void> {
    await this.#store.deleteExpiredSessions(this.now());
    await Revocations.sweep(this.#store, this.#nowSeconds());
  }

  /** Refuses one token from now on, durably. */
  async #refuse({ tokenId: id, expiresAt }: Session): Promise<void> {
    const revocation = { kind: "token", id, expiresAt } as const;
    await this.#store.addRevocation(revocation);
    this.#revocations.add(revocation, this.#nowSeconds());
  }

  #ended(sessionIds: readonly string[], end: Omit<SessionEnd, "sessionId">): void {
    for (const id of sessionIds) {
      this.#revocations.add({ kind: "session", id, expiresAt: this.#revokedUntil() }, this.#nowSeconds());
    }
    this.#ends.tell(sessionIds.map((sessionId) => ({ ...end, sessionId })));
  }

  /** When the last access token that was issued until now has expired, on whatever clock. */
  #revokedUntil(): number {
    return Math.ceil(Math.max(this.#nowSeconds(), this.#latestIssue)) + this.#accessTokens.lifetime;
  }

  #nowSeconds(): number {
    return this.now() / 1000;
  }
}
