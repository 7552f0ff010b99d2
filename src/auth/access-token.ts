/**
 * Access tokens: who may do what until when, signed, so that a request costs no question to the store.
 *
 * The token is a JWT of the profile for OAuth 2.0 access tokens, so that anybody's library can check it with
 * our public key. What no library can see in it is that it was revoked: that is asked of {@link Revocations}.
 *
 * https://www.rfc-editor.org/rfc/rfc9068
 */
import {
  exportJwk,
  type JoseHeader,
  type Jwk,
  JwtError,
  JwtVerifier,
  type Key,
  signJwt,
} from "../jwt/index.ts";
import { AuthError } from "./errors.ts";
import type { RoomGrant } from "./room-grant.ts";

/** How long a token is good unless told otherwise, in seconds: ten minutes. */
export const defaultAccessLifetime = 600;

/** RFC 9068 §2.1: "the "typ" value used SHOULD be "at+jwt"." No other kind of token passes for an access token. */
const typ = "at+jwt";

/** How many verified tokens are remembered, so that their signature is checked once: some 10 MB at most. */
const verifiedTokens = 4_096;

/** A token that was accepted, and whom it stands for. */
export interface Session {
  readonly accountId: string;
  readonly username: string;
  /** The token's "sid": the login it belongs to. */
  readonly sessionId: string;
  /** The token's "jti". */
  readonly tokenId: string;
  /** What it may be used for: names with spaces between (RFC 6749 §3.3). */
  readonly scope: string;
  /** In seconds since the epoch. */
  readonly issuedAt: number;
  /** When the token ends by itself, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Of a room token that was shown: what may be done in which room. See `room-token.ts`. */
  readonly grant?: RoomGrant | undefined;
}

/** What {@link AccessTokens} are made with. */
export interface AccessTokenOptions {
  /** A private key; its public half goes out in {@link AccessTokens.publicJwks}. */
  readonly key: Key;
  /** Keys that signed before, private or public: their tokens are good until they expire. */
  readonly previousKeys?: readonly Key[] | undefined;
  /** Who we are, as "iss" of every token; by default `barewire`. */
  readonly issuer?: string | undefined;
  /** What the tokens are for, as their "aud"; by default `barewire`. */
  readonly audience?: string | undefined;
  /** Which client asks for the tokens, as their "client_id" (RFC 9068 §2.2); by default `barewire`. */
  readonly clientId?: string | undefined;
  /** How long a token is good, in whole seconds; 600 by default. */
  readonly lifetime?: number | undefined;
}

/** Issues access tokens, and says whom one stands for. Knows no clock and nothing of revocations. */
export class AccessTokens {
  /** How long a token is good, in seconds. */
  readonly lifetime: number;
  /** The "iss", the "aud" and the "client_id" of every token. */
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly #key: Key;
  readonly #keys: ReadonlyMap<string | undefined, Key>;
  readonly #verifier: JwtVerifier;

  /** @throws {TypeError | RangeError} for a key that is not private, an earlier one that is a secret, a bad lifetime */
  constructor(options: AccessTokenOptions) {
    const { key, previousKeys = [], lifetime = defaultAccessLifetime } = options;
    const { issuer = "barewire", audience = "barewire", clientId = "barewire" } = options;
    if (key.type !== "private") throw new TypeError("Access tokens need a private key to be signed with");
    if (previousKeys.some(({ type }) => type === "secret")) {
      throw new TypeError("Keys that signed before are shown to everybody: none can be a secret");
    }
    if (!Number.isSafeInteger(lifetime) || lifetime < 1) {
      throw new RangeError("The lifetime of access tokens must be a positive whole number of seconds");
    }
    this.lifetime = lifetime;
    this.#key = key;
    this.#keys = new Map([...previousKeys, key].map((each) => [each.kid, each]));
    this.issuer = issuer;
    this.audience = audience;
    this.clientId = clientId;
    const policy = { issuer, audience, typ, required: ["sub", "jti", "sid", "iat", "preferred_username"] };
    this.#verifier = new JwtVerifier((header) => this.#choose(header), policy, { cache: verifiedTokens });
  }

  /**
   * A token for `bearer`, and what it will be accepted as. It does not outlive its session: one that is over may be
   * forgotten, and then nothing could revoke the token.
   *
   * @param sessionEnd when the session is over, in seconds since the epoch
   */
  issue(
    bearer: Pick<Session, "accountId" | "username" | "sessionId" | "tokenId" | "scope">,
    nowSeconds: number,
    sessionEnd: number,
  ): { readonly token: string; readonly session: Session } {
    const issuedAt = Math.floor(nowSeconds);
    const expiresAt = Math.min(issuedAt + this.lifetime, Math.floor(sessionEnd));
    const session: Session = { ...bearer, issuedAt, expiresAt };
    // RFC 9068 §2.2 requires the first seven of these, and §2.2.3 the scope.
    const claims = {
      iss: this.issuer,
      exp: session.expiresAt,
      aud: this.audience,
      sub: session.accountId,
      client_id: this.clientId,
      iat: issuedAt,
      jti: session.tokenId,
      scope: session.scope,
      sid: session.sessionId,
      preferred_username: session.username,
    };
    return { token: signJwt(claims, this.#key, { typ }), session };
  }

  /**
   * Whom `token` stands for, by RFC 9068 §4. Whether it was revoked is not looked at.
   *
   * @throws {AuthError} `token/invalid`, `token/expired`
   */
  verify(token: string, nowSeconds: number): Session {
    try {
      const { claims } = this.#verifier.verify(token, nowSeconds);
      const { sub, jti, sid, iat, exp, scope = "", preferred_username: username } = claims;
      if (typeof username !== "string" || typeof sid !== "string" || typeof scope !== "string") {
        throw invalid();
      }
      // Whoever runs this may have made the lifetime shorter: revocations are kept no longer than it says now.
      const expiresAt = Math.min(exp!, iat! + this.lifetime);
      if (expiresAt <= nowSeconds) throw expired();
      return {
        accountId: sub!,
        username,
        sessionId: sid,
        tokenId: jti!,
        scope,
        issuedAt: iat!,
        expiresAt,
      };
    } catch (error) {
      if (!(error instanceof JwtError)) throw error;
      if (error.code !== "claims/expired") throw invalid(error);
      throw expired(error);
    }
  }

  /** The public keys in the form of RFC 7517 §5, for anybody who wants to check our tokens. */
  publicJwks(): { readonly keys: readonly Jwk[] } {
    return { keys: [...this.#keys.values()].reverse().map((key) => exportJwk(key)) };
  }

  /** The key that a header, which nobody has verified yet, names. */
  #choose(header: JoseHeader): Key | undefined {
    return this.#keys.get(header.kid);
  }
}

function expired(cause?: JwtError): AuthError {
  return new AuthError("token/expired", "The token has expired.", cause && { cause });
}

function invalid(cause?: JwtError): AuthError {
  return new AuthError("token/invalid", "The token is not valid here.", cause && { cause });
}
