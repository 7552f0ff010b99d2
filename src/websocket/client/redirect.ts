/**
 * RFC 6455 §4.1: "the server might redirect the client using a 3xx status code (but clients are not required
 * to follow them)". Where to (RFC 9110 §15.4), and with what.
 */

import { WebSocketHandshakeError } from "../errors.ts";
import { valuesOf } from "../handshake/header.ts";
import { type DialRequest, type TlsOptions, webSocketUrl } from "./client-options.ts";

/** Those that say where to ask again; a GET remains one. */
export function isRedirect(status: number | undefined): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The next attempt after an answer that redirects; undefined after one that does not say where to.
 *
 * @throws {WebSocketHandshakeError} `handshake/redirect` when it is not to be followed
 */
export function redirected(request: DialRequest, answer: WebSocketHandshakeError): DialRequest | undefined {
  const [location, ...others] = valuesOf(answer.headers, "location");
  if (!isRedirect(answer.status) || location === undefined || others.length > 0) return undefined;
  const url = webSocketUrl(URL.parse(location, request.url.href));
  if (url === undefined) throw notFollowed("it leads to no WebSocket", answer);
  if (request.url.protocol === "wss:" && url.protocol === "ws:") {
    throw notFollowed("it leads from wss: to ws:", answer);
  }
  // A fragment means nothing here, and whose credentials are sent is not for a server to say.
  url.hash = "";
  url.username = "";
  url.password = "";
  if (url.protocol === request.url.protocol && url.host === request.url.host) return { ...request, url };
  // Tokens travel in subprotocols, since a page can send no other header; which one is a token nobody can tell. To
  // leave them out would be to ask for another conversation.
  if (request.subprotocols.length > 0) throw notFollowed("subprotocols do not go to another origin", answer);
  return { ...withoutCredentials(request), url };
}

/** The error after a redirect that is not followed. The URL is not in it: URLs hold tokens. */
export function notFollowed(why: string, answer: WebSocketHandshakeError): WebSocketHandshakeError {
  const { status, headers } = answer;
  return new WebSocketHandshakeError("handshake/redirect", `the redirect is not followed: ${why}`, {
    status,
    headers,
  });
}

/** Whom to trust, and with which algorithms. All else may hold a key, whatever Node calls it: a context, an engine. */
const PUBLIC_TLS = [
  ...(["ca", "crl", "rejectUnauthorized", "checkServerIdentity", "allowPartialTrustChain"] as const),
  ...(["ciphers", "sigalgs", "ecdhCurve", "minVersion", "maxVersion", "secureProtocol"] as const),
  "secureOptions",
] as const satisfies readonly (keyof TlsOptions)[];

/**
 * What may go to another origin. Any header of the application may be a secret, whatever its name; what is
 * left out once does not come back, even if the way leads back.
 */
function withoutCredentials(request: DialRequest): DialRequest {
  const given = request.tls;
  const tls: TlsOptions = Object.fromEntries(
    PUBLIC_TLS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  );
  const origin = Object.entries(request.headers).filter(([name]) => name.toLowerCase() === "origin");
  // A session leads to one server.
  const http2 = request.http2 === undefined ? undefined : true;
  return { ...request, tls, http2, headers: Object.fromEntries(origin) };
}
