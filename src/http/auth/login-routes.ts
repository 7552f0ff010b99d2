/**
 * Logins over HTTP: an account, the first pair of tokens, the next ones, and the end.
 *
 * A page gets its tokens as cookies and nothing secret in the content, so that no script ever has them; a program
 * gets them in the content alone. A page is known by fields that no script can leave out.
 */
import { AuthError, grantScope, type IssuedTokens, type Session } from "../../auth/index.ts";
import { realm } from "../credentials/authenticate.ts";
import { type BasicCredentials, basicChallenge, parseBasic } from "../credentials/basic.ts";
import { parseBearer } from "../credentials/bearer.ts";
import { isPage } from "../credentials/csrf.ts";
import type { Handler, HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import { type HttpResponse, jsonResponse } from "../message/response.ts";
import { endedResponse, notStored, tokenResponse } from "./auth-answers.ts";
import { optionalFlagOf, optionalTextOf, readJsonMembers, textOf } from "./auth-content.ts";
import { type AuthContext, callerOf, placeOf } from "./auth-context.ts";
import { passwordChallenge } from "./auth-refusals.ts";

/** What a login is made with. */
interface Login extends BasicCredentials {
  readonly scope?: string | undefined;
  /** Whether the tokens go out as cookies; undefined when the request does not say. */
  readonly cookies?: boolean | undefined;
}

/** `POST /auth/register`, `/auth/token` and `/auth/logout`. */
export class LoginRoutes {
  readonly #context: AuthContext;

  constructor(context: AuthContext) {
    this.#context = context;
  }

  readonly register: Handler = (request) =>
    this.#context.answer(request, async (count) => {
      this.#context.refuseOtherSites(request);
      const caller = callerOf(request);
      count("register", caller.client);
      const members = await readJsonMembers(request);
      const [username, password] = [textOf(members, "username"), textOf(members, "password")];
      const account = await this.#context.auth.accounts.register(username, password, caller);
      this.#context.note("auth.registered", request, account.id);
      return jsonResponse(201, { id: account.id, username: account.username }, notStored);
    });

  /**
   * A login in either form. The Authorization field decides: with Basic in it, content is not read.
   *
   * Which 401 is sent matters in a browser: a Basic challenge makes it open its own login dialog over the
   * page, even for a request of the page's script. So Basic is asked for where Basic, or nothing at all,
   * was sent; who sent JSON knows the other way in. RFC 9110 §15.5.2 demands a challenge all the same:
   * "The server generating a 401 response MUST send a WWW-Authenticate header field (Section 11.6.1)
   * containing at least one challenge applicable to the target resource."
   */
  readonly token: Handler = (request) => {
    const basic = parseBasic(request.headers.authorization);
    const challenge = basic === undefined ? passwordChallenge : basicChallenge(realm);
    const { metrics } = this.#context;
    return this.#context.answer(
      request,
      async (count) => {
        this.#context.refuseOtherSites(request);
        count("login", callerOf(request).client);
        const login = await readLogin(request, basic);
        const issued = await this.#logIn(request, login);
        this.#context.note("auth.login", request, issued.session.accountId);
        const asCookies = login.cookies ?? isPage(request.headers);
        if (!asCookies) return tokenResponse(issued, undefined);
        await this.#endReplaced(request);
        return tokenResponse(issued, this.#context.cookies);
      },
      { challenge, tell: (result) => metrics?.login(result) },
    );
  };

  /** By the access token, or where a page's has expired, by its refresh cookie. */
  readonly logout: Handler = (request) =>
    this.#context.answer(request, async () => {
      const { sessions } = this.#context.auth;
      let session: Session | undefined;
      try {
        session = this.#context.authenticate(request);
      } catch (error) {
        if (!(error instanceof HttpProblem) || error.status !== 401) throw error;
        return this.#logOutByCookie(request, error);
      }
      try {
        await sessions.end(session.accountId, { id: session.sessionId }, "logged-out");
      } catch (error) {
        if (!(error instanceof AuthError) || error.code !== "session/unknown") throw error;
        // It has ended, by another process perhaps: then this one may not know yet that the token is void.
        await sessions.revokeToken(session);
      }
      this.#context.note("auth.logout", request, session.accountId);
      return endedResponse(this.#context.cookies);
    });

  async #logIn(request: HttpRequest, { username, password, scope }: Login): Promise<IssuedTokens> {
    const { limits, auth } = this.#context;
    const caller = callerOf(request);
    // Refused behind the password, it would say that this one is right, and leave no session that shows it.
    grantScope(scope);
    const logIn = async (): Promise<IssuedTokens> =>
      auth.sessions.open(await auth.accounts.verify(username, password, caller), placeOf(request), scope);
    return limits === undefined ? logIn() : limits.tryLogin(username, caller.client, logIn);
  }

  /**
   * OWASP ASVS 5.0 V7.2.4: a login terminates the session that the browser had, whose cookies are overwritten now.
   * That it could not be is no reason to keep the new one from whoever has just opened it.
   */
  async #endReplaced(request: HttpRequest): Promise<void> {
    const token = this.#context.cookies.refreshTokenIn(request.headers.cookie);
    if (token === undefined || !this.#context.isOurPage(request)) return;
    const { sessions } = this.#context.auth;
    try {
      const replaced = await sessions.findByRefreshToken(token, { spent: true });
      if (replaced !== undefined) await sessions.end(replaced.accountId, { id: replaced.id }, "logged-out");
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      this.#context.noteFailure(request, error);
    }
  }

  /** @param refused what is answered where no cookie helps */
  async #logOutByCookie(request: HttpRequest, refused: HttpProblem): Promise<HttpResponse> {
    const token = this.#context.cookies.refreshTokenIn(request.headers.cookie);
    // One credential counts: with a bearer token, however bad, no cookie is looked at.
    if (token === undefined || parseBearer(request.headers.authorization) !== undefined) throw refused;
    this.#context.requireOurPage(request);
    const { sessions } = this.#context.auth;
    const session = await sessions.findByRefreshToken(token, { spent: true });
    if (session === undefined) {
      const { headers } = refused.response;
      return { ...refused.response, headers: { ...headers, "set-cookie": this.#context.cookies.cleared() } };
    }
    await sessions.end(session.accountId, { id: session.id }, "logged-out");
    this.#context.note("auth.logout", request, session.accountId);
    return endedResponse(this.#context.cookies);
  }
}

/** The username and password of a login, however they came. */
async function readLogin(
  request: HttpRequest,
  basic: BasicCredentials | "malformed" | undefined,
): Promise<Login> {
  if (basic === "malformed") {
    throw unauthorized("auth/malformed-credentials", "The Basic credentials cannot be read.");
  }
  if (basic !== undefined) return basic;
  if (request.contentForm === "none") {
    throw unauthorized(
      "auth/missing-credentials",
      "Send Basic credentials, or a username and a password as JSON.",
    );
  }
  const members = await readJsonMembers(request);
  return {
    username: textOf(members, "username"),
    password: textOf(members, "password"),
    scope: optionalTextOf(members, "scope"),
    cookies: optionalFlagOf(members, "cookies"),
  };
}

function unauthorized(
  code: "auth/malformed-credentials" | "auth/missing-credentials",
  detail: string,
): HttpProblem {
  return new HttpProblem(401, code, detail, { "www-authenticate": basicChallenge(realm) });
}
