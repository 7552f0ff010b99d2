/** Sessions that are opened, refreshed and ended, over a store. */
import type { Account, IssuedTokens } from "../../src/auth/index.ts";
import { lowCost, type OurAuth, openOurAuth, usernameOf } from "./our-auth.ts";

/** Microseconds by the clock that each step takes. */
export interface LifeTimes {
  readonly open: number;
  readonly refresh: number;
  readonly end: number;
}

const place = { device: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)", address: "192.0.2.1" };

/** Some accounts, each with one session a sample. */
export class SessionLives {
  readonly #auth: OurAuth;
  readonly #accounts: readonly Account[];
  readonly #clock: { now: number };

  private constructor(auth: OurAuth, accounts: readonly Account[], clock: { now: number }) {
    this.#auth = auth;
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** @param data the folder for an SQLite database; in memory without */
  static async open(size: number, data?: string): Promise<SessionLives> {
    const clock = { now: Date.now() };
    const auth = await openOurAuth({ accounts: size, data, cost: lowCost }, () => clock.now);
    const accounts: Account[] = [];
    for (let number = 0; number < size; number++) {
      accounts.push((await auth.store.findAccountByUsername(usernameOf(number)))!);
    }
    return new SessionLives(auth, accounts, clock);
  }

  /** One sample. It ends every session that it opens, and proves that they are over. */
  async measure(): Promise<LifeTimes> {
    const { sessions } = this.#auth;
    const opened: IssuedTokens[] = [];
    const open = await this.#time(async (i) => {
      opened.push(await sessions.open(this.#accounts[i]!, place));
    });
    this.#clock.now += 60_000;
    const refreshed: IssuedTokens[] = [];
    const refresh = await this.#time(async (i) => {
      refreshed.push(await sessions.refresh(opened[i]!.refreshToken, place));
    });
    const end = await this.#time(async (i) => {
      const { accountId, sessionId: id } = refreshed[i]!.session;
      await sessions.end(accountId, { id }, "logged-out");
    });
    for (const { session } of refreshed) {
      if (!sessions.isEnded(session)) throw new Error("a session goes on that was ended");
    }
    return { open, refresh, end };
  }

  async close(): Promise<void> {
    await this.#auth.store.close?.();
  }

  async #time(step: (i: number) => Promise<void>): Promise<number> {
    const started = performance.now();
    for (let i = 0; i < this.#accounts.length; i++) await step(i);
    return ((performance.now() - started) * 1_000) / this.#accounts.length;
  }
}
