/**
 * What a login gives: an access token, who it stands for, and its end.
 *
 * The token is a JWT of the profile for OAuth 2.0 access tokens, so that anybody's library can check it with
 * our public key. What no library can see in it is that it was revoked: that is asked of {@link Revocations}.
 *
 *     issue ──▶ valid ──▶ expired (by itself)
 *                 └─────▶ revoked (`end`: durable, then everybody who listens is told)
 *
 * https://www.rfc-editor.org/rfc/rfc9068
 */
import {
  exportJwk,
  type JoseHeader,
  type Jwk,
  JwtError,
  type Key,
  signJwt,
  verifyJwt,
} from "../jwt/index.ts";
import { AuthError } from "./errors.ts";
import type { Revocations } from "./revocation.ts";
import type { Account } from "./store.ts";

/** How long a token is good unless told otherwise, in seconds: ten minutes. */
const defaultLifetimeSeconds = 600;

/** RFC 9068 §2.1: "the "typ" value used SHOULD be "at+jwt"." No other kind of token passes for an access token. */
const typ = "at+jwt";

/** A token that was accepted, and whom it stands for. */
export interface Session {
  readonly accountId: string;
  readonly username: string;
  /** The token's "jti". */
  readonly tokenId: string;
  /** When the token ends by itself, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** What a login gives. */
export interface IssuedToken {
  /** The JWT. Whoever has it is logged in: it belongs into no log. */
  readonly token: string;
  /** For how many seconds it is good. */
  readonly expiresIn: number;
  readonly session: Session;
}

/** What {@link Sessions} needs. */
export interface SessionsOptions {
  /** A private key; its public half goes out in {@link Sessions.publicJwks}. */
  readonly key: Key;
  /** Who we are, as "iss" of every token. */
  readonly issuer: string;
  /** What the tokens are for, as their "aud". */
  readonly audience: string;
  /** Which client asks for the tokens, as their "client_id" (RFC 9068 §2.2); by default `barewire`. */
  readonly clientId?: string | undefined;
  /** How long a token is good, in whole seconds; 600 by default. */
  readonly lifetimeSeconds?: number | undefined;
  readonly revocations: Revocations;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new id that nobody has had or can guess, such as `crypto.randomUUID()`. */
  readonly randomId: () => string;
}

/** Issues access tokens, says whom one stands for, and ends them before their time. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #lifetimeSeconds: number;
  readonly #listeners = new Set<(session: Session) => void>();

  /** @throws {TypeError | RangeError} when the key is not private or the lifetime no positive whole number */
  constructor(options: SessionsOptions) {
    const { key, lifetimeSeconds = defaultLifetimeSeconds } = options;
    if (key.type !== "private") throw new TypeError("Sessions need a private key to sign with");
    if (!Number.isSafeInteger(lifetimeSeconds) || lifetimeSeconds < 1) {
      throw new RangeError("lifetimeSeconds must be a positive whole number");
    }
    this.#options = options;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  /** A new token for `account`, whose password was just checked. */
  issue(account: Pick<Account, "id" | "username">): IssuedToken {
    const { key, issuer, audience, clientId = "barewire", randomId } = this.#options;
    const issuedAt = Math.floor(this.#nowSeconds());
    const session: Session = {
      accountId: account.id,
      username: account.username,
      tokenId: randomId(),
      expiresAt: issuedAt + this.#lifetimeSeconds,
    };
    // RFC 9068 §2.2 requires the first seven of these.
    const claims = {
      iss: issuer,
      exp: session.expiresAt,
      aud: audience,
      sub: session.accountId,
      client_id: clientId,
      iat: issuedAt,
      jti: session.tokenId,
      preferred_username: session.username,
    };
    return { token: signJwt(claims, key, { typ }), expiresIn: this.#lifetimeSeconds, session };
  }

  /**
   * Whom `token` stands for, now. RFC 9068 §4, and then whether it was revoked.
   *
   * @throws {AuthError} `token/invalid`, `token/expired`, `token/revoked`
   */
  authenticate(token: string): Session {
    const session = this.#verify(token);
    if (this.#options.revocations.has(session.tokenId)) {
      throw new AuthError("token/revoked", "The token was revoked.");
    }
    return session;
  }

  /** Whether `session` was ended since it was authenticated. */
  isEnded(session: Session): boolean {
    return this.#options.revocations.has(session.tokenId);
  }

  /**
   * Revokes the token of `session`, durably, then tells every listener, and then resolves: from here on it is
   * refused, after a restart too. Once more does nothing. When the store fails this rejects, nobody is told,
   * and the token is as valid as before.
   *
   * @throws {AuthError} `store/failed`, or whatever the store rejects with
   */
  async end(session: Session): Promise<void> {
    const { tokenId, expiresAt } = session;
    if (await this.#options.revocations.add(tokenId, expiresAt, this.#nowSeconds())) this.#tell(session);
  }

  /**
   * Calls `listener` with each session that is ended from now on; not with those that expire, whose
   * `expiresAt` is known from the start. Gives the function that stops this.
   */
  onEnd(listener: (session: Session) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** The public key in the form of RFC 7517 §5, for anybody who wants to check our tokens. */
  publicJwks(): { readonly keys: readonly Jwk[] } {
    return { keys: [exportJwk(this.#options.key)] };
  }

  #verify(token: string): Session {
    const { issuer, audience } = this.#options;
    const required = ["sub", "jti", "preferred_username"];
    try {
      const policy = { issuer, audience, typ, required };
      const { claims } = verifyJwt(token, (header) => this.#choose(header), policy, this.#nowSeconds());
      const { sub, jti, exp, preferred_username: username } = claims;
      if (typeof username !== "string") throw invalid();
      return { accountId: sub!, username, tokenId: jti!, expiresAt: exp! };
    } catch (error) {
      if (!(error instanceof JwtError)) throw error;
      if (error.code !== "claims/expired") throw invalid(error);
      throw new AuthError("token/expired", "The token has expired.", { cause: error });
    }
  }

  /** The key that a header, which nobody has verified yet, names. */
  #choose(header: JoseHeader): Key | undefined {
    const { key } = this.#options;
    return header.kid === key.kid ? key : undefined;
  }

  /** A listener that throws keeps no other from being told; its error reaches the caller afterwards. */
  #tell(session: Session): void {
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(session);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "Listeners to the end of a session failed");
  }

  #nowSeconds(): number {
    return this.#options.now() / 1000;
  }
}

function invalid(cause?: JwtError): AuthError {
  return new AuthError("token/invalid", "The token is not valid here.", cause && { cause });
}
