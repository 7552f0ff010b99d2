/**
 * Whose WebSocket this will be: one of four ways to say so at the upgrade, the safest first.
 *
 *     cookie           our own page; nothing is in the page's hands, nothing in the URL
 *     ?ticket=…        a page elsewhere, or one without cookies: good once, for half a minute, from one origin
 *     Authorization    programs, which can set the field; browsers cannot
 *     first message    none of these: the socket opens, and has 5 s to say {type: "auth", …}
 *
 * A token in the query string is refused: URLs end up in logs, histories and Referer fields, and a token in
 * one of those is good for minutes. RFC 9700 §4.3.2: "Clients MUST NOT pass access tokens in a URI query
 * parameter".
 */
import { AuthError, type Session, type Sessions, socketsScope, type Tickets } from "../auth/index.ts";
import {
  authenticateRequest,
  bearerChallenge,
  type CredentialFields,
  HttpProblem,
  parseBearer,
  realm,
  refuseTokenIn,
} from "../http/index.ts";
import type { UpgradeRequest } from "../websocket/index.ts";

/** What the decision needs. */
export interface UpgradeLoginOptions {
  readonly sessions: Pick<Sessions, "authenticate">;
  readonly tickets: Pick<Tickets, "redeem">;
  /** Whom a token in the Authorization field stands for, where that may be another kind too. @throws {AuthError} */
  readonly authenticateBearer?: ((token: string) => Session) | undefined;
  /** Our origins; see `requestSource` of `http`. */
  readonly origins: readonly string[];
  readonly cookieName?: string | undefined;
}

/**
 * The session that an upgrade shows, or undefined when it shows nothing at all and may do so in its first message.
 *
 * @throws {HttpProblem} 400 for a token in the query string, 401 for what is no good, 403 for another site's page or
 *   a token that is not for sockets
 */
export function upgradeLogin(request: UpgradeRequest, options: UpgradeLoginOptions): Session | undefined {
  const { query } = request;
  refuseTokenIn(query);
  const tickets = query.getAll("ticket");
  if (tickets.length > 1) throw refusedTicket("There is more than one ticket.");
  if (tickets.length === 1) return redeem(tickets[0]!, request.header("origin"), options);
  try {
    const { sessions, origins, cookieName } = options;
    const requirements = { unsafe: true, scope: socketsScope, origins, cookieName };
    const credentials = credentialsOf(request);
    const { authenticateBearer } = options;
    const takesOthers =
      authenticateBearer !== undefined && parseBearer(credentials.authorization) !== undefined;
    const authenticator = takesOthers ? { authenticate: authenticateBearer } : sessions;
    return authenticateRequest(credentials, authenticator, requirements);
  } catch (error) {
    const shown = request.header("authorization") !== undefined;
    if (!shown && error instanceof HttpProblem && error.code === "auth/missing-credentials") return undefined;
    throw error;
  }
}

function redeem(ticket: string, origin: string | undefined, { tickets }: UpgradeLoginOptions): Session {
  try {
    return tickets.redeem(ticket, origin);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    throw refusedTicket(error.message);
  }
}

function credentialsOf(request: UpgradeRequest): CredentialFields {
  return {
    authorization: request.header("authorization"),
    cookie: request.headers.get("cookie")?.join("; "), // RFC 6265bis §4.2.1: one cookie-string
    origin: request.header("origin"),
    host: request.header("host"),
    "sec-fetch-site": request.header("sec-fetch-site"),
  };
}

function refusedTicket(detail: string): HttpProblem {
  return new HttpProblem(401, "ticket/invalid", detail, { "www-authenticate": bearerChallenge(realm) });
}
