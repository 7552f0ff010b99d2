/**
 * The HTTP side of a login. The token lives in an HttpOnly cookie, where no script can read it, this one
 * included: the token in the answer to POST /auth/token is for programs and is dropped here unread.
 */

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Person {
  readonly id: string;
  readonly username: string;
}

/** The server said no, or (status 0) nothing. `code` and `detail` are those of its problem+json. */
export class AuthFailure extends Error {
  override readonly name = "AuthFailure";
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string | undefined;

  constructor(status: number, problem: { readonly code?: unknown; readonly detail?: unknown } = {}) {
    super(`the server answered ${status}`);
    this.status = status;
    this.code = typeof problem.code === "string" ? problem.code : undefined;
    this.detail = typeof problem.detail === "string" ? problem.detail : undefined;
  }
}

/** @throws {AuthFailure} when the name is taken or the server refuses either field. */
export async function register(credentials: Credentials): Promise<void> {
  await dropBody(await ask("POST", "/auth/register", credentials));
}

/** Sets the login cookie. @throws {AuthFailure} 401 when name or password is wrong. */
export async function logIn(credentials: Credentials): Promise<void> {
  await dropBody(await ask("POST", "/auth/token", credentials));
}

/** Who is logged in here, or undefined when nobody is. @throws {AuthFailure} when the server cannot say. */
export async function whoAmI(): Promise<Person | undefined> {
  try {
    const answer = await bodyOf(await ask("GET", "/auth/me"));
    return isPerson(answer) ? answer : undefined;
  } catch (error) {
    if (error instanceof AuthFailure && error.status === 401) return undefined;
    throw error;
  }
}

/** Revokes the token and clears the cookie; a login that had already ended is as good. */
export async function logOut(): Promise<void> {
  try {
    await dropBody(await ask("POST", "/auth/logout"));
  } catch (error) {
    if (!(error instanceof AuthFailure && error.status === 401)) throw error;
  }
}

const PATIENCE = 20_000;

async function ask(method: string, path: string, body?: Credentials): Promise<Response> {
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
  throw new AuthFailure(response.status, typeof problem === "object" && problem ? problem : {});
}

/** @throws {AuthFailure} when the answer breaks off, or is no JSON and so not our server's. */
function bodyOf(response: Response): Promise<unknown> {
  return response.json().catch(() => {
    throw new AuthFailure(0);
  });
}

async function dropBody(response: Response): Promise<void> {
  await response.body?.cancel();
}

function isPerson(value: unknown): value is Person {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "username" in value &&
    typeof value.username === "string"
  );
}
