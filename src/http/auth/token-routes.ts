/**
 * RFC 7009 and RFC 7662: a token is given up, and asked about. In both a token comes in a form, and what kind of
 * token it is shows in itself.
 *
 * RFC 7009 §2.1: "If the server is unable to locate the token using the given hint, it MUST extend its search across
 * all of its supported token types." No hint is needed, so none is read: "An authorization server MAY ignore this
 * parameter, particularly if it is able to detect the token type automatically." RFC 7662 §2.1 says the same.
 *
 * https://www.rfc-editor.org/rfc/rfc7009
 * https://www.rfc-editor.org/rfc/rfc7662
 */
import { AuthError, type Session } from "../../auth/index.ts";
import { authenticateRequest, realm } from "../credentials/authenticate.ts";
import { basicChallenge, parseBasic } from "../credentials/basic.ts";
import { bearerChallenge, parseBearer } from "../credentials/bearer.ts";
import type { Handler, HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import { type HttpResponse, jsonResponse } from "../message/response.ts";
import { notStored } from "./auth-answers.ts";
import { readFormMembers, textOf } from "./auth-content.ts";
import { type AuthContext, type Count, callerOf } from "./auth-context.ts";

/** Whose tokens somebody may ask about. */
type Inquirer = "anybody's" | { readonly accountId: string };

/** `POST /auth/revoke`, `/auth/introspect` and `GET /.well-known/jwks.json`. */
export class TokenRoutes {
  readonly #context: AuthContext;

  constructor(context: AuthContext) {
    this.#context = context;
  }

  /**
   * RFC 7009 §2.2: "The authorization server responds with HTTP status code 200 if the token has been revoked
   * successfully or if the client submitted an invalid token." Our clients are public: to have the token is enough,
   * and no cookie is looked at.
   */
  readonly revoke: Handler = (request) =>
    this.#answer(request, async (count) => {
      this.#context.refuseOtherSites(request);
      count("tokens", callerOf(request).client);
      const token = textOf(await readFormMembers(request), "token");
      const { sessions } = this.#context.auth;
      const session = this.#findSession(token) ?? this.#findRoomToken(token);
      if (session !== undefined) {
        await sessions.revokeToken(session);
        this.#context.note("auth.token-revoked", request, session.accountId);
      }
      // RFC 7009 §2.1: of a refresh token "the authorization server SHOULD also invalidate all access tokens based
      // on the same authorization grant". One that was spent ends its session too: nobody but a thief still needs it.
      const stored = session ?? (await sessions.findByRefreshToken(token, { spent: true }));
      if (stored !== undefined && "id" in stored) {
        await this.#endSession(stored.accountId, stored.id);
        this.#context.note("auth.session-revoked", request, stored.accountId);
      }
      return { status: 200, headers: notStored };
    });

  /** RFC 7662 §2.1: "the endpoint MUST also require some form of authorization to access this endpoint". */
  readonly introspect: Handler = (request) =>
    this.#answer(request, async (count) => {
      this.#context.refuseOtherSites(request);
      count("tokens", callerOf(request).client);
      const inquirer = this.#authenticateInquirer(request);
      const token = textOf(await readFormMembers(request), "token");
      const found = (await this.#describe(token)) ?? undefined;
      // RFC 7662 §2.2: of a token that is no good here, or not the inquirer's business, the server "MUST return an
      // introspection response with the "active" field set to "false"" and "SHOULD NOT include any additional
      // information about an inactive token, including why the token is inactive."
      const mayKnow = found !== undefined && (inquirer === "anybody's" || inquirer.accountId === found.sub);
      return jsonResponse(200, mayKnow ? { active: true, ...found } : { active: false }, notStored);
    });

  /** RFC 7517 §8.5.2. Public, and the same until the key changes. */
  readonly jwks: Handler = () =>
    jsonResponse(200, this.#context.auth.sessions.publicJwks(), {
      "content-type": "application/jwk-set+json",
      "cache-control": "public, max-age=300",
      "cross-origin-resource-policy": "cross-origin",
    });

  /** RFC 7009 §2.2.1: "The error presentation conforms to the definition in Section 5.2 of [RFC6749]." */
  #answer(request: HttpRequest, work: (count: Count) => Promise<HttpResponse>): Promise<HttpResponse> {
    return this.#context.answer(request, work, { oauth: true });
  }

  /** Whom an access token stands for that is good now. */
  #findSession(accessToken: string): Session | undefined {
    try {
      return this.#context.auth.sessions.authenticate(accessToken);
    } catch (error) {
      if (error instanceof AuthError) return undefined;
      throw error;
    }
  }

  /** Whom a room token stands for that is good now. */
  #findRoomToken(token: string): Session | undefined {
    const { roomTokens, sessions } = this.#context.auth;
    try {
      return roomTokens?.verify(token, sessions.now() / 1000);
    } catch (error) {
      if (error instanceof AuthError) return undefined;
      throw error;
    }
  }

  async #endSession(accountId: string, id: string): Promise<void> {
    try {
      await this.#context.auth.sessions.end(accountId, { id }, "revoked");
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof AuthError) || error.code !== "session/unknown") throw error;
    }
  }

  /**
   * RFC 7662 §2.2: what there is to say about a token that is good; its username only where it is in the token.
   *
   * RFC 7662 §4: "If the token can expire, the authorization server MUST determine whether or not the token has
   * expired." It "MUST determine whether or not such a revocation has taken place" and "MUST validate the signature".
   * `authenticate` does all of that, as for any request that the token opens.
   */
  async #describe(token: string): Promise<Readonly<Record<string, unknown> & { sub: string }> | undefined> {
    const { sessions } = this.#context.auth;
    const { issuer: iss, audience: aud, clientId: client_id } = sessions.accessTokens;
    const session = this.#findSession(token);
    if (session !== undefined) {
      const { accountId: sub, username, sessionId: sid, tokenId: jti, scope } = session;
      const times = { iat: session.issuedAt, exp: session.expiresAt };
      return { token_type: "Bearer", scope, client_id, username, ...times, sub, aud, iss, jti, sid };
    }
    const stored = await sessions.findByRefreshToken(token);
    if (stored === undefined) return undefined;
    const { accountId: sub, id: sid, scope, expiresAt } = stored;
    return { scope, client_id, exp: Math.floor(expiresAt / 1000), sub, iss, sid };
  }

  /**
   * A resource server may ask about any token, the bearer of one about those of the same account. A cookie does not
   * count: a page has nothing to ask here.
   *
   * @throws {HttpProblem} 401
   */
  #authenticateInquirer(request: HttpRequest): Inquirer {
    const { authorization } = request.headers;
    const basic = parseBasic(authorization);
    if (basic === undefined && parseBearer(authorization) !== undefined) {
      return authenticateRequest({ authorization }, this.#context.auth.sessions, { unsafe: true });
    }
    if (basic === undefined) {
      const challenges = `${bearerChallenge(realm)}, ${basicChallenge(realm)}`;
      throw new HttpProblem(401, "auth/missing-credentials", "Say who is asking.", {
        "www-authenticate": challenges,
      });
    }
    const server = basic === "malformed" ? undefined : this.#context.resourceServers.authenticate(basic);
    if (server !== undefined) return "anybody's";
    // RFC 6749 §5.2: the response must "include the "WWW-Authenticate" response header field matching the
    // authentication scheme used by the client."
    const detail = "There is no such resource server, or its secret is another.";
    throw new HttpProblem(401, "auth/bad-credentials", detail, {
      "www-authenticate": basicChallenge(realm),
    });
  }
}
