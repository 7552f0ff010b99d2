/**
 * Whose request this is: exactly one credential, found in a fixed order (RFC 9110 §11.6.2, RFC 6750 §2.1).
 *
 *     a token in the query     ──▶ 400: it stays in logs, histories and bookmarks, whoever reads it here
 *     Authorization: Bearer …  ──▶ that token counts, and if it is bad, nothing else is looked at
 *     the cookie               ──▶ its value is the token; to change something, the request must
 *                                  also prove that it comes from our own page
 *     neither                  ──▶ 401
 */
import { AuthError, hasScope, type Session, type Sessions } from "../../auth/index.ts";
import { HttpProblem } from "../message/problem.ts";
import { type BearerError, bearerChallenge, parseBearer } from "./bearer.ts";
import { parseCookies } from "./cookies.ts";
import { isSameOrigin, type OriginFields } from "./csrf.ts";

/** The fields that are looked at, as node:http names them: `request.headers` of an upgrade will do. */
export interface CredentialFields extends OriginFields {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** What a request must show. */
export interface AuthenticateOptions {
  /**
   * Whether the request changes something or opens a channel: every unsafe method, and every WebSocket
   * upgrade, which is a GET that any page can make. A cookie then counts from our own pages only.
   */
  readonly unsafe: boolean;
  /** Our origins; see `requestSource`. */
  readonly origins?: readonly string[] | undefined;
  /** See {@link defaultCookieName}; without TLS, elsewhere than at localhost, `barewire_access`. */
  readonly cookieName?: string | undefined;
  /** The name that the token's scope must have (RFC 6749 §3.3); by default any token will do. */
  readonly scope?: string | undefined;
  /** The query of the request, so that a token in it is refused; it is never read for one. */
  readonly query?: Pick<URLSearchParams, "has"> | undefined;
}

/** The name of the cookie with the access token, unless told otherwise. */
export const defaultCookieName = "__Host-barewire_access";

/** What our challenges call the space in which one login counts (RFC 9110 §11.5). */
export const realm = "barewire";

/**
 * The session that the request's credential stands for.
 *
 * @throws {HttpProblem} 401 with a challenge when there is no good token, 403 when the cookie is sent by
 *   another site's page or the token is not for `options.scope`, 400 when there is a token in the query
 */
export function authenticateRequest(
  headers: CredentialFields,
  sessions: Pick<Sessions, "authenticate">,
  options: AuthenticateOptions,
): Session {
  if (options.query !== undefined) refuseTokenIn(options.query);
  const session = findSession(headers, sessions, options);
  const { scope } = options;
  if (scope !== undefined && !hasScope(session.scope, scope)) throw insufficientScope(scope);
  return session;
}

function findSession(
  headers: CredentialFields,
  sessions: Pick<Sessions, "authenticate">,
  options: AuthenticateOptions,
): Session {
  const bearer = parseBearer(headers.authorization);
  if (bearer === "malformed") throw refusedToken("token/invalid", "The token is not valid here.");
  if (bearer !== undefined) return authenticate(bearer.token, sessions);

  const token = parseCookies(headers.cookie).get(options.cookieName ?? defaultCookieName);
  if (token === undefined) {
    throw new HttpProblem(401, "auth/missing-credentials", "Log in first.", {
      "www-authenticate": bearerChallenge(realm),
    });
  }
  if (options.unsafe && !isSameOrigin(headers, options.origins)) throw crossOrigin();
  return authenticate(token, sessions);
}

/** Where clients of other servers put their tokens; RFC 6750 §2.3 has the first. */
const tokenParameters: readonly string[] = ["access_token", "token", "refresh_token"];

/**
 * RFC 6750 §2.3: "Because of the security weaknesses associated with the URI method […], it SHOULD NOT be used".
 * It is refused, and not only ignored: the token stands in somebody's log by now, and who sent it should know.
 *
 * @throws {HttpProblem} 400
 */
export function refuseTokenIn(query: Pick<URLSearchParams, "has">): void {
  if (!tokenParameters.some((name) => query.has(name))) return;
  const detail =
    "A token must not stand in a URL, where logs and histories keep it. Send it in the Authorization field, or a ticket for a socket, and end this one.";
  const error: BearerError = { error: "invalid_request", description: detail };
  throw new HttpProblem(400, "auth/token-in-query", detail, {
    "www-authenticate": bearerChallenge(realm, error),
  });
}

/** RFC 6750 §3.1: "The request requires higher privileges than provided by the access token." */
function insufficientScope(scope: string): HttpProblem {
  const description = `This needs a token with the scope ${scope}.`;
  return new HttpProblem(403, "auth/insufficient-scope", description, {
    "www-authenticate": bearerChallenge(realm, { error: "insufficient_scope", description, scope }),
  });
}

/** The refusal of a request that another site's page has made. */
export function crossOrigin(): HttpProblem {
  return new HttpProblem(403, "http/cross-origin", "This request must come from this site's own pages.");
}

function authenticate(token: string, sessions: Pick<Sessions, "authenticate">): Session {
  try {
    return sessions.authenticate(token);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const { code, message } = error;
    if (code === "token/invalid" || code === "token/expired" || code === "token/revoked") {
      throw refusedToken(code, message);
    }
    throw error;
  }
}

/**
 * RFC 6750 §3.1: a token that is "expired, revoked, malformed, or invalid for other reasons" is
 * `invalid_token`, with 401.
 */
export function refusedToken(
  code: "token/invalid" | "token/expired" | "token/revoked",
  message: string,
): HttpProblem {
  const error: BearerError = { error: "invalid_token", description: message };
  return new HttpProblem(401, code, message, { "www-authenticate": bearerChallenge(realm, error) });
}
