import { beforeEach, describe, expect, it } from "vitest";
import { SocketLogins } from "../../src/auth/socket-logins.ts";
import { LoginDesk, Recorder, sessionOf, start } from "./login-desk.ts";

let desk: LoginDesk;

beforeEach(() => {
  desk = new LoginDesk();
});

describe("a login shown again, in band", () => {
  it("extends the socket to the new token's end", () => {
    const socket = desk.added();
    desk.tokens.set("new", sessionOf({ tokenId: "t2", expiresAt: start + 1_100 }));
    desk.passTo(500_000);
    expect(desk.say(socket, { type: "auth", token: "new", id: 7 })).toBe("handled");
    expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 1_100, id: 7 }]);
    desk.passTo(1_099_999);
    expect(socket.log).toHaveLength(1);
    desk.passTo(1_100_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it("may be a ticket of the socket's own origin, and not of another", () => {
    const socket = desk.added(sessionOf(), "https://chat.example");
    const session = sessionOf({ tokenId: "t2", expiresAt: start + 1_100 });
    desk.tickets.set("ours", { session, origin: "https://chat.example" });
    desk.tickets.set("theirs", { session, origin: "https://evil.example" });
    desk.say(socket, { type: "auth", ticket: "theirs", id: "x" });
    desk.say(socket, { type: "auth", ticket: "ours" });
    expect(socket.log).toEqual([
      { type: "auth", event: "refused", code: "ticket/invalid", id: "x" },
      { type: "auth", event: "accepted", expires_at: start + 1_100 },
    ]);
  });

  it("binds the socket to that login: the end of it closes the socket, the end of the one before does not", () => {
    const socket = desk.added();
    desk.tokens.set("other", sessionOf({ sessionId: "s2", tokenId: "t2" }));
    desk.say(socket, { type: "auth", token: "other" });
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(socket.log).toHaveLength(1);
    desk.logins.end({ accountId: "a1", sessionId: "s2", reason: "ended" });
    expect(socket.log.at(-1)).toEqual([4401, "logged out from elsewhere"]);
    desk.expectNothingLeft([socket]);
  });

  it("cuts the time where the new token ends earlier: a socket outlives no token that it showed last", () => {
    const socket = desk.added();
    desk.tokens.set("brief", sessionOf({ tokenId: "t2", expiresAt: start + 10 }));
    desk.say(socket, { type: "auth", token: "brief" });
    desk.passTo(10_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it.each([
    ["of somebody else", "auth/other-account", { accountId: "a2" }],
    ["that is not for sockets", "auth/insufficient-scope", { scope: "account" }],
    ["that is for nothing", "auth/insufficient-scope", { scope: "" }],
  ])("is refused with a token %s, and the socket stays as it is", (_what, code, said) => {
    const socket = desk.added();
    desk.tokens.set("bad", sessionOf({ sessionId: "s2", tokenId: "t2", expiresAt: start + 1_100, ...said }));
    desk.say(socket, { type: "auth", token: "bad" });
    expect(socket.log).toEqual([{ type: "auth", event: "refused", code }]);
    desk.logins.end({ accountId: "a2", sessionId: "s2", reason: "ended" });
    expect(desk.logins.size).toBe(1);
    desk.passTo(600_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it("is refused four times, and the fifth time closes the socket", () => {
    const socket = desk.added();
    desk.tokens.set("good", sessionOf({ tokenId: "t2" }));
    const refused = { type: "auth", event: "refused", code: "token/invalid" };
    for (let i = 0; i < 4; i += 1) desk.say(socket, { type: "auth", token: "bad" });
    desk.say(socket, { type: "auth", token: "good" });
    expect(socket.log.filter((entry) => !Array.isArray(entry))).toHaveLength(5);
    desk.say(socket, { type: "auth" });
    expect(socket.log.slice(5)).toEqual([refused, [4401, "the login was refused"]]);
    desk.expectNothingLeft([socket]);
  });

  it("is no message of the application's; everything else is", () => {
    const socket = desk.added();
    expect(desk.say(socket, { type: "chat", text: '"auth"' })).toBe("not-for-us");
    expect(desk.logins.receive(socket, "auth")).toBe("not-for-us");
    expect(desk.logins.receive(socket, undefined)).toBe("not-for-us");
    expect(desk.say(socket, { type: "auth", event: "accepted" })).toBe("handled");
    expect(socket.log).toEqual([{ type: "auth", event: "refused", code: "token/invalid" }]);
  });

  it("is of a socket that is there: after its close nothing is heard", () => {
    const socket = desk.added();
    desk.tokens.set("good", sessionOf());
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(desk.say(socket, { type: "auth", token: "good" })).toBe("handled");
    expect(desk.say(socket, { type: "chat" })).toBe("handled");
    expect(socket.log).toHaveLength(1);
    expect(desk.logins.size).toBe(0);
  });

  it("lets a fault that is no refusal out, and the login is as it was", () => {
    const socket = new Recorder();
    const broken = new SocketLogins({
      now: desk.clock.now,
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
