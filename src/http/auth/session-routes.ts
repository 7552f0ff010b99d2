/**
 * What somebody who is logged in may do about it: see who they are, see and end their sessions, change the password,
 * and get a ticket for a socket.
 */
import {
  AuthError,
  accountScope,
  changePassword,
  type IssuedTokens,
  type Session,
  socketsScope,
} from "../../auth/index.ts";
import { refusedToken } from "../credentials/authenticate.ts";
import { parseBearer } from "../credentials/bearer.ts";
import { isPage } from "../credentials/csrf.ts";
import type { Handler, HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import { jsonResponse } from "../message/response.ts";
import {
  endedResponse,
  notStored,
  sessionResponse,
  sessionsResponse,
  tokenResponse,
} from "./auth-answers.ts";
import { optionalFlagOf, readJsonMembers, textOf } from "./auth-content.ts";
import { type AuthContext, callerOf, placeOf } from "./auth-context.ts";

/** `/auth/me`, `/auth/sessions`, `/auth/password` and `/auth/ticket`. */
export class SessionRoutes {
  readonly #context: AuthContext;

  constructor(context: AuthContext) {
    this.#context = context;
  }

  readonly me: Handler = (request) => sessionResponse(this.#context.authenticate(request));

  readonly list: Handler = (request) =>
    this.#context.answer(request, async () => {
      const { accountId, sessionId } = this.#context.authenticate(request, accountScope);
      return sessionsResponse(await this.#context.auth.sessions.list(accountId), sessionId);
    });

  readonly end: Handler = (request) =>
    this.#context.answer(request, async () => {
      const { accountId, sessionId } = this.#context.authenticate(request, accountScope);
      const id = request.params.id!;
      const isOwn = id === sessionId;
      await this.#context.auth.sessions.end(accountId, { id }, isOwn ? "logged-out" : "ended");
      this.#context.note("auth.session-ended", request, accountId);
      return endedResponse(isOwn ? this.#context.cookies : undefined);
    });

  readonly endAll: Handler = (request) =>
    this.#context.answer(request, async () => {
      const { accountId, sessionId, username } = this.#context.authenticate(request, accountScope);
      const keep = readKeep(request);
      const except = keep ? sessionId : undefined;
      await this.#context.auth.sessions.end(accountId, { except }, "ended");
      // Somebody who ends everything may have met a stranger in the list.
      this.#context.limits?.logins.forget(username.toLowerCase());
      this.#context.note("auth.sessions-ended", request, accountId);
      return endedResponse(keep ? undefined : this.#context.cookies);
    });

  readonly password: Handler = (request) =>
    this.#context.answer(request, async (count) => {
      const session = this.#context.authenticate(request, accountScope);
      count("password", session.accountId);
      const members = await readJsonMembers(request);
      const current = textOf(members, "current_password");
      const next = textOf(members, "new_password");
      const asked = optionalFlagOf(members, "cookies");
      const issued = await this.#changePassword(request, session, { current, next });
      this.#context.note("auth.password-changed", request, session.accountId);
      // As with a refresh: what a script cannot read must not become what it can.
      const byBearer = parseBearer(request.headers.authorization) !== undefined;
      const asCookies = !byBearer || (asked ?? isPage(request.headers));
      return tokenResponse(issued, asCookies ? this.#context.cookies : undefined);
    });

  readonly ticket: Handler = (request) =>
    this.#context.answer(request, (count) => {
      const session = this.#context.authenticate(request, socketsScope);
      count("ticket", session.sessionId);
      const { tickets } = this.#context.auth;
      const ticket = tickets.issue(session, request.headers.origin);
      return jsonResponse(200, { ticket, expires_in: Math.floor(tickets.lifetime / 1000) }, notStored);
    });

  async #changePassword(
    request: HttpRequest,
    session: Session,
    passwords: { readonly current: string; readonly next: string },
  ): Promise<IssuedTokens> {
    const { auth, limits } = this.#context;
    const caller = callerOf(request);
    try {
      const issued = await changePassword(auth, { session, ...passwords, place: placeOf(request), caller });
      const username = session.username.toLowerCase();
      limits?.logins.forget(username);
      limits?.logins.remember(username, caller.client, limits.now());
      return issued;
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== "session/unknown") throw error;
      this.#context.noteFailure(request, error.cause);
      throw refusedToken("token/revoked", error.message);
    }
  }
}

/** Whether the session that asks goes on. Anything but what we know is refused: much would end by a slip. */
function readKeep({ query }: HttpRequest): boolean {
  const values = query.getAll("keep");
  if (values.length === 0) return false;
  if (values.length === 1 && values[0] === "current") return true;
  throw new HttpProblem(400, "http/malformed-query", 'The parameter "keep" can be "current" only.');
}
