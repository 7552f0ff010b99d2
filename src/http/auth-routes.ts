/**
 * Accounts and sessions over HTTP.
 *
 *     POST /auth/register          {username, password}           201 {id, username}
 *     POST /auth/token             Basic, or the same as JSON     200 {access_token, …} and the cookie
 *     GET  /auth/me                                               200 {id, username, expires_at}
 *     POST /auth/logout                                           204, the token revoked, the cookie gone
 *     GET  /.well-known/jwks.json                                 200 {keys}
 *
 * Every refusal is a problem (RFC 9457) with a `code`.
 */
import { type Account, type Accounts, AuthError, type Sessions } from "../auth/index.ts";
import { type Log, silentLog } from "../log.ts";
import { authenticateRequest, crossOrigin, defaultCookieName, realm } from "./authenticate.ts";
import { type BasicCredentials, basicChallenge, parseBasic } from "./basic.ts";
import { clientOf } from "./client.ts";
import { type CookieAttributes, serializeCookie } from "./cookies.ts";
import { requestSource } from "./csrf.ts";
import type { Handler, HttpRequest } from "./handler.ts";
import { HttpProblem, problem } from "./problem.ts";
import { type HttpResponse, jsonResponse, type ResponseHeaders } from "./response.ts";
import type { Router } from "./router.ts";

export interface AuthRoutesOptions {
  readonly accounts: Pick<Accounts, "register" | "verify">;
  readonly sessions: Pick<Sessions, "authenticate" | "issue" | "end" | "publicJwks">;
  /** Our origins ("https://example.com"); see `requestSource` for what holds without. */
  readonly origins?: readonly string[] | undefined;
  readonly cookie?: CookieOptions | undefined;
  readonly log?: Log | undefined;
}

export interface CookieOptions {
  readonly name?: string | undefined;
  /** True by default; Chrome and Firefox keep such a cookie of http://localhost too. False only for plain http elsewhere. */
  readonly secure?: boolean | undefined;
}

/** Adds the routes to `router`. */
export function authRoutes(router: Router, options: AuthRoutesOptions): Router {
  const routes = new AuthRoutes(options);
  return router
    .add("POST", "/auth/register", routes.register)
    .add("POST", "/auth/token", routes.token)
    .add("GET", "/auth/me", routes.me)
    .add("POST", "/auth/logout", routes.logout)
    .add("GET", "/.well-known/jwks.json", routes.jwks);
}

/** RFC 6749 §5.1 asks for both on every answer with a token; an account is no better kept by a cache. */
const notStored: ResponseHeaders = { "cache-control": "no-store", pragma: "no-cache" };

class AuthRoutes {
  readonly #options: AuthRoutesOptions;
  readonly #log: Log;
  readonly #cookieName: string;

  constructor(options: AuthRoutesOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#cookieName = options.cookie?.name ?? defaultCookieName;
  }

