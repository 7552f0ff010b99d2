/**
 * RFC 9457: every refusal as a problem details object.
 *
 *     {"type":"urn:barewire:problem:http:not-found","title":"Not Found","status":404,"detail":"…","code":"http/not-found"}
 *
 * People read `title` and `detail`; programs branch on `type` or on `code`, an extension member (RFC 9457 §3.2), which
 * say the same.
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
  | "http/malformed-form"
  | "http/malformed-query"
  | "http/not-found"
  | "http/method-not-allowed"
  | "http/expectation-failed"
  | "http/not-implemented"
  | "http/upgrade-required"
  | "http/cross-origin"
  | "http/rate-limited"
  | "http/unavailable"
  | "http/internal"
  | "auth/bad-credentials"
  | "auth/missing-credentials"
  | "auth/malformed-credentials"
  | "auth/insufficient-scope"
  | "auth/unsupported-grant"
  | "auth/token-in-query"
  | "auth/metrics-closed"
  | "token/invalid"
  | "token/expired"
  | "token/revoked"
  | "refresh/invalid"
  | "refresh/expired"
  | "refresh/reused"
  | "session/unknown"
  | "ticket/invalid"
  | "rooms/unknown"
  | "rooms/unknown-peer"
  | "rooms/unknown-ban"
  | "rooms/invalid-settings"
  | "rooms/invalid-grant"
  | "rooms/forbidden"
  | "rooms/unavailable";

/** The members of a problem details object (RFC 9457 §3.1) except `status`, which is the response's own. */
export interface ProblemDetails {
  /** A URI. By default {@link problemType} of the code; without a code `about:blank` (RFC 9457 §4.2.1). */
  readonly type?: string | undefined;
  /** The same for every occurrence; the phrase of the status by default. */
  readonly title?: string | undefined;
  /** What the client can do about this occurrence. Never what it sent as a secret. */
  readonly detail?: string | undefined;
  readonly code?: string | undefined;
  /** Further extension members (RFC 9457 §3.2), which none of the above are named. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
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
  const { title = reasonPhrase(status), detail, code } = details;
  const type = details.type ?? (code === undefined ? "about:blank" : problemType(code));
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    body: JSON.stringify({ type, title, status, detail, code, ...details.members }),
  };
}

/**
 * The identifier of the problems with `code`: `http/not-found` is `urn:barewire:problem:http:not-found`. It names, and
 * leads nowhere: RFC 9457 §3.1.1: "consumers SHOULD NOT automatically dereference the type URI".
 */
export function problemType(code: string): string {
  return `urn:barewire:problem:${code.replaceAll("/", ":")}`;
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
