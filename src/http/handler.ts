/**
 * What an application writes: a function from a request to a response. The rest of this folder finds the
 * right one, feeds it and sends what it answers.
 */
import type { HttpResponse } from "./response.ts";

/** Answers a request. What it throws the server answers: an `HttpProblem` as it says, anything else as 500. */
export type Handler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** Field names in lower case; a field that came more than once is joined by ", ", cookies by "; ". */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

/** What the wildcards of a route took, by their names. */
export type Params = Readonly<Record<string, string>>;

export interface HttpRequest {
  readonly method: string;
  /** Decoded and unambiguous; see `RequestTarget.path`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: HttpHeaders;
  /** Empty until the router sets it. */
  params: Params;
  /** The peer of the connection, which may be a proxy. */
  readonly remoteAddress: string;
  /**
   * Aborted when the connection is gone, and with it everybody who waits for the answer. All requests of a
   * connection share it. A handler may throw its reason: nobody will see the answer, and no failure is logged.
   */
  readonly signal: AbortSignal;
  /**
   * The content as JSON. The first call starts the clock and the reading; all calls get the same.
   *
   * @throws {HttpProblem} 400, 408, 413 or 415
   */
  json(): Promise<unknown>;
}
