/**
 * Accounts, sessions and tokens over HTTP.
 *
 *     POST   /auth/register          {username, password}            201 {id, username}
 *     POST   /auth/token             Basic, or the same as JSON      200 a pair of tokens
 *     POST   /auth/refresh           the refresh token               200 the next pair
 *     POST   /auth/logout                                            204, the session ended, the cookies gone
 *     GET    /auth/me                                                200 {id, username, session, …}
 *     GET    /auth/sessions                                          200 {sessions}
 *     DELETE /auth/sessions/:id                                      204
 *     DELETE /auth/sessions          ?keep=current                   204
 *     POST   /auth/password          {current_password, new_password} 200 a new pair, all other sessions ended
 *     POST   /auth/ticket                                            200 {ticket, expires_in}
 *     POST   /auth/revoke            RFC 7009                        200
 *     POST   /auth/introspect        RFC 7662                        200 {active, …}
 *     GET    /.well-known/jwks.json                                  200 {keys}
 *
 * Every refusal is a problem (RFC 9457) with a `code`. What each takes and gives in full is in `auth-operations.ts`.
 */

import type { Router } from "../routing/router.ts";
import { AuthContext, type AuthRoutesOptions } from "./auth-context.ts";
import { LoginRoutes } from "./login-routes.ts";
import { refreshRoute } from "./refresh-route.ts";
import { SessionRoutes } from "./session-routes.ts";
import { TokenRoutes } from "./token-routes.ts";

/**
 * Adds the routes to `router`.
 *
 * @throws {TypeError | RangeError} when a cookie's name, a limit or a resource server is not what it must be
 */
export function authRoutes(router: Router, options: AuthRoutesOptions): Router {
  const context = new AuthContext(options);
  const logins = new LoginRoutes(context);
  const sessions = new SessionRoutes(context);
  const tokens = new TokenRoutes(context);
  return router
    .add("POST", "/auth/register", logins.register)
    .add("POST", "/auth/token", logins.token)
    .add("POST", "/auth/refresh", refreshRoute(context))
    .add("POST", "/auth/logout", logins.logout)
    .add("GET", "/auth/me", sessions.me)
    .add("GET", "/auth/sessions", sessions.list)
    .add("DELETE", "/auth/sessions", sessions.endAll)
    .add("DELETE", "/auth/sessions/:id", sessions.end)
    .add("POST", "/auth/password", sessions.password)
    .add("POST", "/auth/ticket", sessions.ticket)
    .add("POST", "/auth/revoke", tokens.revoke)
    .add("POST", "/auth/introspect", tokens.introspect)
    .add("GET", "/.well-known/jwks.json", tokens.jwks);
}
