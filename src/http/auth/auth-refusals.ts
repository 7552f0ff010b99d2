/**
 * How accounts, tokens and stores refuse, as responses: problems (RFC 9457), with the challenge that a 401 needs and,
 * for clients of OAuth 2.0, the `error` of RFC 6749 §5.2 beside the `code`.
 */
import type { AuthError, AuthErrorCode } from "../../auth/index.ts";
import { realm } from "../credentials/authenticate.ts";
import { type HttpProblem, type HttpProblemCode, problem } from "../message/problem.ts";
import { type ProblemCode, problemCodes } from "../message/problem-codes.ts";
import type { HttpResponse, ResponseHeaders } from "../message/response.ts";

/** A scheme of our own, which no client takes for one it knows: it says where to log in and opens no dialog. */
export const passwordChallenge: string = `Password realm="${realm}"`;

/** The `error` of RFC 6749 §5.2, where it has one for the code. */
const oauthErrors: Readonly<Partial<Record<AuthErrorCode, string>>> = {
  "auth/bad-credentials": "invalid_grant",
  "auth/invalid-scope": "invalid_scope",
  "refresh/invalid": "invalid_grant",
  "refresh/expired": "invalid_grant",
  "refresh/reused": "invalid_grant",
};

/** In seconds: a queue of logins has moved on by then, and a lock on the database is gone. */
const retryAfter = "2";

/**
 * The response to a refusal, or undefined when `error` is not one: the machine's trouble, at its start.
 *
 * @param challenge of a 401
 */
export function refusalOf(error: AuthError, challenge: string): HttpResponse | undefined {
  const { code, message } = error;
  if (!isProblemCode(code)) return undefined;
  const { status } = problemCodes[code];
  // What a store or a queue says of itself is for the log.
  const detail = status === 503 ? "The server is busy; try again." : message;
  const headers: ResponseHeaders =
    status === 401 ? { "www-authenticate": challenge } : status === 503 ? { "retry-after": retryAfter } : {};
  const members = oauthErrors[code] === undefined ? {} : { error: oauthErrors[code] };
  return problem(status, { code, detail, members }, headers);
}

/**
 * A refusal of a request of OAuth 2.0, which is to be told as RFC 6749 §5.2 has it (RFC 7009 §2.2.1, RFC 7662 §2.3):
 * with an `error`, where there is one for it.
 */
export function oauthRefusal({ status, code, message, response }: HttpProblem): HttpResponse {
  const error = oauthErrorOf(status, code);
  if (error === undefined) return response;
  return problem(status, { code, detail: message, members: { error } }, response.headers);
}

/** A refused bearer token has its error in the challenge (RFC 6750 §3), and a page's fault is no client's. */
function oauthErrorOf(status: number, code: HttpProblemCode): string | undefined {
  if (code === "auth/unsupported-grant") return "unsupported_grant_type";
  if (code === "auth/bad-credentials") return "invalid_client";
  return status === 400 ? "invalid_request" : undefined;
}

function isProblemCode(code: AuthErrorCode): code is Extract<AuthErrorCode, ProblemCode> {
  return Object.hasOwn(problemCodes, code);
}
