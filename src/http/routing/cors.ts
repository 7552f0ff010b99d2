/**
 * The CORS protocol, from the server's side (Fetch §3.3, https://fetch.spec.whatwg.org/#http-cors-protocol): which
 * other origins' pages may read our answers.
 *
 *     a listed origin      may read everything, with the user's cookies
 *     any origin           may read what is public anyway, and sends no cookies there
 *     any other origin     gets not one of these fields, and its browser keeps the answer from it
 *
 * An origin is listed or it is not: it is compared whole, as a browser writes it, and what a request says is never
 * repeated to it because it says so. CORS keeps nobody from sending a request; that is what `csrf.ts` is for.
 *
 * There is no `Access-Control-Allow-Private-Network`: browsers ask their user before a page may reach into a local
 * network (https://wicg.github.io/local-network-access/), and the draft in which the server was asked was given up.
 */
import type { Handler, HttpRequest } from "../message/handler.ts";
import { HttpProblem } from "../message/problem.ts";
import type { HttpResponse, ResponseHeaders } from "../message/response.ts";

/** Which pages of other origins may read what. */
export interface CorsOptions {
  /** Whose pages may use the API with their user's cookies, as a browser writes them: `https://app.example`. */
  readonly origins: readonly string[];
  /** The paths that anybody's page may read, without cookies; the keys and the description of the API by default. */
  readonly publicPaths?: readonly string[] | undefined;
  /** What a page may do beside GET, HEAD and POST, which need no leave; DELETE by default. */
  readonly methods?: readonly string[] | undefined;
  /** The fields that a page may set, beside those that need no leave. */
  readonly requestFields?: readonly string[] | undefined;
  /** The fields of an answer that a page may read, beside those that need no leave. */
  readonly responseFields?: readonly string[] | undefined;
  /** For how long a browser need not ask again, in seconds; 600 by default. */
  readonly maxAgeSeconds?: number | undefined;
}

const defaultPublicPaths = ["/.well-known/jwks.json", "/openapi.json"];
const defaultRequestFields = ["Authorization", "Content-Type", "If-None-Match", "X-Request-Id"];
const defaultResponseFields = [
  "ETag",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
  "X-Request-Id",
];

/**
 * `handler` with the CORS protocol around it. The preflights of listed origins are answered here; anything else goes
 * on, and its answer, a problem that was thrown too, gets the fields that are due. (An error that is no problem
 * becomes a 500 further out, which no other origin gets to read.)
 *
 * @throws {TypeError} when an origin is invalid, or not written as a browser writes it
 * @throws {RangeError} when `maxAgeSeconds` is no whole number
 */
export function cors(handler: Handler, options: CorsOptions): Handler {
  const origins = new Set(options.origins.map(checkOrigin));
  const publicPaths = new Set(options.publicPaths ?? defaultPublicPaths);
  const preflightFields = preflightFieldsOf(options);
  const exposed = (options.responseFields ?? defaultResponseFields).join(", ");
  return (request) => {
    if (publicPaths.has(request.path)) {
      return isPreflight(request) ? publicPreflight : decorated(handler, request, publicFields);
    }
    if (origins.size === 0) return handler(request);
    const { origin } = request.headers;
    if (origin === undefined || !origins.has(origin)) return decorated(handler, request, varying);
    const listed = {
      ...varying,
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
    };
    if (isPreflight(request)) return { status: 204, headers: { ...listed, ...preflightFields } };
    return decorated(handler, request, { ...listed, "access-control-expose-headers": exposed });
  };
}

/**
 * Fetch §3.3.5: "*" stands for all origins, and for all fields but Authorization, where no credentials are sent. It
 * is the same for every origin, so there is nothing to vary by.
 */
const publicFields: ResponseHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "*",
};
const publicPreflight: HttpResponse = {
  status: 204,
  headers: {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "*",
    "access-control-max-age": "600",
  },
};

/**
 * RFC 9110 §12.5.5: another origin, or none, would have got other fields. So also where there are none: a cache
 * would hand the answer of one to the other.
 */
const varying: ResponseHeaders = { vary: "Origin" };

/** Fetch §3.3.2: a CORS-preflight request. An OPTIONS without both fields is for the router. */
function isPreflight({ method, headers }: HttpRequest): boolean {
  const { origin, "access-control-request-method": asked } = headers;
  return method === "OPTIONS" && origin !== undefined && asked !== undefined;
}

/** The same whatever is asked for: who asks for something else is refused by the browser, which compares. */
function preflightFieldsOf(options: CorsOptions): ResponseHeaders {
  const { methods = ["DELETE"], requestFields = defaultRequestFields, maxAgeSeconds = 600 } = options;
  if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
    throw new RangeError(`maxAgeSeconds cannot be ${maxAgeSeconds}`);
  }
  return {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": requestFields.join(", "),
    "access-control-max-age": String(maxAgeSeconds),
  };
}

/** What `handler` answers, with `fields` added to it; at once where it answers at once. */
function decorated(handler: Handler, request: HttpRequest, fields: ResponseHeaders): ReturnType<Handler> {
  try {
    const response = handler(request);
    if (!(response instanceof Promise)) return withFields(response, fields);
    return response.catch(responseOf).then((answered) => withFields(answered, fields));
  } catch (error) {
    return withFields(responseOf(error), fields);
  }
}

/** @throws `error` when it is no problem */
function responseOf(error: unknown): HttpResponse {
  if (error instanceof HttpProblem) return error.response;
  throw error;
}

function withFields(response: HttpResponse, fields: ResponseHeaders): HttpResponse {
  const { vary: before } = response.headers ?? {};
  const vary = [before ?? [], fields.vary ?? []].flat().join(", ");
  return { ...response, headers: { ...response.headers, ...fields, ...(vary !== "" && { vary }) } };
}

/**
 * HTML §7.1.1: the serialization of a tuple origin. Anything else would be compared in vain, and "null" is what
 * sandboxed frames and local files of anybody send.
 */
function checkOrigin(origin: string): string {
  const written = /^https?:/.test(origin)
    ? URL.parse(origin)?.origin === origin
    : /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d+)?$/.test(origin); // an application's own scheme
  // A star is a character of hosts like any other, and is taken for a pattern by who writes one.
  if (!written || origin.includes("*"))
    throw new TypeError(`${JSON.stringify(origin)} is no origin as a browser writes it`);
  return origin;
}
