/** RFC 6454: whether a page's origin is the one that a request was addressed to. */

/**
 * Compares the value of `Origin` with the authority in `Host`. The opaque origin `null` equals nothing.
 *
 * Behind a proxy that ends TLS we see plain HTTP while the page says https; the authority still decides.
 * The other way round (a page loaded over http, a socket over TLS) is a foreign origin.
 */
export function isSameOrigin(origin: string, host: string, secure: boolean): boolean {
  const page = parseHttpUrl(origin);
  if (page === undefined || page.origin !== origin.toLowerCase()) return false;
  const own = parseHttpUrl(`${page.protocol}//${host}`);
  // Host is an authority and nothing more: no user, no path.
  if (own === undefined || own.href !== `${own.origin}/`) return false;
  return own.host === page.host && (page.protocol === "https:" || !secure);
}

function parseHttpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}
