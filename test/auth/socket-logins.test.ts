import { beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../src/auth/access-token.ts";
import { AuthError } from "../../src/auth/errors.ts";
import type { SessionEndReason } from "../../src/auth/session-ends.ts";
import { type LoginSocket, SocketLogins, type SocketLoginsOptions } from "../../src/auth/socket-logins.ts";
import { beginning, VirtualClock } from "./virtual-auth.ts";

/** Writes down what is done to it. */
class Recorder implements LoginSocket {
  readonly log: unknown[] = [];

  send(text: string): void {
    this.log.push(JSON.parse(text));
  }

  close(code: number, reason: string): void {
    this.log.push([code, reason]);
  }
}

const start = beginning / 1000;

function sessionOf(said: Partial<Session> = {}): Session {
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

let clock: VirtualClock;
/** What the tokens and the tickets stand for; what is in neither is refused. */
let tokens: Map<string, Session>;
let tickets: Map<string, { readonly session: Session; readonly origin: string | undefined }>;
let logins: SocketLogins;

function open(limits: Pick<SocketLoginsOptions, "firstMessageTimeout" | "mostAwaited"> = {}): SocketLogins {
  return new SocketLogins({
    ...limits,
    now: clock.now,
    authenticate: (token) => {
      const session = tokens.get(token);
      if (session === undefined) throw new AuthError("token/invalid", "The token is not valid here.");
      return session;
    },
    redeem: (ticket, origin) => {
      const found = tickets.get(ticket);
      if (found?.origin !== origin) throw new AuthError("ticket/invalid", "The ticket is not valid here.");
      return found!.session;
    },
  });
}

beforeEach(() => {
  clock = new VirtualClock();
  tokens = new Map();
  tickets = new Map();
  logins = open();
});

function added(session: Session = sessionOf(), origin?: string): Recorder {
  const socket = new Recorder();
  logins.add(socket, session, origin);
  return socket;
}

function say(socket: LoginSocket, message: unknown): string {
  return logins.receive(socket, JSON.stringify(message));
}

/** To a moment after the beginning, running what is due on the way, as a shell would. */
function passTo(milliseconds: number): void {
  clock.time = beginning + milliseconds;
  while (logins.nextTimeout <= clock.time) logins.handleTimeout(clock.time);
}

/** Ends every login there is, and sees that nothing is left that knows of one. */
function expectNothingLeft(sockets: readonly LoginSocket[]): void {
  for (const socket of sockets) logins.delete(socket);
  expect(logins.size).toBe(0);
  const heard = sockets.map((socket) => (socket as Recorder).log.length);
  for (const sessionId of ["s1", "s2", "s3"]) {
    for (const accountId of ["a1", "a2"]) logins.end({ accountId, sessionId, reason: "reused" });
  }
  logins.handleTimeout(Number.MAX_SAFE_INTEGER);
  expect(sockets.map((socket) => (socket as Recorder).log.length)).toEqual(heard);
  expect(logins.nextTimeout).toBe(Number.POSITIVE_INFINITY);
}

describe("a socket whose login ends", () => {
  it.each<[SessionEndReason, string]>([
    ["logged-out", "logged out"],
    ["ended", "logged out from elsewhere"],
    ["revoked", "the token was revoked"],
    ["reused", "the refresh token was used twice"],
    ["password-changed", "the password was changed"],
    ["displaced", "too many logins"],
  ])("is closed with 4401 at once: %s", (reason, words) => {
    const sockets = [added(), added(sessionOf({ tokenId: "t2" }))];
    const other = added(sessionOf({ sessionId: "s2" }));
    logins.end({ accountId: "a1", sessionId: "s1", reason });
    for (const socket of sockets) expect(socket.log).toEqual([[4401, words]]);
    expect(other.log).not.toContainEqual([4401, words]);
    expect(logins.size).toBe(1);
    expectNothingLeft([...sockets, other]);
  });

  it("is left open when another token of its session was revoked, and closed when its own was", () => {
    const [one, two] = [added(), added(sessionOf({ tokenId: "t2" }))];
    logins.end({ accountId: "a1", sessionId: "s1", tokenId: "t2", reason: "revoked" });
    expect(one.log).toEqual([]);
    expect(two.log).toEqual([[4401, "the token was revoked"]]);
  });

  it("is closed once, whatever ends after that", () => {
    const socket = added();
    for (const reason of ["ended", "reused"] as const)
      logins.end({ accountId: "a1", sessionId: "s1", reason });
    passTo(700_000);
    expect(socket.log).toEqual([[4401, "logged out from elsewhere"]]);
  });

  it("may forget itself while it is closed", () => {
    const socket = new Recorder();
    const close = socket.close.bind(socket);
    socket.close = (code, reason) => {
      logins.delete(socket);
      close(code, reason);
    };
    logins.add(socket, sessionOf());
    logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(socket.log).toHaveLength(1);
    expectNothingLeft([socket]);
  });
});

describe("a refresh token that was used twice", () => {
  it("is told to the account's other sockets, and to nobody else", () => {
    const ended = added();
    const others = [added(sessionOf({ sessionId: "s2" })), added(sessionOf({ sessionId: "s3" }))];
    const stranger = added(sessionOf({ accountId: "a2", sessionId: "s4" }));
    const nobody = new Recorder();
    logins.await(nobody, () => {});
    logins.end({ accountId: "a1", sessionId: "s1", reason: "reused", device: "a browser" });
    const notice = {
      type: "auth",
      event: "session-ended",
      reason: "reused",
      session: "s1",
      device: "a browser",
    };
    expect(ended.log).toEqual([[4401, "the refresh token was used twice"]]);
    for (const other of others) expect(other.log).toEqual([notice]);
    expect(stranger.log).toEqual([]);
    expect(nobody.log).toEqual([]);
  });

  it("is told although the session itself had no socket", () => {
    const other = added(sessionOf({ sessionId: "s2" }));
    logins.end({ accountId: "a1", sessionId: "s1", reason: "reused" });
    expect(other.log).toEqual([{ type: "auth", event: "session-ended", reason: "reused", session: "s1" }]);
  });

  it("alone is told: no other end is", () => {
    const other = added(sessionOf({ sessionId: "s2" }));
    for (const reason of ["logged-out", "ended", "revoked", "password-changed", "displaced"] as const) {
      logins.end({ accountId: "a1", sessionId: "s1", reason });
    }
    expect(other.log).toEqual([]);
  });
});

describe("a socket whose token expires", () => {
  it("is closed with 4401 at that moment", () => {
    const socket = added();
    expect(logins.nextTimeout).toBe(beginning + 600_000);
    passTo(599_999);
    expect(socket.log).toEqual([]);
    passTo(600_000);
    expect(socket.log).toEqual([[4401, "the login has expired"]]);
    expectNothingLeft([socket]);
  });

  it("is closed at its own time, each of many", () => {
    const ends = [500, 100, 300, 100, 900];
    const sockets = ends.map((end) => added(sessionOf({ expiresAt: start + end })));
    for (const passed of [100, 300, 500, 900]) {
      passTo(passed * 1000 - 1);
      expect(sockets.map(({ log }) => log.length)).toEqual(ends.map((end) => (end < passed ? 1 : 0)));
      passTo(passed * 1000);
      expect(sockets.map(({ log }) => log.length)).toEqual(ends.map((end) => (end <= passed ? 1 : 0)));
    }
    expectNothingLeft(sockets);
  });

  it("is closed when it was over before it was watched", () => {
    const socket = added(sessionOf({ expiresAt: start - 1 }));
    passTo(0);
    expect(socket.log).toEqual([[4401, "the login has expired"]]);
  });
});

describe("a login shown again, in band", () => {
  it("extends the socket to the new token's end", () => {
    const socket = added();
    tokens.set("new", sessionOf({ tokenId: "t2", expiresAt: start + 1_100 }));
    passTo(500_000);
    expect(say(socket, { type: "auth", token: "new", id: 7 })).toBe("handled");
    expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 1_100, id: 7 }]);
    passTo(1_099_999);
    expect(socket.log).toHaveLength(1);
    passTo(1_100_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it("may be a ticket of the socket's own origin, and not of another", () => {
    const socket = added(sessionOf(), "https://chat.example");
    const session = sessionOf({ tokenId: "t2", expiresAt: start + 1_100 });
    tickets.set("ours", { session, origin: "https://chat.example" });
    tickets.set("theirs", { session, origin: "https://evil.example" });
    say(socket, { type: "auth", ticket: "theirs", id: "x" });
    say(socket, { type: "auth", ticket: "ours" });
    expect(socket.log).toEqual([
      { type: "auth", event: "refused", code: "ticket/invalid", id: "x" },
      { type: "auth", event: "accepted", expires_at: start + 1_100 },
    ]);
  });

  it("binds the socket to that login: the end of it closes the socket, the end of the one before does not", () => {
    const socket = added();
    tokens.set("other", sessionOf({ sessionId: "s2", tokenId: "t2" }));
    say(socket, { type: "auth", token: "other" });
    logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(socket.log).toHaveLength(1);
    logins.end({ accountId: "a1", sessionId: "s2", reason: "ended" });
    expect(socket.log.at(-1)).toEqual([4401, "logged out from elsewhere"]);
    expectNothingLeft([socket]);
  });

  it("cuts the time where the new token ends earlier: a socket outlives no token that it showed last", () => {
    const socket = added();
    tokens.set("brief", sessionOf({ tokenId: "t2", expiresAt: start + 10 }));
    say(socket, { type: "auth", token: "brief" });
    passTo(10_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it.each([
    ["of somebody else", "auth/other-account", { accountId: "a2" }],
    ["that is not for sockets", "auth/insufficient-scope", { scope: "account" }],
    ["that is for nothing", "auth/insufficient-scope", { scope: "" }],
  ])("is refused with a token %s, and the socket stays as it is", (_what, code, said) => {
    const socket = added();
    tokens.set("bad", sessionOf({ sessionId: "s2", tokenId: "t2", expiresAt: start + 1_100, ...said }));
    say(socket, { type: "auth", token: "bad" });
    expect(socket.log).toEqual([{ type: "auth", event: "refused", code }]);
    logins.end({ accountId: "a2", sessionId: "s2", reason: "ended" });
    expect(logins.size).toBe(1);
    passTo(600_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it("is refused four times, and the fifth time closes the socket", () => {
    const socket = added();
    tokens.set("good", sessionOf({ tokenId: "t2" }));
    const refused = { type: "auth", event: "refused", code: "token/invalid" };
    for (let i = 0; i < 4; i += 1) say(socket, { type: "auth", token: "bad" });
    say(socket, { type: "auth", token: "good" });
    expect(socket.log.filter((entry) => !Array.isArray(entry))).toHaveLength(5);
    say(socket, { type: "auth" });
    expect(socket.log.slice(5)).toEqual([refused, [4401, "the login was refused"]]);
    expectNothingLeft([socket]);
  });

  it("is no message of the application's; everything else is", () => {
    const socket = added();
    expect(say(socket, { type: "chat", text: '"auth"' })).toBe("not-for-us");
    expect(logins.receive(socket, "auth")).toBe("not-for-us");
    expect(logins.receive(socket, undefined)).toBe("not-for-us");
    expect(say(socket, { type: "auth", event: "accepted" })).toBe("handled");
    expect(socket.log).toEqual([{ type: "auth", event: "refused", code: "token/invalid" }]);
  });

  it("is of a socket that is there: after its close nothing is heard", () => {
    const socket = added();
    tokens.set("good", sessionOf());
    logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(say(socket, { type: "auth", token: "good" })).toBe("handled");
    expect(say(socket, { type: "chat" })).toBe("handled");
    expect(socket.log).toHaveLength(1);
    expect(logins.size).toBe(0);
  });

  it("lets a fault that is no refusal out, and the login is as it was", () => {
    const socket = new Recorder();
    const broken = new SocketLogins({
      now: clock.now,
      authenticate: () => {
        throw new TypeError("a bug");
      },
      redeem: () => sessionOf(),
    });
    broken.add(socket, sessionOf());
    expect(() => broken.receive(socket, '{"type":"auth","token":"t"}')).toThrow("a bug");
    expect(socket.log).toEqual([]);
    expect(broken.size).toBe(1);
  });
});

describe("a socket that nobody has logged in on", () => {
  function awaited(origin?: string): { socket: Recorder; begun: Session[] } {
    const socket = new Recorder();
    const begun: Session[] = [];
    logins.await(socket, (session) => begun.push(session), origin);
    return { socket, begun };
  }

  it("begins with its first message, a token or a ticket, within 5 s", () => {
    const session = sessionOf();
    tokens.set("good", session);
    tickets.set("good", { session, origin: "https://chat.example" });
    const [one, two] = [awaited(), awaited("https://chat.example")];
    passTo(4_999);
    say(one.socket, { type: "auth", token: "good" });
    say(two.socket, { type: "auth", ticket: "good" });
    for (const { socket, begun } of [one, two]) {
      expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 600 }]);
      expect(begun).toEqual([session]);
    }
    passTo(599_999);
    expect(logins.size).toBe(2);
    passTo(600_000);
    expect(one.socket.log.at(-1)).toEqual([4401, "the login has expired"]);
    expectNothingLeft([one.socket, two.socket]);
  });

  it("is begun once, and by whom it is stays", () => {
    tokens.set("good", sessionOf());
    tokens.set("bob", sessionOf({ accountId: "a2", sessionId: "s2" }));
    const { socket, begun } = awaited();
    for (const token of ["good", "good", "bob"]) say(socket, { type: "auth", token });
    expect(begun).toHaveLength(1);
    expect(socket.log.at(-1)).toEqual({ type: "auth", event: "refused", code: "auth/other-account" });
  });

  it("is closed with 4401 after 5 s", () => {
    const { socket, begun } = awaited();
    expect(logins.nextTimeout).toBe(beginning + 5_000);
    passTo(4_999);
    expect(socket.log).toEqual([]);
    passTo(5_000);
    expect(socket.log).toEqual([[4401, "log in first"]]);
    expect(begun).toEqual([]);
    expectNothingLeft([socket]);
  });

  it.each([
    ["another text", "hello"],
    ["another message", '{"type":"chat"}'],
    ["a binary message", undefined],
    ["one that is too long", JSON.stringify({ type: "auth", token: "x".repeat(8_192) })],
  ])("is closed by %s", (_what, text) => {
    const { socket, begun } = awaited();
    tokens.set("good", sessionOf());
    expect(logins.receive(socket, text)).toBe("handled");
    expect(socket.log).toEqual([[4401, "log in first"]]);
    expect(say(socket, { type: "auth", token: "good" })).toBe("handled");
    expect(begun).toEqual([]);
    expectNothingLeft([socket]);
  });

  it.each([
    ["token/invalid", {}, "nobody's"],
    ["auth/insufficient-scope", { scope: "account" }, "narrow"],
  ])("is closed by the first refusal: %s", (code, said, token) => {
    const { socket, begun } = awaited();
    tokens.set("narrow", sessionOf(said));
    say(socket, { type: "auth", token, id: 1 });
    expect(socket.log).toEqual([
      { type: "auth", event: "refused", code, id: 1 },
      [4401, "the login was refused"],
    ]);
    expect(begun).toEqual([]);
    expectNothingLeft([socket]);
  });

  it("is one of 256 at most, and makes room by each way in which it ends", () => {
    tokens.set("good", sessionOf());
    const all = Array.from({ length: 256 }, () => awaited().socket);
    expect(logins.mayAwait).toBe(false);
    const ways: ((socket: Recorder) => void)[] = [
      (socket) => say(socket, { type: "auth", token: "good" }),
      (socket) => say(socket, { type: "auth", token: "bad" }),
      (socket) => logins.receive(socket, undefined),
      (socket) => logins.delete(socket),
    ];
    for (const [i, way] of ways.entries()) {
      way(all[i]!);
      logins.delete(all[i]!);
      logins.delete(all[i]!);
      expect(logins.mayAwait).toBe(true);
      awaited();
      expect(logins.mayAwait).toBe(false);
    }
    passTo(5_000);
    expect(logins.size).toBe(0);
    for (let i = 0; i < 255; i += 1) awaited();
    expect(logins.mayAwait).toBe(true);
    awaited();
    expect(logins.mayAwait).toBe(false);
  });

  it("may have less time, and be one of fewer", () => {
    logins = open({ firstMessageTimeout: 1_000, mostAwaited: 1 });
    const { socket } = awaited();
    expect(logins.mayAwait).toBe(false);
    passTo(1_000);
    expect(socket.log).toHaveLength(1);
    expect(logins.mayAwait).toBe(true);
  });

  it("is logged in even when the application fails at that, whatever it throws", () => {
    tokens.set("good", sessionOf());
    for (const failure of [new TypeError("a bug"), new AuthError("session/unknown", "There is none.")]) {
      const socket = new Recorder();
      logins.await(socket, () => {
        throw failure;
      });
      expect(() => say(socket, { type: "auth", token: "good" })).toThrow(failure);
      expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 600 }]);
    }
    expect(logins.size).toBe(2);
    expect(logins.mayAwait).toBe(true);
    logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(logins.size).toBe(0);
  });
});

describe("the watch over sockets", () => {
  it("forgets one that has closed, and one that it never knew", () => {
    const socket = added();
    logins.delete(socket);
    logins.delete(socket);
    logins.delete(new Recorder());
    expectNothingLeft([socket]);
    expect(socket.log).toEqual([]);
  });

  it("knows a socket once, though it was given twice", () => {
    const socket = added();
    logins.add(socket, sessionOf({ sessionId: "s2" }));
    expect(logins.size).toBe(1);
    logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(socket.log).toEqual([]);
    logins.await(socket, () => {});
    logins.add(socket, sessionOf());
    logins.end({ accountId: "a1", sessionId: "s2", reason: "ended" });
    expect(socket.log).toEqual([]);
    expectNothingLeft([socket]);
    for (let i = 0; i < 256; i += 1) logins.await(socket, () => {});
    expect(logins.mayAwait).toBe(true);
  });

  it("leaves nothing behind of thousands that came and went in every way", () => {
    tokens.set("good", sessionOf({ tokenId: "t9" }));
    const sockets: Recorder[] = [];
    for (let i = 0; i < 3_000; i += 1) {
      const socket = new Recorder();
      sockets.push(socket);
      if (i % 3 === 0) logins.await(socket, () => {});
      else logins.add(socket, sessionOf({ sessionId: `s${i % 5}`, expiresAt: start + (i % 700) }));
      if (i % 2 === 0) say(socket, { type: "auth", token: i % 4 === 0 ? "good" : "bad" });
      if (i % 7 === 0) logins.end({ accountId: "a1", sessionId: `s${i % 5}`, reason: "reused" });
      if (i % 11 === 0) logins.delete(sockets[Math.floor(i / 2)]!);
      clock.pass(10);
    }
    passTo(2_000_000);
    expect(logins.mayAwait).toBe(true);
    expectNothingLeft(sockets);
  });
});
