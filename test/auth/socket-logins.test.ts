import { beforeEach, describe, expect, it } from "vitest";
import type { SessionEndReason } from "../../src/auth/session-ends.ts";
import { LoginDesk, Recorder, sessionOf, start } from "./login-desk.ts";
import { beginning } from "./virtual-auth.ts";

let desk: LoginDesk;

beforeEach(() => {
  desk = new LoginDesk();
});

describe("a socket whose login ends", () => {
  it.each<[SessionEndReason, string]>([
    ["logged-out", "logged out"],
    ["ended", "logged out from elsewhere"],
    ["revoked", "the token was revoked"],
    ["reused", "the refresh token was used twice"],
    ["password-changed", "the password was changed"],
    ["displaced", "too many logins"],
  ])("is closed with 4401 at once: %s", (reason, words) => {
    const sockets = [desk.added(), desk.added(sessionOf({ tokenId: "t2" }))];
    const other = desk.added(sessionOf({ sessionId: "s2" }));
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason });
    for (const socket of sockets) expect(socket.log).toEqual([[4401, words]]);
    expect(other.log).not.toContainEqual([4401, words]);
    expect(desk.logins.size).toBe(1);
    desk.expectNothingLeft([...sockets, other]);
  });

  it("is left open when another token of its session was revoked, and closed when its own was", () => {
    const [one, two] = [desk.added(), desk.added(sessionOf({ tokenId: "t2" }))];
    desk.logins.end({ accountId: "a1", sessionId: "s1", tokenId: "t2", reason: "revoked" });
    expect(one.log).toEqual([]);
    expect(two.log).toEqual([[4401, "the token was revoked"]]);
  });

  it("is told before it is closed, as no socket is whose token expires or whose login is refused", () => {
    const ended: unknown[] = [];
    const desk = new LoginDesk({ ended: (socket) => ended.push(...(socket as Recorder).log, socket) });
    const sockets = ["t1", "t2", "t3"].map((tokenId) => desk.added(sessionOf({ tokenId })));
    desk.logins.end({ accountId: "a1", sessionId: "s1", tokenId: "t2", reason: "revoked" });
    for (let times = 0; times < 5; times += 1) desk.say(sockets[2]!, { type: "auth", token: "x" });
    const { socket } = desk.awaited();
    desk.passTo(600_000);
    for (const { log } of [...sockets, socket]) expect(log.at(-1)).toEqual([4401, expect.any(String)]);
    expect(ended).toEqual([sockets[1]]);
  });

  it("is closed once, whatever ends after that", () => {
    const socket = desk.added();
    for (const reason of ["ended", "reused"] as const)
      desk.logins.end({ accountId: "a1", sessionId: "s1", reason });
    desk.passTo(700_000);
    expect(socket.log).toEqual([[4401, "logged out from elsewhere"]]);
  });

  it("may forget itself while it is closed", () => {
    const socket = new Recorder();
    const close = socket.close.bind(socket);
    socket.close = (code, reason) => {
      desk.logins.delete(socket);
      close(code, reason);
    };
    desk.logins.add(socket, sessionOf());
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(socket.log).toHaveLength(1);
    desk.expectNothingLeft([socket]);
  });
});

describe("a refresh token that was used twice", () => {
  it("is told to the account's other sockets, and to nobody else", () => {
    const ended = desk.added();
    const others = [desk.added(sessionOf({ sessionId: "s2" })), desk.added(sessionOf({ sessionId: "s3" }))];
    const stranger = desk.added(sessionOf({ accountId: "a2", sessionId: "s4" }));
    const nobody = new Recorder();
    desk.logins.await(nobody, () => {});
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "reused", device: "a browser" });
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
    const other = desk.added(sessionOf({ sessionId: "s2" }));
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "reused" });
    expect(other.log).toEqual([{ type: "auth", event: "session-ended", reason: "reused", session: "s1" }]);
  });

  it("alone is told: no other end is", () => {
    const other = desk.added(sessionOf({ sessionId: "s2" }));
    for (const reason of ["logged-out", "ended", "revoked", "password-changed", "displaced"] as const) {
      desk.logins.end({ accountId: "a1", sessionId: "s1", reason });
    }
    expect(other.log).toEqual([]);
  });
});

describe("a socket whose token expires", () => {
  it("is closed with 4401 at that moment", () => {
    const socket = desk.added();
    expect(desk.logins.nextTimeout).toBe(beginning + 600_000);
    desk.passTo(599_999);
    expect(socket.log).toEqual([]);
    desk.passTo(600_000);
    expect(socket.log).toEqual([[4401, "the login has expired"]]);
    desk.expectNothingLeft([socket]);
  });

  it("is closed at its own time, each of many", () => {
    const ends = [500, 100, 300, 100, 900];
    const sockets = ends.map((end) => desk.added(sessionOf({ expiresAt: start + end })));
    for (const passed of [100, 300, 500, 900]) {
      desk.passTo(passed * 1000 - 1);
      expect(sockets.map(({ log }) => log.length)).toEqual(ends.map((end) => (end < passed ? 1 : 0)));
      desk.passTo(passed * 1000);
      expect(sockets.map(({ log }) => log.length)).toEqual(ends.map((end) => (end <= passed ? 1 : 0)));
    }
    desk.expectNothingLeft(sockets);
  });

  it("is closed when it was over before it was watched", () => {
    const socket = desk.added(sessionOf({ expiresAt: start - 1 }));
    desk.passTo(0);
    expect(socket.log).toEqual([[4401, "the login has expired"]]);
  });
});

describe("the watch over sockets", () => {
  it("forgets one that has closed, and one that it never knew", () => {
    const socket = desk.added();
    desk.logins.delete(socket);
    desk.logins.delete(socket);
    desk.logins.delete(new Recorder());
    desk.expectNothingLeft([socket]);
    expect(socket.log).toEqual([]);
  });

  it("knows a socket once, though it was given twice", () => {
    const socket = desk.added();
    desk.logins.add(socket, sessionOf({ sessionId: "s2" }));
    expect(desk.logins.size).toBe(1);
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(socket.log).toEqual([]);
    desk.logins.await(socket, () => {});
    desk.logins.add(socket, sessionOf());
    desk.logins.end({ accountId: "a1", sessionId: "s2", reason: "ended" });
    expect(socket.log).toEqual([]);
    desk.expectNothingLeft([socket]);
    for (let i = 0; i < 256; i += 1) desk.logins.await(socket, () => {});
    expect(desk.logins.mayAwait).toBe(true);
  });

  it("leaves nothing behind of thousands that came and went in every way", () => {
    desk.tokens.set("good", sessionOf({ tokenId: "t9" }));
    const sockets: Recorder[] = [];
    for (let i = 0; i < 3_000; i += 1) {
      const socket = new Recorder();
      sockets.push(socket);
      if (i % 3 === 0) desk.logins.await(socket, () => {});
      else desk.logins.add(socket, sessionOf({ sessionId: `s${i % 5}`, expiresAt: start + (i % 700) }));
      if (i % 2 === 0) desk.say(socket, { type: "auth", token: i % 4 === 0 ? "good" : "bad" });
      if (i % 7 === 0) desk.logins.end({ accountId: "a1", sessionId: `s${i % 5}`, reason: "reused" });
      if (i % 11 === 0) desk.logins.delete(sockets[Math.floor(i / 2)]!);
      desk.clock.pass(10);
    }
    desk.passTo(2_000_000);
    expect(desk.logins.mayAwait).toBe(true);
    desk.expectNothingLeft(sockets);
  });
});
