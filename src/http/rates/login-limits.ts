/**
 * How often a password may be guessed, without letting a stranger lock somebody out by guessing (OWASP ASVS 5.0
 * V6.3.1; https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html, "Account Lockout").
 *
 *     where from                               failures count against
 *     a client that has logged in before       that account from that client
 *     any other client                         that account from that client, and the account from all such clients
 *
 * So a thousand guesses from all over the world close the account to all the world, except to the places its owner
 * comes from. An account that does not exist is counted as one that does, by its name: no answer differs.
 *
 * An attempt counts as failed from its start, or a hundred guesses at the same moment would be a hundred. It is given
 * back when it succeeds, or comes to nothing that says whether the password was right.
 */
import { defaultRateLimits, type RateLimiter } from "./rate-limit.ts";
import type { RateLimitDecision, RateLimitPolicy } from "./token-buckets.ts";

/** What {@link LoginLimits} are told; all but the limiter has a default. */
export interface LoginLimitsOptions {
  readonly limiter: RateLimiter;
  /** Failures of an account from where it has not logged in from before; `loginFailures` by default. */
  readonly everywhere?: RateLimitPolicy | undefined;
  /** Failures of an account from one client; `loginFailuresHere` by default. */
  readonly here?: RateLimitPolicy | undefined;
  /** How many accounts are remembered by where they log in from; 50,000 by default, the last ones to log in. */
  readonly maxAccounts?: number | undefined;
  /** How many clients of each; 8 by default, the last ones. */
  readonly maxClients?: number | undefined;
  /** For how long, in milliseconds; 30 days by default. */
  readonly rememberFor?: number | undefined;
}

/** A login that may be tried: what {@link LoginLimits.succeeded} and {@link LoginLimits.abandoned} are told. */
export interface LoginAttempt {
  readonly account: string;
  readonly client: string;
  /** Whether the account has logged in from this client before. */
  readonly familiar: boolean;
}

/** Whether a login may be tried; `refused` is for the fields of the refusal (`rateLimited`). */
export type LoginDecision =
  | { readonly allowed: true; readonly attempt: LoginAttempt }
  | { readonly allowed: false; readonly refused: RateLimitDecision };

/**
 * Limits of failed logins. What it remembers ends with the process; `remember` can tell it again.
 *
 * The limit of all logins of one client stands beside it (`defaultRateLimits.login`). What is left of an account's
 * limit belongs in no answer but a refusal: it would tell strangers how often the account is tried (§8.2 of the draft
 * in `rate-limit-fields.ts`).
 */
export class LoginLimits {
  readonly #limiter: RateLimiter;
  readonly #everywhere: RateLimitPolicy;
  readonly #here: RateLimitPolicy;
  readonly #maxAccounts: number;
  readonly #maxClients: number;
  readonly #rememberFor: number;
  /** By account and then client: when it was seen last. Of both the oldest come first. */
  readonly #familiar = new Map<string, Map<string, number>>();

  constructor(options: LoginLimitsOptions) {
    this.#limiter = options.limiter;
    this.#everywhere = options.everywhere ?? defaultRateLimits.loginFailures;
    this.#here = options.here ?? defaultRateLimits.loginFailuresHere;
    this.#maxAccounts = options.maxAccounts ?? 50_000;
    this.#maxClients = options.maxClients ?? 8;
    this.#rememberFor = options.rememberFor ?? 30 * 24 * 3_600_000;
  }

  /**
   * Whether somebody may try a password. If so, it counts as a failure from now on.
   *
   * @param account the name as it was sent, without regard to case: folded (`toLowerCase`), known or not
   * @param client what `clientOf` calls the address
   * @param now milliseconds
   */
  mayTry(account: string, client: string, now: number): LoginDecision {
    const here = this.#limiter.take(this.#here, pair(account, client), now);
    if (!here.allowed) return { allowed: false, refused: here };
    const familiar = this.#isFamiliar(account, client, now);
    if (!familiar) {
      const everywhere = this.#limiter.take(this.#everywhere, everyone(account), now);
      if (!everywhere.allowed) {
        this.#limiter.refund(this.#here, pair(account, client), now);
        return { allowed: false, refused: everywhere };
      }
    }
    return { allowed: true, attempt: { account, client, familiar } };
  }

  /** The password was right: the attempt does not count, and its client is remembered. */
  succeeded(attempt: LoginAttempt, now: number): void {
    this.abandoned(attempt, now);
    this.remember(attempt.account, attempt.client, now);
  }

  /** The attempt came to no answer, by our fault or because its client left: it does not count. */
  abandoned({ account, client, familiar }: LoginAttempt, now: number): void {
    this.#limiter.refund(this.#here, pair(account, client), now);
    if (!familiar) this.#limiter.refund(this.#everywhere, everyone(account), now);
  }

  /** The account is used from there: what a login or a refresh shows, or a session in the store. */
  remember(account: string, client: string, now: number): void {
    const clients = this.#familiar.get(everyone(account)) ?? new Map<string, number>();
    clients.delete(pair(account, client));
    clients.set(pair(account, client), now);
    if (clients.size > this.#maxClients) deleteFirst(clients);
    this.#familiar.delete(everyone(account));
    this.#familiar.set(everyone(account), clients);
    if (this.#familiar.size > this.#maxAccounts) deleteFirst(this.#familiar);
  }

  /** The password was changed or the sessions were ended: nobody is familiar any more. */
  forget(account: string): void {
    this.#familiar.delete(everyone(account));
  }

  #isFamiliar(account: string, client: string, now: number): boolean {
    const seenAt = this.#familiar.get(everyone(account))?.get(pair(account, client));
    return seenAt !== undefined && now - seenAt < this.#rememberFor;
  }
}

// A key is put together anew, so that it does not keep alive the content that a name was cut from.

function pair(account: string, client: string): string {
  return `${client} ${account}`;
}

function everyone(account: string): string {
  return `* ${account}`;
}

function deleteFirst(map: Map<string, unknown>): void {
  const first = map.keys().next();
  if (!first.done) map.delete(first.value);
}
