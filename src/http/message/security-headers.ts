/**
 * The fields that tell a browser what our answers may not be used for.
 */
import type { ResponseHeaders } from "./response.ts";

/** For every answer that is no page: it is data, it is not to be sniffed, framed, run or read elsewhere. */
export const apiHeaders: ResponseHeaders = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * For pages: scripts and styles from our own files alone, connections to our own origin alone, camera
 * and microphone for ourselves alone, no frames in either direction.
 *
 * @param origin ours, when known ("https://example.com"): names the WebSocket origin for browsers that do
 *   not yet count ws: and wss: as `'self'` (CSP Level 3 does)
 */
export function pageHeaders(origin?: string): ResponseHeaders {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${origin === undefined ? "" : ` ${webSocketOrigin(origin)}`}`,
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    // Not "no-referrer": a form would then be sent with "Origin: null", which is nobody's.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}

/** What a browser is to remember of our host (RFC 6797 §6.1). */
export interface StrictTransportSecurity {
  /** For how long, in whole seconds; by default two years. */
  readonly maxAgeSeconds?: number | undefined;
  /** Whether it holds for all hosts below ours too. By default false. */
  readonly includeSubDomains?: boolean | undefined;
  /** Asks for a place in the list that browsers are built with. There is no quick way out of it. By default false. */
  readonly preload?: boolean | undefined;
}

/**
 * The value of the field Strict-Transport-Security. Only for hosts whose every port 80 and 443 is behind TLS: RFC 6797
 * §7.2: "An HSTS Host MUST NOT include the STS header field in HTTP responses conveyed over non-secure transport."
 *
 * @throws {RangeError} when the age is no whole number, or the list of browsers would not take it
 */
export function strictTransportSecurity(options: StrictTransportSecurity): string {
  const { maxAgeSeconds = 2 * 365 * 86_400, includeSubDomains = false, preload = false } = options;
  if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
    throw new RangeError("maxAgeSeconds must be a whole number, not negative");
  }
  if (preload && (!includeSubDomains || maxAgeSeconds < 365 * 86_400)) {
    throw new RangeError("preload wants includeSubDomains and a year at least");
  }
  const directives = [`max-age=${maxAgeSeconds}`];
  if (includeSubDomains) directives.push("includeSubDomains");
  if (preload) directives.push("preload");
  return directives.join("; ");
}

/** "https://a.example:8443" → "wss://a.example:8443". */
function webSocketOrigin(origin: string): string {
  if (!/^https?:\/\/[^\s/;,'"]+$/.test(origin)) throw new TypeError("malformed origin");
  return origin.replace(/^http/, "ws");
}
