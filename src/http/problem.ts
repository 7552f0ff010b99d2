/**
 * RFC 9457: every refusal as a problem details object.
 *
 *     {"type":"about:blank","title":"Not Found","status":404,"detail":"…","code":"http/not-found"}
 *
 * People read `title` and `detail`; programs branch on `status` and on `code`, an extension member
 * (RFC 9457 §3.2).
 */
import type { HttpResponse, ResponseHeaders } from "./response.ts";
import { reasonPhrase } from "./response.ts";

/** What this folder itself refuses, and why. The codes of accounts and tokens stand beside these. */
export type HttpProblemCode =
  | "http/malformed-request"
  | "http/malformed-target"
  | "http/duplicate-field"
  | "http/missing-host"
  | "http/empty-content"
  | "http/malformed-content"
  | "http/incomplete-content"
  | "http/content-too-large"
  | "http/content-timeout"
  | "http/request-timeout"
  | "http/header-too-large"
  | "http/unsupported-media-type"
  | "http/unsupported-content-coding"
  | "http/not-found"
  | "http/method-not-allowed"
  | "http/expectation-failed"
  | "http/not-implemented"
  | "http/upgrade-required"
  | "http/cross-origin"
  | "http/unavailable"
  | "http/internal"
  | "auth/missing-credentials"
  | "auth/malformed-credentials"
  | "token/invalid"
  | "token/expired"
  | "token/revoked";

/** The members of a problem details object (RFC 9457 §3.1) except `status`, which is the response's own. */
export interface ProblemDetails {
  /** A URI; without one the problem is what its status says, `about:blank` (RFC 9457 §4.2.1). */
  readonly type?: string | undefined;
  /** The same for every occurrence; the phrase of the status by default. */
  readonly title?: string | undefined;
  /** What the client can do about this occurrence. Never what it sent as a secret. */
  readonly detail?: string | undefined;
  readonly code?: string | undefined;
}

/**
 * The response that reports a problem. It is never stored by a cache unless `headers` say so.
 *
 * RFC 9457 §3.1.2: "Generators MUST use the same status code in the actual HTTP response": there is
 * one argument for both.
 */
export function problem(
  status: number,
  details: ProblemDetails = {},
  headers: ResponseHeaders = {},
): HttpResponse {
  const { type = "about:blank", title = reasonPhrase(status), detail, code } = details;
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    body: JSON.stringify({ type, title, status, detail, code }),
  };
}

/** Thrown where a request cannot be served: the server answers with {@link response}. */
export class HttpProblem extends Error {
  readonly code: HttpProblemCode;
  readonly status: number;
  readonly response: HttpResponse;

  /** @param detail one sentence for the client; it becomes the message */
  constructor(status: number, code: HttpProblemCode, detail: string, headers: ResponseHeaders = {}) {
    super(detail);
    this.name = "HttpProblem";
    this.code = code;
    this.status = status;
    this.response = problem(status, { detail, code }, headers);
  }
}
