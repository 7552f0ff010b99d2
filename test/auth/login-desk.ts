/** A desk at which sockets log in, over tokens, tickets and a clock that the test holds. */
import { expect } from "vitest";
import type { Session } from "../../src/auth/access-token.ts";
import { AuthError } from "../../src/auth/errors.ts";
import { type LoginSocket, SocketLogins, type SocketLoginsOptions } from "../../src/auth/socket-logins.ts";
import { beginning, VirtualClock } from "./virtual-auth.ts";

/** Writes down what is done to it. */
export class Recorder implements LoginSocket {
  readonly log: unknown[] = [];

  send(text: string): void {
    this.log.push(JSON.parse(text));
  }

  close(code: number, reason: string): void {
    this.log.push([code, reason]);
  }
}

/** The beginning of every clock, in seconds since the epoch. */
export const start: number = beginning / 1000;

/** A session of Alice's for ten minutes, with what is said of it. */
export function sessionOf(said: Partial<Session> = {}): Session {
  return {
    accountId: "a1",
    username: "Alice",
    sessionId: "s1",
    tokenId: "t1",
    scope: "account sockets",
    issuedAt: start,
    expiresAt: start + 600,
    ...said,
  };
}

/** The logins under test, and all that they ask. */
export class LoginDesk {
  readonly clock: VirtualClock = new VirtualClock();
  /** What the tokens and the tickets stand for; what is in neither is refused. */
  readonly tokens: Map<string, Session> = new Map();
  readonly tickets: Map<string, { readonly session: Session; readonly origin: string | undefined }> =
    new Map();
  readonly logins: SocketLogins;

  constructor(
    limits: Pick<SocketLoginsOptions, "firstMessageTimeout" | "mostAwaited" | "renewed" | "ended"> = {},
  ) {
    this.logins = new SocketLogins({
      ...limits,
      now: this.clock.now,
      authenticate: (token) => {
        const session = this.tokens.get(token);
        if (session === undefined) throw new AuthError("token/invalid", "The token is not valid here.");
        return session;
      },
      redeem: (ticket, origin) => {
        const found = this.tickets.get(ticket);
        if (found?.origin !== origin) throw new AuthError("ticket/invalid", "The ticket is not valid here.");
        return found!.session;
      },
    });
  }

  /** A socket that was opened with this session. */
  added(session: Session = sessionOf(), origin?: string): Recorder {
    const socket = new Recorder();
    this.logins.add(socket, session, origin);
    return socket;
  }

  /** A socket that nobody has logged in on, and the sessions that it began with. */
  awaited(origin?: string): { readonly socket: Recorder; readonly begun: readonly Session[] } {
    const socket = new Recorder();
    const begun: Session[] = [];
    this.logins.await(socket, (session) => begun.push(session), origin);
    return { socket, begun };
  }

  say(socket: LoginSocket, message: unknown): string {
    return this.logins.receive(socket, JSON.stringify(message));
  }

  /** To a moment after the beginning, running what is due on the way, as a shell would. */
  passTo(milliseconds: number): void {
    this.clock.time = beginning + milliseconds;
    for (let runs = 0; this.logins.nextTimeout <= this.clock.time; runs += 1) {
      expect(runs, "timeouts that come to nothing").toBeLessThan(100);
      this.logins.handleTimeout(this.clock.time);
    }
  }

  /** Forgets these sockets, and sees that nothing is left that knows of any. */
  expectNothingLeft(sockets: readonly Recorder[]): void {
    const { logins } = this;
    for (const socket of sockets) logins.delete(socket);
    expect(logins.size).toBe(0);
    const heard = sockets.map(({ log }) => log.length);
    for (const sessionId of ["s1", "s2", "s3"]) {
      for (const accountId of ["a1", "a2"]) logins.end({ accountId, sessionId, reason: "reused" });
    }
    logins.handleTimeout(Number.MAX_SAFE_INTEGER);
    expect(sockets.map(({ log }) => log.length)).toEqual(heard);
    expect(logins.nextTimeout).toBe(Number.POSITIVE_INFINITY);
  }
}
