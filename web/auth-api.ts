/**
 * The HTTP side of a login, request by request. The tokens live in HttpOnly cookies, where no script can read
 * them, this one included; what a page may know of them is in the answers. renewal.ts decides when to ask.
 */
import { type Login, parseLogin } from "./login.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** One of the account's logins. Times are in seconds since the epoch. */
export interface LoginSession {
  readonly id: string;
  readonly created_at: number;
  readonly last_seen_at: number;
  /** What it runs on, in its own words: its User-Agent. */
  readonly device: string;
  readonly address: string;
  /** Whether it is the one of this browser. */
  readonly current: boolean;
}

/** The server said no, or (status 0) nothing. `code` and `detail` are those of its problem+json. */
export class AuthFailure extends Error {
  override readonly name = "AuthFailure";
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  /** In how many seconds another try may go better, if the server says so. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    problem: { readonly code?: unknown; readonly detail?: unknown } = {},
    retryAfter?: number,
  ) {
    super(`the server answered ${status}`);
    this.status = status;
    this.code = typeof problem.code === "string" ? problem.code : undefined;
    this.detail = typeof problem.detail === "string" ? problem.detail : undefined;
    this.retryAfter = retryAfter;
  }
}

/** @throws {AuthFailure} when the name is taken or the server refuses either field. */
export async function register(credentials: Credentials): Promise<void> {
  await dropBody(await ask("POST", "/auth/register", credentials));
}

/** Sets the login's cookies. @throws {AuthFailure} 401 when name or password is wrong. */
export async function logIn(credentials: Credentials): Promise<void> {
  await dropBody(await ask("POST", "/auth/token", credentials));
}

/** Who is logged in here, or undefined when nobody is. @throws {AuthFailure} when the server cannot say. */
export async function whoAmI(): Promise<Login | undefined> {
  try {
    const response = await ask("GET", "/auth/me");
    const login = parseLogin(await bodyOf(response), response.headers.get("date"));
    if (!login) throw new AuthFailure(0);
    return login;
  } catch (error) {
    if (error instanceof AuthFailure && error.status === 401) return undefined;
    throw error;
  }
}

/** Gets new cookies for the ones there are. @throws {AuthFailure} 401 when the login is over; its code says how */
export async function refresh(): Promise<void> {
  await dropBody(await ask("POST", "/auth/refresh"));
}

/** Ends this login and clears the cookies; one that had already ended is as good. */
export async function logOut(): Promise<void> {
  try {
    await dropBody(await ask("POST", "/auth/logout"));
  } catch (error) {
    if (!(error instanceof AuthFailure && error.status === 401)) throw error;
  }
}

/** Half a minute long, whoever has this is logged in, once: it goes straight into a socket. */
export async function getTicket(): Promise<string> {
  const { ticket } = (await bodyOf(await ask("POST", "/auth/ticket"))) as { readonly ticket?: unknown };
  if (typeof ticket !== "string") throw new AuthFailure(0);
  return ticket;
}

export async function listSessions(): Promise<readonly LoginSession[]> {
  const { sessions } = (await bodyOf(await ask("GET", "/auth/sessions"))) as {
    readonly sessions?: readonly LoginSession[];
  };
  if (!Array.isArray(sessions)) throw new AuthFailure(0);
  return sessions;
}

/** One that had already ended is as good. */
export async function endSession(id: string): Promise<void> {
  try {
    await dropBody(await ask("DELETE", `/auth/sessions/${encodeURIComponent(id)}`));
  } catch (error) {
    if (!(error instanceof AuthFailure && error.status === 404)) throw error;
  }
}

/** Ends all of them, this one too. */
export async function endAllSessions(): Promise<void> {
  await dropBody(await ask("DELETE", "/auth/sessions"));
}

/** Ends all other logins, and gives this one new cookies. @throws {AuthFailure} 401, 422 */
export async function changePassword(current: string, next: string): Promise<void> {
  await dropBody(await ask("POST", "/auth/password", { current_password: current, new_password: next }));
}

const PATIENCE = 20_000;

async function ask(method: string, path: string, body?: object): Promise<Response> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new AuthFailure(0);
  });
  if (response.ok) return response;
  const problem: unknown = await response.json().catch(() => undefined);
  throw new AuthFailure(
    response.status,
    typeof problem === "object" && problem ? problem : {},
    secondsIn(response.headers.get("retry-after")),
  );
}

/** RFC 9110 §10.2.3: a number of seconds; our server sends no date there. */
function secondsIn(field: string | null): number | undefined {
  return field !== null && /^\d{1,9}$/.test(field) ? Number(field) : undefined;
}

/** @throws {AuthFailure} when the answer breaks off, or is no JSON object and so not our server's. */
async function bodyOf(response: Response): Promise<object> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== "object" || body === null) throw new AuthFailure(0);
  return body;
}

async function dropBody(response: Response): Promise<void> {
  await response.body?.cancel();
}
