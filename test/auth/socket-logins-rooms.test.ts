import { beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../src/auth/access-token.ts";
import type { RoomGrant } from "../../src/auth/room-grant.ts";
import { LoginDesk, Recorder, sessionOf, start } from "./login-desk.ts";

/** What a room token stands for. */
function roomSession(said: Partial<Session> = {}, granted: Partial<RoomGrant> = {}): Session {
  const { expiresAt = start + 300, tokenId = "r1" } = said;
  const grant = { room: "a", role: "member", publish: true, subscribe: true, expiresAt, ...granted } as const;
  const sessionId = `room+jwt:${tokenId}`;
  return sessionOf({ tokenId, sessionId, scope: "sockets", expiresAt, ...said, grant });
}

let renewed: [unknown, Session][];
let desk: LoginDesk;

beforeEach(() => {
  renewed = [];
  desk = new LoginDesk({ renewed: (socket, session) => renewed.push([socket, session]) });
});

const auth = (token: string): object => ({ type: "auth", token });

describe("a socket with a room token alone", () => {
  it("is logged in by it, in its first message, and closed when it ends", () => {
    const { socket, begun } = desk.awaited();
    desk.tokens.set("room", roomSession());
    desk.say(socket, auth("room"));
    expect(begun).toEqual([roomSession()]);
    expect(renewed).toEqual([]);
    desk.passTo(299_999);
    expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 300 }]);
    desk.passTo(300_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
    desk.expectNothingLeft([socket]);
  });

  it("stays open with a newer one, of which the application is told", () => {
    const socket = desk.added(roomSession());
    const newer = roomSession({ tokenId: "r2", expiresAt: start + 900 }, { role: "host" });
    desk.tokens.set("newer", newer);
    desk.say(socket, auth("newer"));
    expect(renewed).toEqual([[socket, newer]]);
    desk.passTo(899_999);
    expect(socket.log).toHaveLength(1);
    desk.passTo(900_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it("becomes that account's, if it shows a login of the same user, and keeps its grant while that lasts", () => {
    const socket = desk.added(roomSession());
    const login = sessionOf({ expiresAt: start + 600 });
    desk.tokens.set("login", login);
    desk.say(socket, auth("login"));
    expect(renewed[0]![1]).toEqual({ ...login, grant: roomSession().grant });
    desk.passTo(300_000);
    desk.tokens.set("later", sessionOf({ tokenId: "t2", expiresAt: start + 900 }));
    desk.say(socket, auth("later"));
    expect(renewed[1]![1].grant).toBeUndefined();
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "logged-out" });
    expect(socket.log.at(-1)).toEqual([4401, "logged out"]);
  });
});

describe("a socket that an account is logged in on, and that shows a room token", () => {
  it("of that account: has its grant, and the end of the login", () => {
    const socket = desk.added();
    desk.tokens.set("room", roomSession({ expiresAt: start + 900 }));
    desk.say(socket, { ...auth("room"), id: 1 });
    expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 600, id: 1 }]);
    const { grant } = roomSession({ expiresAt: start + 900 });
    expect(renewed).toEqual([[socket, { ...sessionOf(), grant }]]);
    desk.passTo(600_000);
    expect(socket.log.at(-1)).toEqual([4401, "the login has expired"]);
  });

  it("ends with its session, not with the token of the room", () => {
    const socket = desk.added();
    desk.tokens.set("room", roomSession());
    desk.say(socket, auth("room"));
    desk.passTo(300_000);
    expect(socket.log).toHaveLength(1);
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "logged-out" });
    expect(socket.log.at(-1)).toEqual([4401, "logged out"]);
    desk.expectNothingLeft([socket]);
  });

  it("of another user: is refused, and nothing has changed", () => {
    const socket = desk.added();
    desk.tokens.set("theirs", roomSession({ accountId: "a2" }));
    desk.say(socket, auth("theirs"));
    expect(socket.log).toEqual([{ type: "auth", event: "refused", code: "auth/other-account" }]);
    expect(renewed).toEqual([]);
  });
});

it("tells of a login shown again too, and not of one that is refused", () => {
  const socket = new Recorder();
  desk.logins.add(socket, sessionOf());
  desk.tokens.set("new", sessionOf({ tokenId: "t2" }));
  desk.say(socket, auth("none"));
  desk.say(socket, auth("new"));
  expect(renewed).toEqual([[socket, sessionOf({ tokenId: "t2" })]]);
});
