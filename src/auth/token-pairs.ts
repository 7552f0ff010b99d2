/**
 * Pairs of an access token and a refresh token: the first at a login, another at each refresh.
 *
 * The decisions are in `refresh.ts`; here they are carried out, over a store whose steps are each whole. Between
 * two of them anybody may act, another process too: what was decided from a session that has changed meanwhile
 * is thrown away and decided again.
 */
import type { AccessTokens, Session } from "./access-token.ts";
import { AuthError } from "./errors.ts";
import {
  type ClientPlace,
  decideRefresh,
  type RefreshContext,
  type RefreshEffect,
  type RefreshRefusal,
} from "./refresh.ts";
import {
  familyLength,
  formatRefreshToken,
  hashOf,
  parseRefreshToken,
  type RefreshToken,
  secretLength,
} from "./refresh-token.ts";
import { grantScope, narrowScope } from "./scope.ts";
import type { SessionEnd } from "./session-ends.ts";
import type { Account, AuthStore, StoredSession } from "./store.ts";

/** The longest name of a device that is kept, in UTF-16 code units. */
const longestDevice = 256;

/** Each time one of them loses, another has won: with 32 at once on one session something is wrong. */
const mostAttempts = 32;

/** What a login, a refresh or a change of password gives. */
export interface IssuedTokens {
  /** The JWT. Whoever has it is logged in: it belongs in no log. */
  readonly accessToken: string;
  /** For how many seconds it is good. */
  readonly expiresIn: number;
  /** For the next pair, once. Secret as well, and for longer. */
  readonly refreshToken: string;
  /** For how many seconds it is good if it is not used. */
  readonly refreshExpiresIn: number;
  readonly session: Session;
}

/** What {@link TokenPairs} need. Lifetimes are in seconds. */
export interface TokenPairsOptions {
  readonly store: AuthStore;
  readonly accessTokens: AccessTokens;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (length: number) => Uint8Array;
  readonly refreshLifetime: number;
  readonly sessionLifetime: number;
  /** Milliseconds. */
  readonly reuseGrace: number;
  readonly sessionsPerAccount: number;
  /** What the logins of an account may be good for; asked at every login and every refresh. */
  readonly scopeOf: (username: string) => string;
  /** Until when the tokens of a session that ends now must be refused, in seconds since the epoch. */
  readonly revokedUntil: () => number;
  /** Told which sessions were ended on the way, once that is durable. */
  readonly ended: (sessionIds: readonly string[], end: Omit<SessionEnd, "sessionId">) => void;
}

/** Opens sessions and exchanges refresh tokens. */
export class TokenPairs {
  readonly #options: TokenPairsOptions;

  constructor(options: TokenPairsOptions) {
    this.#options = options;
  }

  /** See `Sessions.open`. */
  async open(account: Account, place: ClientPlace, requestedScope?: string): Promise<IssuedTokens> {
    const { store, sessionsPerAccount: most, revokedUntil, ended, scopeOf } = this.#options;
    const scope = grantScope(requestedScope, scopeOf(account.username));
    const token = this.#newToken();
    const now = this.#options.now();
    const session: StoredSession = {
      id: this.#randomId(),
      accountId: account.id,
      family: hashOf(token.family),
      scope,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: this.#expiryOf(now, now),
      ...kept(place),
      current: hashOf(token.secret),
      rotations: [],
      version: 0,
    };
    const terms = { passwordVersion: account.passwordVersion, most, revokedUntil: revokedUntil() };
    const displaced = await store.openSession(session, terms);
    if (displaced === undefined) throw passwordChanged();
    ended(displaced, { accountId: account.id, reason: "displaced" });
    return this.#issue(session, account.username, token);
  }

  /** See `Sessions.refresh`. */
  async refresh(refreshToken: string, place: ClientPlace): Promise<IssuedTokens> {
    const token = parseRefreshToken(refreshToken);
    if (token === undefined) throw refusedRefresh("refresh/invalid");
    const family = hashOf(token.family);
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const session = await this.#options.store.findSessionByFamily(family);
      const effects = decideRefresh(session, token, this.#context(session, place));
      const issued = await this.#perform(effects, token);
      if (issued !== undefined) return issued;
    }
    throw tooMany();
  }

