/**
 * RFC 6749 §6: the next pair of tokens for a refresh token, which comes as a cookie or in the content.
 *
 * The refusals are 401 and not the 400 of RFC 6749 §5.2: whoever gets one has to log in again, which is what a page's
 * code does at every 401. The `error` that §5.2 wants is there.
 */

import { isPage } from "../credentials/csrf.ts";
import type { Handler, HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import type { HttpResponse } from "../message/response.ts";
import { tokenResponse } from "./auth-answers.ts";
import { optionalFlagOf, optionalTextOf, readMembers } from "./auth-content.ts";
import { type AuthContext, type Count, callerOf, placeOf } from "./auth-context.ts";
import { passwordChallenge } from "./auth-refusals.ts";

interface RefreshRequest {
  readonly token: string;
  readonly fromCookie: boolean;
  readonly asCookies: boolean;
}

/** `POST /auth/refresh`. */
export function refreshRoute(context: AuthContext): Handler {
  return (request) => {
    let fromCookie = false;
    return context.answer(
      request,
      async (count) => {
        context.refuseOtherSites(request);
        const asked = await readRefresh(context, request);
        fromCookie = asked.fromCookie;
        return refresh(context, request, { asked, count });
      },
      {
        tell: (result) => context.metrics?.refresh(result),
        oauth: true,
        // The cookies are of no more use, and would be sent in vain until they expire.
        refusedWith: (code) =>
          fromCookie && code.startsWith("refresh/") ? { "set-cookie": context.cookies.cleared() } : {},
      },
    );
  };
}

async function refresh(
  context: AuthContext,
  request: HttpRequest,
  { asked, count }: { readonly asked: RefreshRequest; readonly count: Count },
): Promise<HttpResponse> {
  const { auth, limits } = context;
  const { client } = callerOf(request);
  // Who guesses is counted by address, who has a session by that: behind one address may be a whole school, and one
  // of them who guesses shuts out nobody.
  const session = await auth.sessions.findByRefreshToken(asked.token, { spent: true });
  count("refresh", session?.id ?? client);
  const issued = await auth.sessions.refresh(asked.token, placeOf(request));
  const { accountId, username } = issued.session;
  limits?.logins.remember(username.toLowerCase(), client, limits.now());
  context.note("auth.refreshed", request, accountId);
  return tokenResponse(issued, asked.asCookies ? context.cookies : undefined);
}

/** @throws {HttpProblem} 400, 408, 413, 415; 401 without a token; 403 for a cookie that is not sent by our page */
async function readRefresh(context: AuthContext, request: HttpRequest): Promise<RefreshRequest> {
  const members = request.contentForm === "none" ? {} : await readMembers(request);
  // RFC 6749 §6 has it REQUIRED; it can say one thing only, so that its absence is no harm.
  const grant = optionalTextOf(members, "grant_type");
  if (grant !== undefined && grant !== "refresh_token") {
    throw new HttpProblem(400, "auth/unsupported-grant", "The grant_type here is refresh_token.");
  }
  const given = optionalTextOf(members, "refresh_token");
  const asCookies = optionalFlagOf(members, "cookies") ?? isPage(request.headers);
  if (given !== undefined) return { token: given, fromCookie: false, asCookies };
  const token = context.cookies.refreshTokenIn(request.headers.cookie);
  if (token === undefined) {
    throw new HttpProblem(401, "auth/missing-credentials", "There is no refresh token. Log in.", {
      "www-authenticate": passwordChallenge,
    });
  }
  context.requireOurPage(request);
  // Whatever the content says: a script that could have the next token in the content could carry it away.
  return { token, fromCookie: true, asCookies: true };
}