  readonly register: Handler = (request) =>
    this.#answer(request, jsonChallenge, async () => {
      this.#refuseOtherSites(request);
      const { username, password } = readCredentials(await request.json());
      const account = await this.#options.accounts.register(username, password, callerOf(request));
      this.#log.info("auth.registered", { account: account.id, address: request.remoteAddress });
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
  readonly token: Handler = async (request) => {
    const basic = parseBasic(request.headers.authorization);
    const challenge = basic === undefined ? jsonChallenge : basicChallenge(realm);
    return this.#answer(request, challenge, async () => {
      this.#refuseOtherSites(request);
      const { username, password } = await readLogin(request, basic);
      const account = await this.#options.accounts.verify(username, password, callerOf(request));
      return this.#tokenResponse(request, account);
    });
  };

  readonly me: Handler = (request) => {
    const session = this.#authenticate(request, false);
    const { accountId, username, expiresAt } = session;
    return jsonResponse(200, { id: accountId, username, expires_at: expiresAt }, notStored);
  };

  readonly logout: Handler = async (request) => {
    const session = this.#authenticate(request, true);
    return this.#answer(request, jsonChallenge, async () => {
      await this.#options.sessions.end(session);
      this.#log.info("auth.logout", { account: session.accountId, address: request.remoteAddress });
      return { status: 204, headers: { ...notStored, "set-cookie": this.#cookie("", 0) } };
    });
  };

  /** RFC 7517 §8.5.2. Public, and the same until the key changes. */
  readonly jwks: Handler = () =>
    jsonResponse(200, this.#options.sessions.publicJwks(), {
      "content-type": "application/jwk-set+json",
      "cache-control": "public, max-age=300",
      "cross-origin-resource-policy": "cross-origin",
    });

  #authenticate(request: HttpRequest, unsafe: boolean): ReturnType<typeof authenticateRequest> {
    const { sessions, origins } = this.#options;
    return authenticateRequest(request.headers, sessions, { unsafe, origins, cookieName: this.#cookieName });
  }

  /**
   * Login CSRF: another site's page could log its visitor in as somebody else and watch what they do.
   * There is no cookie yet to protect, so programs, which send neither field, may pass.
   */
  #refuseOtherSites(request: HttpRequest): void {
    if (requestSource(request.headers, this.#options.origins) === "cross-origin") throw crossOrigin();
  }

  #tokenResponse(request: HttpRequest, account: Account): HttpResponse {
    const { token, expiresIn } = this.#options.sessions.issue(account);
    this.#log.info("auth.login", { account: account.id, address: request.remoteAddress });
    // RFC 6749 §5.1.
    const body = { access_token: token, token_type: "Bearer", expires_in: expiresIn };
    return jsonResponse(200, body, { ...notStored, "set-cookie": this.#cookie(token, expiresIn) });
  }

  /**
   * HttpOnly: no script reads it. SameSite=Lax: no other site's page sends it with anything but a link
   * followed. Same attributes to delete it, or the browser would keep the old one (RFC 6265bis §4.1.2).
   */
  #cookie(value: string, maxAgeSeconds: number): string {
    const secure = this.#options.cookie?.secure ?? true;
    const attributes: CookieAttributes = {
      maxAgeSeconds,
      path: "/",
      secure,
      httpOnly: true,
      sameSite: "Lax",
    };
    return serializeCookie(this.#cookieName, value, attributes);
  }

  /** Runs `work`; the refusals of accounts and stores become problems. */
  async #answer(
    request: HttpRequest,
    challenge: string,
    work: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      const refusal = refusals[error.code];
      if (refusal === undefined) throw error;
      const fields = { code: error.code, path: request.path, address: request.remoteAddress };
      if (error.code === "store/failed")
        this.#log.error("auth.store-failed", { ...fields, error: error.message });
      else this.#log.info("auth.refused", fields);
      return problem(
        refusal.status,
        { code: error.code, detail: refusal.detail ?? error.message },
        refusal.status === 401 ? { "www-authenticate": challenge } : refusal.headers,
      );
    }
  }
}

/** A scheme of our own, which no client takes for one it knows: it says where to log in and opens no dialog. */
const jsonChallenge = `Password realm="${realm}"`;

/** A login waits no longer than its connection, and among a few of its address. */
function callerOf({ signal, remoteAddress }: HttpRequest): {
  readonly signal: AbortSignal;
  readonly client: string;
} {
  return { signal, client: clientOf(remoteAddress) };
}

interface Refusal {
  readonly status: number;
  /** In place of the error's own message. */
  readonly detail?: string;
  readonly headers?: ResponseHeaders;
}

const busy: Refusal = {
  status: 503,
  detail: "The server is busy; try again.",
  headers: { "retry-after": "2" },
};

const refusals: Readonly<Partial<Record<AuthError["code"], Refusal>>> = {
  "account/invalid-username": { status: 422 },
  "account/weak-password": { status: 422 },
  "account/taken": { status: 409 },
  "auth/bad-credentials": { status: 401 },
  "auth/busy": busy,
  "store/failed": busy,
};

/** The username and password of a login, however they came. */
async function readLogin(
  request: HttpRequest,
  basic: BasicCredentials | "malformed" | undefined,
): Promise<BasicCredentials> {
  if (basic === "malformed") {
    throw unauthorized("auth/malformed-credentials", "The Basic credentials cannot be read.");
  }
  if (basic !== undefined) return basic;
  try {
    return readCredentials(await request.json());
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== "http/empty-content") throw error;
    throw unauthorized(
      "auth/missing-credentials",
      "Send Basic credentials, or a username and a password as JSON.",
    );
  }
}

function unauthorized(
  code: "auth/malformed-credentials" | "auth/missing-credentials",
  detail: string,
): HttpProblem {
  return new HttpProblem(401, code, detail, { "www-authenticate": basicChallenge(realm) });
}

/** @throws {HttpProblem} 400 unless `content` is an object with two strings; other members are ignored */
function readCredentials(content: unknown): BasicCredentials {
  const { username, password } = (typeof content === "object" && content !== null ? content : {}) as {
    readonly username?: unknown;
    readonly password?: unknown;
  };
  if (typeof username !== "string" || typeof password !== "string") {
    const detail = 'The content must be an object with the strings "username" and "password".';
    throw new HttpProblem(400, "http/malformed-content", detail);
  }
  return { username, password };
}
