/**
 * What the server says of the access token that this browser is logged in with (`GET /auth/me`), and when it is
 * time for the next one.
 */

/** A login, with the claims of its token. Claims are in seconds on the server's clock, as the token has them. */
export interface Login {
  /** Of the account. */
  readonly id: string;
  readonly username: string;
  readonly session: string;
  /** What the token may be used for: names with spaces between them. */
  readonly scope: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The same moment on the clock of this machine, in milliseconds: that clock may be hours off. */
  readonly endsHere: number;
  /** When to get the next token, on the same clock. */
  readonly renewHere: number;
}

/**
 * The login in the body of an answer, or undefined when it is none.
 *
 * @param date the Date field of the answer: the server's clock
 * @param now milliseconds since the epoch, on this machine
 */
export function parseLogin(body: object, date: string | null, now: number = Date.now()): Login | undefined {
  const { id, username, session, scope, issued_at, expires_at } = body as Readonly<Record<string, unknown>>;
  const texts = [id, username, session, scope];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  if (typeof issued_at !== "number" || typeof expires_at !== "number") return undefined;
  const serverNow = date === null ? Number.NaN : Date.parse(date);
  const endsHere = now + expires_at * 1000 - (Number.isNaN(serverNow) ? now : serverNow);
  return {
    ...({ id, username, session, scope } as Pick<Login, "id" | "username" | "session" | "scope">),
    issuedAt: issued_at,
    expiresAt: expires_at,
    endsHere,
    renewHere: endsHere - RENEWAL_SHARE * (expires_at - issued_at) * 1000 - WHOLE_SECOND,
  };
}

/** With a fifth of its life left, so that a server that is away for a moment is no matter. */
const RENEWAL_SHARE = 0.2;
/** The server's clock comes in whole seconds, and may be so much further. */
const WHOLE_SECOND = 1_000;
