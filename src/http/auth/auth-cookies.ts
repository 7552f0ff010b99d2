/**
 * The two cookies of a page: what they are called and how they are set and taken away.
 *
 *     __Host-barewire_access     every request of our pages; SameSite=Lax, as long as the access token
 *     __Secure-barewire_refresh  requests to /auth alone; SameSite=Strict, as long as the refresh token
 *
 * HttpOnly: no script reads them. SameSite: no other site's page sends them, but the first with a link that is
 * followed. The prefixes (RFC 6265bis §4.1.3) keep plain http from planting them, and `__Host-` also siblings of our
 * domain. From those nothing keeps the second one, which its path keeps out of all other requests: a sibling that is
 * not to be trusted can log a visitor in as itself, or, beside the cookie of ours, out (see `parseCookies`).
 */
import type { IssuedTokens } from "../../auth/index.ts";
import { defaultCookieName } from "../credentials/authenticate.ts";
import { type CookieAttributes, parseCookies, serializeCookie } from "../credentials/cookies.ts";

/** How the cookies are called and kept. */
export interface CookieOptions {
  /**
   * True by default; Chrome and Firefox keep such cookies of http://localhost too. False only for plain http
   * elsewhere: the names then lose their prefixes, which promise what is not there.
   */
  readonly secure?: boolean | undefined;
  /** The name of the access token's, with its prefix. */
  readonly name?: string | undefined;
  /** The name of the refresh token's, with its prefix. */
  readonly refreshName?: string | undefined;
}

/** The names of both cookies. */
export interface CookieNames {
  readonly access: string;
  readonly refresh: string;
}

/** Under which names the tokens are kept in a browser. */
export function cookieNames({ secure = true, name, refreshName }: CookieOptions = {}): CookieNames {
  return {
    access: name ?? (secure ? defaultCookieName : "barewire_access"),
    refresh: refreshName ?? (secure ? "__Secure-barewire_refresh" : "barewire_refresh"),
  };
}

/** Writes the cookies, and reads the one that `authenticate.ts` does not. */
export class AuthCookies {
  readonly names: CookieNames;
  readonly #access: CookieAttributes;
  readonly #refresh: CookieAttributes;

  /** @throws {TypeError} when a name promises what the cookie would not keep (RFC 6265bis §4.1.3) */
  constructor(options: CookieOptions = {}) {
    const { secure = true } = options;
    this.names = cookieNames(options);
    this.#access = { path: "/", secure, httpOnly: true, sameSite: "Lax" };
    this.#refresh = { path: "/auth", secure, httpOnly: true, sameSite: "Strict" };
    void this.cleared();
  }

  /** The values of two Set-Cookie fields. */
  of({ accessToken, expiresIn, refreshToken, refreshExpiresIn }: IssuedTokens): readonly string[] {
    return [
      serializeCookie(this.names.access, accessToken, { ...this.#access, maxAgeSeconds: expiresIn }),
      serializeCookie(this.names.refresh, refreshToken, {
        ...this.#refresh,
        maxAgeSeconds: refreshExpiresIn,
      }),
    ];
  }

  /** The same attributes take them away, or the browser would keep the old ones (RFC 6265bis §5.7). */
  cleared(): readonly string[] {
    return [
      serializeCookie(this.names.access, "", { ...this.#access, maxAgeSeconds: 0 }),
      serializeCookie(this.names.refresh, "", { ...this.#refresh, maxAgeSeconds: 0 }),
    ];
  }

  /** The refresh token in a Cookie field, if there is one. */
  refreshTokenIn(field: string | undefined): string | undefined {
    return parseCookies(field).get(this.names.refresh);
  }
}
