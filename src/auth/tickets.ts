/**
 * One-time tickets: what a page may put into the URL of a WebSocket, where a token must not stand.
 *
 * A browser's WebSocket can set no Authorization field, and what stands in a URL ends up in logs. So a page asks
 * over HTTP for a ticket, which is good for one upgrade, from the origin that asked, within half a minute: who
 * finds it in a log finds it spent.
 *
 *     issue ──▶ good ──▶ redeemed (once, by whoever comes first)
 *                 └────▶ expired after 30 s
 *
 * They are kept in memory, as hashes: a restart forgets them, and the page asks for another.
 */
import type { Session } from "./access-token.ts";
import { AuthError } from "./errors.ts";
import { hashOf } from "./refresh-token.ts";

/** How long a ticket is good, in milliseconds, unless told otherwise. */
export const defaultTicketLifetime = 30_000;

/** How many tickets may be open at once, unless told otherwise. */
export const defaultTickets = 10_000;

/** How many of one session, unless told otherwise. */
export const defaultTicketsPerSession = 16;

/**
 * How many of one account, unless told otherwise. An account has dozens of sessions: bounded by these alone, ten
 * accounts could keep everybody else from a ticket.
 */
export const defaultTicketsPerAccount = 64;

/** `bwt_` and 32 random bytes in base64url, of which the last character has two bits that are 0. */
const grammar: RegExp = /^bwt_([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;
const ticketLength = 32;

/** What {@link Tickets} need. */
export interface TicketsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Whether a session has ended since the ticket was issued. */
  readonly isEnded: (session: Session) => boolean;
  /** Milliseconds; 30,000 by default. */
  readonly lifetime?: number | undefined;
  /** 10,000 by default. */
  readonly most?: number | undefined;
  /** 16 by default. */
  readonly mostPerSession?: number | undefined;
  /** 64 by default. */
  readonly mostPerAccount?: number | undefined;
}

interface OpenTicket {
  readonly session: Session;
  readonly origin: string | undefined;
  readonly expiresAt: number;
}

/** Issues tickets and takes each of them once. */
export class Tickets {
  /** How long a ticket is good, in milliseconds. */
  readonly lifetime: number;
  readonly #options: TicketsOptions;
  readonly #most: number;
  readonly #mostPerSession: number;
  readonly #mostPerAccount: number;
  /** By hash, in the order they were issued and so in the order they expire. */
  readonly #open = new Map<string, OpenTicket>();
  readonly #perSession = new Map<string, number>();
  readonly #perAccount = new Map<string, number>();

  constructor(options: TicketsOptions) {
    this.#options = options;
    this.lifetime = options.lifetime ?? defaultTicketLifetime;
    this.#most = options.most ?? defaultTickets;
    this.#mostPerSession = options.mostPerSession ?? defaultTicketsPerSession;
    this.#mostPerAccount = options.mostPerAccount ?? defaultTicketsPerAccount;
  }

  /** How many are open, a few expired ones perhaps among them. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * A ticket for `session`, good for who comes from `origin` (undefined: who names none, such as a program).
   *
   * @throws {AuthError} `auth/busy` when the session, the account, or all together have too many open already
   */
  issue(session: Session, origin: string | undefined): string {
    const now = this.#options.now();
    this.#dropExpired(now);
    const { sessionId, accountId } = session;
    const ofSession = this.#perSession.get(sessionId) ?? 0;
    const ofAccount = this.#perAccount.get(accountId) ?? 0;
    const full = this.#open.size >= this.#most || ofAccount >= this.#mostPerAccount;
    if (full || ofSession >= this.#mostPerSession) {
      throw new AuthError("auth/busy", "Too many tickets are open; use one, or try again in half a minute.");
    }
    const secret = Buffer.from(this.#options.randomBytes(ticketLength));
    this.#open.set(hashOf(secret), { session, origin, expiresAt: now + this.lifetime });
    this.#perSession.set(sessionId, ofSession + 1);
    this.#perAccount.set(accountId, ofAccount + 1);
    return `bwt_${secret.toString("base64url")}`;
  }

  /**
   * The session of a ticket, which is spent by this even when it is refused.
   *
   * @param origin the Origin field of the upgrade (RFC 6454 §7), if there is one
   * @throws {AuthError} `ticket/invalid`; `token/expired`, `token/revoked` when the login has ended meanwhile
   */
  redeem(ticket: string, origin: string | undefined): Session {
    const match = grammar.exec(ticket);
    const hash = match === null ? "" : hashOf(Buffer.from(match[1]!, "base64url"));
    const open = this.#open.get(hash);
    if (open === undefined) throw invalid();
    this.#delete(hash, open);
    const now = this.#options.now();
    if (open.expiresAt <= now || open.origin !== origin) throw invalid();
    const { session } = open;
    if (this.#options.isEnded(session)) throw new AuthError("token/revoked", "The token was revoked.");
    if (session.expiresAt * 1000 <= now) throw new AuthError("token/expired", "The token has expired.");
    return session;
  }

  #dropExpired(now: number): void {
    for (const [hash, open] of this.#open) {
      if (open.expiresAt > now) return;
      this.#delete(hash, open);
    }
  }

  #delete(hash: string, { session }: OpenTicket): void {
    this.#open.delete(hash);
    countDown(this.#perSession, session.sessionId);
    countDown(this.#perAccount, session.accountId);
  }
}

function countDown(counts: Map<string, number>, key: string): void {
  const left = counts.get(key)! - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

function invalid(): AuthError {
  return new AuthError("ticket/invalid", "The ticket is not valid here: ask for a new one.");
}
