/**
 * RFC 6265bis (draft-ietf-httpbis-rfc6265bis, which replaces RFC 6265) §4: cookies from the server's side.
 *
 *     cookie-pair  = cookie-name BWS "=" BWS cookie-value
 *     cookie-name  = token
 *     cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
 *     cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
 */
import { trimWhitespace } from "../message/whitespace.ts";

/**
 * The cookies of a Cookie field by name. Reads anything and never throws: other servers on the same
 * host set cookies too, and theirs are none of our business.
 *
 * A name that comes twice with different values is left out. RFC 6265bis §4.2.2: "servers SHOULD NOT
 * rely upon the order in which these cookies appear in the header field", so neither can be trusted to
 * be the one we set: a sibling domain may have planted the other (RFC 6265bis §8.6).
 *
 * RFC 6265bis §4.1.1: the quotes around a value are part of it, so they stay.
 *
 * @param field undefined when there was none; several are joined by "; " before (as node:http does)
 */
export function parseCookies(field: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const pair of (field ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue; // the value of a nameless cookie
    const name = trimWhitespace(pair.slice(0, equals));
    const value = trimWhitespace(pair.slice(equals + 1));
    if (name === "") continue;
    if ((cookies.get(name) ?? value) !== value) ambiguous.add(name);
    cookies.set(name, value);
  }
  for (const name of ambiguous) cookies.delete(name);
  return cookies;
}

/** What the user agent keeps beside the value. Nothing is set by default but what is written here. */
export interface CookieAttributes {
  /** Seconds; 0 deletes the cookie. */
  readonly maxAgeSeconds?: number | undefined;
  readonly domain?: string | undefined;
  readonly path?: string | undefined;
  readonly secure?: boolean | undefined;
  readonly httpOnly?: boolean | undefined;
  readonly sameSite?: "Strict" | "Lax" | "None" | undefined;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const COOKIE_VALUE =
  /^(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*|"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")$/;
const PATH_VALUE = /^\/[\x20-\x3a\x3c-\x7e]*$/;
const DOMAIN_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const MAX_PAIR = 4096;
const MAX_ATTRIBUTE = 1024;

/**
 * The value of a Set-Cookie field. RFC 6265bis §4.1.1: "Servers conforming to this profile MUST NOT
 * send Set-Cookie header fields that deviate from the following grammar".
 *
 * @throws {TypeError} when a part is outside the grammar, or user agents would drop the cookie: too long
 *   (RFC 6265bis §5.6), or without what the prefix of its name promises (RFC 6265bis §4.1.3)
 */
export function serializeCookie(name: string, value: string, attributes: CookieAttributes = {}): string {
  if (!TOKEN.test(name)) throw new TypeError("a cookie's name must be a token");
  if (!COOKIE_VALUE.test(value)) throw new TypeError("a cookie's value must be of cookie-octets");
  if (name.length + value.length > MAX_PAIR) throw new TypeError("a cookie must not exceed 4096 octets");
  checkPromises(name, attributes);
  const { maxAgeSeconds, domain, path, secure, httpOnly, sameSite } = attributes;
  const parts = [`${name}=${value}`];
  if (maxAgeSeconds !== undefined) {
    if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
      throw new TypeError("Max-Age must be a whole number of seconds");
    }
    parts.push(`Max-Age=${maxAgeSeconds}`);
  }
  if (domain !== undefined) parts.push(`Domain=${checkAttribute("Domain", domain, DOMAIN_VALUE)}`);
  if (path !== undefined) parts.push(`Path=${checkAttribute("Path", path, PATH_VALUE)}`);
  if (secure) parts.push("Secure");
  if (httpOnly) parts.push("HttpOnly");
  if (sameSite !== undefined) parts.push(`SameSite=${sameSite}`);
  return parts.join("; ");
}

function checkAttribute(name: string, value: string, grammar: RegExp): string {
  if (!grammar.test(value) || value.length > MAX_ATTRIBUTE)
    throw new TypeError(`malformed ${name} of a cookie`);
  return value;
}

/** RFC 6265bis §4.1.3.1, §4.1.3.2 and §5.7: what a user agent would silently refuse to store. */
function checkPromises(name: string, { secure, path, domain, sameSite }: CookieAttributes): void {
  if (/^__(?:Secure|Host)-/i.test(name) && !secure) throw new TypeError(`${name} must be Secure`);
  if (/^__Host-/i.test(name) && (path !== "/" || domain !== undefined)) {
    throw new TypeError(`${name} must have Path=/ and no Domain`);
  }
  if (sameSite === "None" && !secure) throw new TypeError("a cookie with SameSite=None must be Secure");
}
