/**
 * What an application writes: a function from a request to a response. Everything else of `http` finds the
 * right one, feeds it and sends what it answers.
 */
import type { ContentForm } from "./content-fields.ts";
import type { FormFields } from "./form-content.ts";
import type { HttpResponse } from "./response.ts";

/** Answers a request. What it throws the server answers: an `HttpProblem` as it says, anything else as 500. */
export type Handler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** Field names in lower case; a field that came more than once is joined by ", ", cookies by "; ". */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

/** What the wildcards of a route took, by their names. */
export type Params = Readonly<Record<string, string>>;

/** A request as handlers see it. */
export interface HttpRequest {
  readonly method: string;
  /** Decoded and unambiguous; see `RequestTarget.path`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: HttpHeaders;
  /** Empty until the router sets it. */
  params: Params;
  /** The pattern of the route that was found, for logs and metrics; whoever finds it sets it. */
  route?: string | undefined;
  /** Names this request in every line of the log and in `x-request-id` of its response. */
  readonly id: string;
  /** The peer of the connection, which may be a proxy, as the kernel writes it. */
  readonly remoteAddress: string;
  /**
   * Who asks: the peer, or behind a trusted proxy whom that proxy names. In the one form of `canonicalAddress`;
   * empty when the peer is already gone.
   */
  readonly clientAddress: string;
  /**
   * Aborted when the connection is gone, and with it everybody who waits for the answer. All requests of a
   * connection share it. A handler may throw its reason: nobody will see the answer, and no failure is logged.
   */
  readonly signal: AbortSignal;
  /** What the head says of the content, for a handler that takes more than one form. */
  readonly contentForm: ContentForm | "other" | "none";
  /**
   * The content as JSON. The first call starts the clock and the reading; all calls get the same.
   *
   * @throws {HttpProblem} 400, 408, 413 or 415
   */
  json(): Promise<unknown>;
  /**
   * The content as application/x-www-form-urlencoded, read like {@link json}.
   *
   * @throws {HttpProblem} 400, 408, 413 or 415
   */
  form(): Promise<FormFields>;
}
