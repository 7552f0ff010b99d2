/** Routes of one's own that only who is logged in gets to. */
import type { Session, Sessions } from "../../auth/index.ts";
import type { Handler, HttpRequest } from "../message/handler.ts";
import type { HttpResponse } from "../message/response.ts";
import { type AuthenticateOptions, authenticateRequest } from "./authenticate.ts";
import { isSafeMethod } from "./csrf.ts";

/** What {@link protect} needs to know of logins: the same as the routes under `/auth`. */
export interface ProtectOptions extends Pick<AuthenticateOptions, "origins" | "cookieName" | "scope"> {
  readonly sessions: Pick<Sessions, "authenticate">;
}

/**
 * A handler that asks `answer` for the response to whoever is logged in, and refuses everybody else as
 * `authenticateRequest` does. A cookie counts for a method that changes something (RFC 9110 §9.2.1) from our own
 * pages only.
 */
export function protect(
  { sessions, ...options }: ProtectOptions,
  answer: (request: HttpRequest, session: Session) => HttpResponse | Promise<HttpResponse>,
): Handler {
  return (request) => {
    const unsafe = !isSafeMethod(request.method);
    const { headers, query } = request;
    return answer(request, authenticateRequest(headers, sessions, { ...options, unsafe, query }));
  };
}
