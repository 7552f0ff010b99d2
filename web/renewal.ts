/**
 * Keeps a login alive: gets a new access token before the old one expires, when a request is refused for the old
 * one, when the page wakes up, and before a socket connects.
 *
 * All tabs of a browser share the cookies. They take turns by a lock, and who gets it asks first whether another
 * has renewed the login meanwhile. A browser that gives this page no locks (plain http elsewhere than localhost)
 * may refresh twice at once: the server gives both the same new token then.
 */
import { AuthFailure, refresh, whoAmI } from "./auth-api.ts";
import type { Login } from "./login.ts";

/** Who listens to a {@link Renewal}. */
export interface RenewalSink {
  /** There is a newer token of the same login, got by this tab or by another. */
  renewed(login: Login): void;
  /** The login is over; `code` is the server's, or `auth/other-account` after another login in this browser. */
  ended(code: string | undefined): void;
}

/** A timer stands still while the machine sleeps: look at the clock so often at least. */
const LOOK = 20_000;
/** After a renewal that failed because the server was away, and at the least between two renewals. */
const PAUSE = 1_000;
/** What the server said so lately need not be asked again. */
const FRESH = 5_000;

/**
 * The login of this browser: the one there is, or the next one where its token has expired.
 *
 * @param known the login of which a newer token is wanted
 * @throws {AuthFailure} 401 when there is none, or it is over: its code says how
 */
export function renewLogin(known?: Login): Promise<Login> {
  return oneTabAtATime(async () => {
    const before = await whoAmI();
    if (before && (!known || before.session !== known.session || before.expiresAt > known.expiresAt))
      return before;
    await refresh();
    const login = await whoAmI();
    if (!login) throw new AuthFailure(401, { code: "auth/missing-credentials" });
    return login;
  });
}

async function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  // Not there in an insecure context, whatever the types say.
  const { locks } = navigator as { readonly locks?: LockManager };
  return locks ? await locks.request("barewire-renewal", work) : await work();
}

/** Whether a newer access token may help: the old one has expired, and its cookie with it, or was ended alone. */
function wantsRenewal(error: unknown): boolean {
  if (!(error instanceof AuthFailure) || error.status !== 401) return false;
  return error.code === "auth/missing-credentials" || error.code?.startsWith("token/") === true;
}

/** See the head of this file; from log in to log out there is one. */
export class Renewal {
  readonly #sink: RenewalSink;
  readonly #stopped = new AbortController();
  #login: Login;
  #askedAt = Date.now();
  #running: Promise<Login> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Why the login is over. */
  #refusal: AuthFailure | undefined;

  constructor(login: Login, sink: RenewalSink) {
    this.#login = login;
    this.#sink = sink;
    const { signal } = this.#stopped;
    const look = (): void => this.#look();
    document.addEventListener("visibilitychange", look, { signal });
    addEventListener("pageshow", look, { signal });
    addEventListener("online", look, { signal });
    this.#wait();
  }

  get login(): Login {
    return this.#login;
  }

  /** The server's code for why the login is over, once it is. */
  get refusal(): string | undefined {
    return this.#refusal?.code;
  }

  /** From here on nothing is asked and nobody told. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  /** Makes sure that the cookies are good for a socket; see `Authorize` of the signalling client. */
  async confirm(refused: boolean): Promise<boolean> {
    try {
      if (refused || this.#isDue) await this.#renew();
      else if (Date.now() - this.#askedAt >= FRESH) await this.adopt();
      return true;
    } catch (error) {
      if (error instanceof AuthFailure && error.status === 401) return false;
      throw error;
    }
  }

  /** Takes over the token that is in the cookies now, whoever put it there; renews it if there is none. */
  async adopt(): Promise<void> {
    const login = await whoAmI();
    if (login) this.#take(login);
    else await this.#renew();
  }

  /** Does what needs the access token, and does it once more if that was too old. @throws {AuthFailure} */
  async use<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (!wantsRenewal(error)) throw error;
      await this.#renewOrEnd();
      return await request();
    }
  }

  get #isDue(): boolean {
    return Date.now() >= this.#login.renewHere;
  }

  #wait(least = PAUSE): void {
    clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted || this.#refusal) return;
    const wait = Math.max(least, Math.min(this.#login.renewHere - Date.now(), LOOK));
    this.#timer = setTimeout(() => this.#look(), wait);
  }

  #look(): void {
    this.#wait();
    if (!this.#isDue || this.#running) return;
    this.#renewOrEnd().catch((error: unknown) => {
      if (!(error instanceof AuthFailure)) throw error;
      // Away or full, the server may be back before the token expires.
      this.#wait((error.retryAfter ?? 0) * 1000 || PAUSE);
    });
  }

  /** Renews, and tells when there is no more to renew. */
  async #renewOrEnd(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      if (error instanceof AuthFailure && error.status === 401 && !this.#stopped.signal.aborted)
        this.#sink.ended(error.code);
      throw error;
    }
  }

  async #renew(): Promise<void> {
    if (this.#refusal) throw this.#refusal;
    this.#running ??= renewLogin(this.#login).finally(() => {
      this.#running = undefined;
    });
    try {
      this.#take(await this.#running);
    } catch (error) {
      if (error instanceof AuthFailure && error.status === 401) {
        this.#refusal = error;
        this.#wait();
      }
      throw error;
    }
  }

  /** @throws {AuthFailure} when it is somebody else's: another tab has logged out and in again */
  #take(login: Login): void {
    if (login.id !== this.#login.id) {
      this.#refusal = new AuthFailure(401, { code: "auth/other-account" });
      this.#wait();
      throw this.#refusal;
    }
    this.#askedAt = Date.now();
    const isNew = login.session !== this.#login.session || login.expiresAt > this.#login.expiresAt;
    this.#login = login;
    this.#wait();
    if (isNew && !this.#stopped.signal.aborted) this.#sink.renewed(login);
  }
}