  /** See `Sessions.renew`. */
  async renew({ sessionId, username }: Session, place: ClientPlace): Promise<IssuedTokens> {
    const { store, now } = this.#options;
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const session = await store.findSessionById(sessionId);
      const lastSeenAt = now();
      // What has expired is removed only later.
      if (session === undefined || session.expiresAt <= lastSeenAt) throw unknownSession();
      const expiresAt = this.#expiryOf(lastSeenAt, session.createdAt);
      if (expiresAt <= lastSeenAt) throw unknownSession();
      const token = this.#newToken();
      const renewed: StoredSession = {
        ...session,
        ...kept(place),
        // A new family too: who still has the old token is told that it is invalid, and is no thief for that.
        family: hashOf(token.family),
        lastSeenAt,
        expiresAt,
        current: hashOf(token.secret),
        rotations: [],
        version: session.version + 1,
      };
      if (await store.updateSession(renewed)) return this.#issue(renewed, username, token);
    }
    throw tooMany();
  }

  /** Undefined when the session has changed since it was read. */
  async #perform(effects: readonly RefreshEffect[], token: RefreshToken): Promise<IssuedTokens | undefined> {
    const { store, revokedUntil, ended } = this.#options;
    for (const effect of effects) {
      switch (effect.type) {
        case "save":
          if (!(await store.updateSession(effect.session))) return undefined;
          break;
        case "end": {
          const { id, accountId, device } = effect.session;
          ended(await store.endSessions({ id }, revokedUntil()), { accountId, device, reason: "reused" });
          break;
        }
        case "refuse":
          throw refusedRefresh(effect.code);
        case "issue": {
          const { session, secret } = effect;
          const account = await store.findAccountById(session.accountId);
          if (account === undefined) throw refusedRefresh("refresh/invalid");
          return this.#issue(session, account.username, { family: token.family, secret });
        }
      }
    }
    return undefined;
  }

  #issue(stored: StoredSession, username: string, token: RefreshToken): IssuedTokens {
    const { accessTokens, now, scopeOf } = this.#options;
    const { id: sessionId, accountId, expiresAt } = stored;
    // Who is no administrator any more loses that with the next token, and keeps the session.
    const scope = narrowScope(stored.scope, scopeOf(username));
    const bearer = { accountId, username, sessionId, scope, tokenId: this.#randomId() };
    const { token: accessToken, session } = accessTokens.issue(bearer, now() / 1000, expiresAt / 1000);
    return {
      accessToken,
      expiresIn: session.expiresAt - session.issuedAt,
      refreshToken: formatRefreshToken(token),
      refreshExpiresIn: Math.ceil((expiresAt - now()) / 1000),
      session,
    };
  }

  #context(session: StoredSession | undefined, place: ClientPlace): RefreshContext {
    const { reuseGrace, randomBytes } = this.#options;
    const now = this.#options.now();
    const expiresAt = this.#expiryOf(now, session?.createdAt ?? now);
    return { now, place: kept(place), successor: randomBytes(secretLength), expiresAt, reuseGrace };
  }

  #newToken(): RefreshToken {
    const { randomBytes } = this.#options;
    return { family: randomBytes(familyLength), secret: randomBytes(secretLength) };
  }

  #expiryOf(now: number, createdAt: number): number {
    const { refreshLifetime, sessionLifetime } = this.#options;
    return Math.min(now + refreshLifetime * 1000, createdAt + sessionLifetime * 1000);
  }

  #randomId(): string {
    return Buffer.from(this.#options.randomBytes(16)).toString("base64url");
  }
}

/** The place as it is stored: bounded, on one line. */
function kept({ device, address }: ClientPlace): ClientPlace {
  const line = device.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
  return { device: line.slice(0, longestDevice).toWellFormed(), address };
}

const refreshRefusals: Readonly<Record<RefreshRefusal, string>> = {
  "refresh/invalid": "The refresh token is not valid here. Log in again.",
  "refresh/expired": "The session has expired. Log in again.",
  "refresh/reused":
    "The refresh token was used before, so somebody may have a copy of it; the session has been ended. Log in again.",
};

function refusedRefresh(code: RefreshRefusal): AuthError {
  return new AuthError(code, refreshRefusals[code]);
}

/** The refusal of a session that is not there, or not any more. */
export function unknownSession(): AuthError {
  return new AuthError("session/unknown", "There is no such session.");
}

/** The refusal of a password that was right when it was checked. */
export function passwordChanged(): AuthError {
  return new AuthError("auth/bad-credentials", "The password was changed a moment ago.");
}

function tooMany(): AuthError {
  return new AuthError("auth/busy", "The session is being changed from too many sides; try again.");
}
