/**
 * How accounts, tokens and stores refuse, as responses: problems (RFC 9457), with the challenge that a 401 needs and,
 * for clients of OAuth 2.0, the `error` of RFC 6749 §5.2 beside the `code`.
 */
import type { AuthError, AuthErrorCode } from "../../auth/index.ts";
import { realm } from "../credentials/authenticate.ts";
import { problem } from "../message/problem.ts";
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
 * The response to a refusal, or undefined when `error` is none: the machine's trouble, at its start.
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

function isProblemCode(code: AuthErrorCode): code is Extract<AuthErrorCode, ProblemCode> {
  return Object.hasOwn(problemCodes, code);
}
