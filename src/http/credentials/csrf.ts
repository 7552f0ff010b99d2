/**
 * Which site a request comes from, by the two fields that a page cannot forge: `Sec-Fetch-Site` (W3C
 * Fetch Metadata) and `Origin` (RFC 6454 §7). No token in forms, no state.
 */

/** The fields that tell, as node:http names them. */
export interface OriginFields {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly "sec-fetch-site"?: string | undefined;
}

/**
 * `same-origin`: one of our pages, or the user's own doing. `cross-origin`: somebody else's page.
 * `unknown`: neither field is there, so no browser of this decade.
 */
export type RequestSource = "same-origin" | "cross-origin" | "unknown";

/**
 * Where a request comes from.
 *
 * @param ours our origins as a browser writes them ("https://example.com"); when none is configured, an
 *   Origin is ours when its host and port are those of the Host field. The scheme is not compared then:
 *   behind a proxy that ends TLS we do not know it.
 */
export function requestSource(fields: OriginFields, ours: readonly string[] = []): RequestSource {
  const { origin, "sec-fetch-site": site } = fields;
  if (origin !== undefined && ours.includes(origin)) return "same-origin";
  // "none" is an act of the user: typed, bookmarked, reloaded.
  if (site !== undefined) return site === "same-origin" || site === "none" ? "same-origin" : "cross-origin";
  if (origin === undefined) return "unknown";
  if (ours.length > 0 || fields.host === undefined) return "cross-origin";
  return hostOf(origin) === fields.host.toLowerCase() ? "same-origin" : "cross-origin";
}

/** Whether a request proves that it comes from our own pages. Ask this where a cookie authenticates. */
export function isSameOrigin(fields: OriginFields, ours: readonly string[] = []): boolean {
  return requestSource(fields, ours) === "same-origin";
}

/** Whether a page makes the request, whoever's it is: a script can leave out neither field, and programs send none. */
export function isPage({ origin, "sec-fetch-site": site }: OriginFields): boolean {
  return origin !== undefined || site !== undefined;
}

/** RFC 9110 §9.2.1: "the GET, HEAD, OPTIONS, and TRACE methods are defined to be safe." */
export function isSafeMethod(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS", "TRACE"].includes(method);
}

/** Host and port of a serialized origin; undefined for "null" and for what is no origin. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/?#@\s]+)$/i.exec(origin)?.[1]?.toLowerCase();
}
