/** What the routes of logins answer: the members that `auth-operations.ts` promises. Times are in seconds. */
import type { IssuedTokens, Session, SessionSummary } from "../../auth/index.ts";
import { type HttpResponse, jsonResponse, type ResponseHeaders } from "../message/response.ts";
import type { AuthCookies } from "./auth-cookies.ts";

/** RFC 6749 §5.1 asks for both on every answer with a token; an account is no better kept by a cache. */
export const notStored: ResponseHeaders = { "cache-control": "no-store", pragma: "no-cache" };

/**
 * RFC 6749 §5.1, with what a client likes to know besides.
 *
 * @param cookies where the tokens go; without, they stand in the content
 */
export function tokenResponse(issued: IssuedTokens, cookies: AuthCookies | undefined): HttpResponse {
  const { accessToken, expiresIn, refreshToken, refreshExpiresIn, session } = issued;
  const about = {
    token_type: "Bearer",
    expires_in: expiresIn,
    scope: session.scope,
    session: session.sessionId,
    refresh_expires_in: refreshExpiresIn,
  };
  if (cookies !== undefined) {
    return jsonResponse(200, about, { ...notStored, "set-cookie": cookies.of(issued) });
  }
  return jsonResponse(200, { access_token: accessToken, ...about, refresh_token: refreshToken }, notStored);
}

/** Who is asking, and until when. */
export function sessionResponse(session: Session): HttpResponse {
  const { accountId, username, sessionId, scope, issuedAt, expiresAt } = session;
  const about = { id: accountId, username, session: sessionId, scope };
  return jsonResponse(200, { ...about, issued_at: issuedAt, expires_at: expiresAt }, notStored);
}

/** The sessions of an account; `current` is the one that asks. */
export function sessionsResponse(summaries: readonly SessionSummary[], current: string): HttpResponse {
  const sessions = summaries.map(({ id, createdAt, lastSeenAt, expiresAt, device, address }) => ({
    id,
    created_at: seconds(createdAt),
    last_seen_at: seconds(lastSeenAt),
    expires_at: seconds(expiresAt),
    device,
    address,
    current: id === current,
  }));
  return jsonResponse(200, { sessions }, notStored);
}

/** 204, and with `cookies` their end. */
export function endedResponse(cookies: AuthCookies | undefined): HttpResponse {
  const cleared = cookies === undefined ? {} : { "set-cookie": cookies.cleared() };
  return { status: 204, headers: { ...notStored, ...cleared } };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
