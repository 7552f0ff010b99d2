/** A session to which refresh tokens are presented, as a pure decision sees it. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import {
  type ClientPlace,
  decideRefresh,
  defaultReuseGrace,
  type RefreshContext,
  type RefreshEffect,
} from "../../src/auth/refresh.ts";
import { hashOf } from "../../src/auth/refresh-token.ts";
import type { StoredSession } from "../../src/auth/store.ts";
import { beginning, day, home } from "./virtual-auth.ts";

/** The secret of the n-th token of the session: T0 came with the login. */
export function secretOf(n: number): Uint8Array {
  return createHash("sha256").update(`secret ${n}`).digest();
}

/** A session as the login left it. */
export const opened: StoredSession = {
  id: "s1",
  accountId: "a1",
  family: "the family's hash",
  scope: "account sockets",
  createdAt: beginning,
  lastSeenAt: beginning,
  expiresAt: beginning + 30 * day,
  ...home,
  current: hashOf(secretOf(0)),
  rotations: [],
  version: 0,
};

/** What a decision needs, so many milliseconds after the login. */
export function contextAt(passed: number, told: Partial<RefreshContext> = {}): RefreshContext {
  return {
    now: beginning + passed,
    place: home,
    successor: secretOf(1),
    expiresAt: beginning + passed + 30 * day,
    reuseGrace: defaultReuseGrace,
    ...told,
  };
}

/** What becomes of a session to which T`n` is presented. */
export function decide(
  session: StoredSession | undefined,
  n: number,
  context: RefreshContext,
): readonly RefreshEffect[] {
  return decideRefresh(session, { secret: secretOf(n) }, context);
}

/** A session to which what is decided is done, as long as it is there. */
export class Transcript {
  session: StoredSession | undefined = opened;
  passed: number = 0;
  #successor = 0;

  /** Presents T`n`. Gives the number of the token that comes back, or the code of the refusal. */
  present(n: number, place: ClientPlace = home): number | string {
    const context = contextAt(this.passed, { place, successor: secretOf(this.#successor + 1) });
    let outcome: number | string | undefined;
    for (const effect of decide(this.session, n, context)) {
      switch (effect.type) {
        case "save":
          this.session = effect.session;
          this.#successor += 1;
          break;
        case "end":
          this.session = undefined;
          break;
        case "issue":
          expect(effect.session).toEqual(this.session);
          outcome = [...Array(this.#successor + 1).keys()].find(
            (k) => Buffer.compare(secretOf(k), effect.secret) === 0,
          );
          break;
        case "refuse":
          outcome = effect.code;
      }
    }
    return outcome!;
  }

  pass(milliseconds: number): this {
    this.passed += milliseconds;
    return this;
  }
}
