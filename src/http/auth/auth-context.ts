/**
 * What the routes of logins have in common: their ports, who asks from where, and how a refusal becomes an answer.
 */
import { clientOf } from "../../addresses.ts";
import {
  type Accounts,
  AuthError,
  type ClientPlace,
  type RoomTokens,
  type Session,
  type Sessions,
  type Tickets,
} from "../../auth/index.ts";
import { type Log, silentLog } from "../../log.ts";
import { authenticateRequest, crossOrigin, refuseTokenIn } from "../credentials/authenticate.ts";
import { isSafeMethod, isSameOrigin, requestSource } from "../credentials/csrf.ts";
import { type ResourceServer, ResourceServers } from "../credentials/resource-servers.ts";
import type { HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import type { HttpResponse, ResponseHeaders } from "../message/response.ts";
import type { RateLimitPolicies } from "../rates/rate-limit.ts";
import { rateLimitFields } from "../rates/rate-limit-fields.ts";
import type { RateLimitDecision } from "../rates/token-buckets.ts";
import { AuthCookies, type CookieOptions } from "./auth-cookies.ts";
import { AuthLimits, type AuthLimitsOptions } from "./auth-limits.ts";
import { oauthRefusal, passwordChallenge, refusalOf } from "./auth-refusals.ts";

/** What the routes call: an `Auth` of `openAuth`, or whatever has these methods. */
export interface AuthPorts {
  readonly accounts: Pick<Accounts, "register" | "verify" | "prepareChange">;
  readonly sessions: Pick<
    Sessions,
    | "accessTokens"
    | "authenticate"
    | "changePassword"
    | "end"
    | "findByRefreshToken"
    | "list"
    | "now"
    | "open"
    | "publicJwks"
    | "refresh"
    | "renew"
    | "revokeToken"
  >;
  readonly tickets: Pick<Tickets, "issue" | "lifetime">;
  /** Where room tokens are minted: they can be given up like others. */
  readonly roomTokens?: Pick<RoomTokens, "verify"> | undefined;
}

/** How a login or a refresh ended; the middle three are of refreshes alone. `busy`: by our own fault. */
export type AttemptResult = "succeeded" | "failed" | "invalid" | "expired" | "reused" | "limited" | "busy";

/** What is told of logins, to be counted. */
export interface AuthMetrics {
  login(result: AttemptResult): void;
  refresh(result: AttemptResult): void;
}

/** What the routes of logins are told; all but `auth` has a safe default. */
export interface AuthRoutesOptions {
  readonly auth: AuthPorts;
  /** Our origins ("https://example.com"); see `requestSource` for what holds without. */
  readonly origins?: readonly string[] | undefined;
  readonly cookie?: CookieOptions | undefined;
  /** False: none, because something before us has them. */
  readonly limits?: AuthLimitsOptions | false | undefined;
  /** Who may ask about anybody's tokens; nobody by default. */
  readonly resourceServers?: readonly ResourceServer[] | undefined;
  readonly metrics?: AuthMetrics | undefined;
  readonly log?: Log | undefined;
}

/** Counts a request under a policy. @throws {HttpProblem} 429 when there were too many */
export type Count = (policy: keyof RateLimitPolicies, key: string) => void;

/** How an answer is given. */
export interface AnswerOptions {
  /** What a 401 asks for; by default what opens no dialog in a browser. */
  readonly challenge?: string | undefined;
  /** Told how it ended. */
  readonly tell?: ((result: AttemptResult) => void) | undefined;
  /** Whether every refusal is to have the `error` of RFC 6749 §5.2; by default those of logins and refreshes alone. */
  readonly oauth?: boolean | undefined;
  /** Fields of a refusal beside its own, by its code. */
  readonly refusedWith?: ((code: string) => ResponseHeaders) | undefined;
}

/** The options of the routes, put to use. */
export class AuthContext {
  readonly auth: AuthPorts;
  readonly cookies: AuthCookies;
  readonly limits: AuthLimits | undefined;
  readonly resourceServers: ResourceServers;
  readonly metrics: AuthMetrics | undefined;
  readonly log: Log;
  readonly #origins: readonly string[] | undefined;

  constructor(options: AuthRoutesOptions) {
    const { auth, limits = {} } = options;
    this.auth = auth;
    this.cookies = new AuthCookies(options.cookie);
    this.limits = limits === false ? undefined : new AuthLimits(auth.sessions.now, limits);
    this.resourceServers = new ResourceServers(options.resourceServers);
    this.metrics = options.metrics;
    this.log = options.log ?? silentLog;
    this.#origins = options.origins;
  }

  /** Whose request this is; see `authenticateRequest`. @throws {HttpProblem} 400, 401, 403 */
  authenticate(request: HttpRequest, scope?: string): Session {
    return authenticateRequest(request.headers, this.auth.sessions, {
      unsafe: !isSafeMethod(request.method),
      origins: this.#origins,
      cookieName: this.cookies.names.access,
      query: request.query,
      scope,
    });
  }

  /**
   * Login CSRF: another site's page could log its visitor in as somebody else and watch what they do.
   * There is no cookie yet to protect, so programs, which send neither field, may pass.
   *
   * @throws {HttpProblem} 403; 400 for a token in the query
   */
  refuseOtherSites(request: HttpRequest): void {
    refuseTokenIn(request.query);
    if (requestSource(request.headers, this.#origins) === "cross-origin") throw crossOrigin();
  }

  /** For what a cookie authenticates: who sends neither field does not pass either. @throws {HttpProblem} 403 */
  requireOurPage(request: HttpRequest): void {
    if (!this.isOurPage(request)) throw crossOrigin();
  }

  isOurPage(request: HttpRequest): boolean {
    return isSameOrigin(request.headers, this.#origins);
  }

  /** A line in the log about who did what from where. */
  note(event: string, request: HttpRequest, account: string): void {
    this.log.info(event, { account, address: request.clientAddress, request: request.id });
  }

  /** A line in the log if `error` is the store's: for what went wrong behind an answer that says something else. */
  noteFailure(request: HttpRequest, error: unknown): void {
    if (error instanceof AuthError && error.code === "store/failed") this.#noteRefusal(request, error);
  }

  /**
   * Runs `work`; the refusals of accounts, sessions and stores become problems. Whatever the answer, it tells about
   * the limits that counted the request.
   */
  async answer(
    request: HttpRequest,
    work: (count: Count) => HttpResponse | Promise<HttpResponse>,
    { challenge = passwordChallenge, tell, oauth = false, refusedWith }: AnswerOptions = {},
  ): Promise<HttpResponse> {
    const decisions: RateLimitDecision[] = [];
    const count: Count = (policy, key) => {
      if (this.limits !== undefined) decisions.push(this.limits.take(policy, key));
    };
    try {
      const response = await work(count);
      tell?.("succeeded");
      return withFieldsOf(decisions, response);
    } catch (error) {
      tell?.(resultOf(error));
      if (error instanceof HttpProblem) {
        return withFieldsOf(decisions, oauth ? oauthRefusal(error) : error.response);
      }
      const refusal = error instanceof AuthError ? refusalOf(error, challenge) : undefined;
      if (refusal === undefined) throw error;
      this.#noteRefusal(request, error as AuthError);
      const headers = { ...refusal.headers, ...refusedWith?.((error as AuthError).code) };
      return withFieldsOf(decisions, { ...refusal, headers });
    }
  }

  #noteRefusal(request: HttpRequest, { code, message }: AuthError): void {
    const fields = { code, path: request.path, address: request.clientAddress, request: request.id };
    if (code === "store/failed") this.log.error("auth.store-failed", { ...fields, error: message });
    else if (code === "refresh/reused") this.log.warn("auth.refresh-reused", fields);
    else this.log.info("auth.refused", fields);
  }
}

/** The fields about limits beside those of the response, which win. */
function withFieldsOf(decisions: readonly RateLimitDecision[], response: HttpResponse): HttpResponse {
  if (decisions.length === 0) return response;
  return { ...response, headers: { ...rateLimitFields(...decisions), ...response.headers } };
}

function resultOf(error: unknown): AttemptResult {
  if (error instanceof HttpProblem) return error.status === 429 ? "limited" : "failed";
  if (!(error instanceof AuthError)) return "failed";
  switch (error.code) {
    case "refresh/invalid":
      return "invalid";
    case "refresh/expired":
      return "expired";
    case "refresh/reused":
      return "reused";
    case "auth/busy":
    case "store/failed":
      return "busy";
    default:
      return "failed";
  }
}

/** Where a session is used: the address, and in the client's own words the device. */
export function placeOf(request: HttpRequest): ClientPlace {
  return { device: request.headers["user-agent"] ?? "", address: request.clientAddress };
}

/** Who waits for the work on a password: no longer than its connection, and among a few of its address. */
export function callerOf({ signal, clientAddress }: HttpRequest): {
  readonly signal: AbortSignal;
  readonly client: string;
} {
  return { signal, client: clientOf(clientAddress) };
}
