import { beforeEach, describe, expect, it } from "vitest";
import { AuthError } from "../../src/auth/errors.ts";
import { LoginDesk, Recorder, sessionOf, start } from "./login-desk.ts";
import { beginning } from "./virtual-auth.ts";

let desk: LoginDesk;

beforeEach(() => {
  desk = new LoginDesk();
});

describe("a socket that nobody has logged in on", () => {
  it("begins with its first message, a token or a ticket, within 5 s", () => {
    const session = sessionOf();
    desk.tokens.set("good", session);
    desk.tickets.set("good", { session, origin: "https://chat.example" });
    const [one, two] = [desk.awaited(), desk.awaited("https://chat.example")];
    desk.passTo(4_999);
    desk.say(one.socket, { type: "auth", token: "good" });
    desk.say(two.socket, { type: "auth", ticket: "good" });
    for (const { socket, begun } of [one, two]) {
      expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 600 }]);
      expect(begun).toEqual([session]);
    }
    desk.passTo(599_999);
    expect(desk.logins.size).toBe(2);
    desk.passTo(600_000);
    expect(one.socket.log.at(-1)).toEqual([4401, "the login has expired"]);
    desk.expectNothingLeft([one.socket, two.socket]);
  });

  it("is begun once, and by whom it is stays", () => {
    desk.tokens.set("good", sessionOf());
    desk.tokens.set("bob", sessionOf({ accountId: "a2", sessionId: "s2" }));
    const { socket, begun } = desk.awaited();
    for (const token of ["good", "good", "bob"]) desk.say(socket, { type: "auth", token });
    expect(begun).toHaveLength(1);
    expect(socket.log.at(-1)).toEqual({ type: "auth", event: "refused", code: "auth/other-account" });
  });

  it("is closed with 4401 after 5 s", () => {
    const { socket, begun } = desk.awaited();
    expect(desk.logins.nextTimeout).toBe(beginning + 5_000);
    desk.passTo(4_999);
    expect(socket.log).toEqual([]);
    desk.passTo(5_000);
    expect(socket.log).toEqual([[4401, "log in first"]]);
    expect(begun).toEqual([]);
    desk.expectNothingLeft([socket]);
  });

  it.each([
    ["another text", "hello"],
    ["another message", '{"type":"chat"}'],
    ["a binary message", undefined],
    ["one that is too long", JSON.stringify({ type: "auth", token: "x".repeat(8_192) })],
  ])("is closed by %s", (_what, text) => {
    const { socket, begun } = desk.awaited();
    desk.tokens.set("good", sessionOf());
    expect(desk.logins.receive(socket, text)).toBe("handled");
    expect(socket.log).toEqual([[4401, "log in first"]]);
    expect(desk.say(socket, { type: "auth", token: "good" })).toBe("handled");
    expect(begun).toEqual([]);
    desk.expectNothingLeft([socket]);
  });

  it.each([
    ["token/invalid", {}, "nobody's"],
    ["auth/insufficient-scope", { scope: "account" }, "narrow"],
  ])("is closed by the first refusal: %s", (code, said, token) => {
    const { socket, begun } = desk.awaited();
    desk.tokens.set("narrow", sessionOf(said));
    desk.say(socket, { type: "auth", token, id: 1 });
    expect(socket.log).toEqual([
      { type: "auth", event: "refused", code, id: 1 },
      [4401, "the login was refused"],
    ]);
    expect(begun).toEqual([]);
    desk.expectNothingLeft([socket]);
  });

  it("is one of 256 at most, and makes room by each way in which it ends", () => {
    desk.tokens.set("good", sessionOf());
    const all = Array.from({ length: 256 }, () => desk.awaited().socket);
    expect(desk.logins.mayAwait).toBe(false);
    const ways: ((socket: Recorder) => void)[] = [
      (socket) => desk.say(socket, { type: "auth", token: "good" }),
      (socket) => desk.say(socket, { type: "auth", token: "bad" }),
      (socket) => desk.logins.receive(socket, undefined),
      (socket) => desk.logins.delete(socket),
    ];
    for (const [i, way] of ways.entries()) {
      way(all[i]!);
      desk.logins.delete(all[i]!);
      desk.logins.delete(all[i]!);
      expect(desk.logins.mayAwait).toBe(true);
      desk.awaited();
      expect(desk.logins.mayAwait).toBe(false);
    }
    desk.passTo(5_000);
    expect(desk.logins.size).toBe(0);
    for (let i = 0; i < 255; i += 1) desk.awaited();
    expect(desk.logins.mayAwait).toBe(true);
    desk.awaited();
    expect(desk.logins.mayAwait).toBe(false);
  });

  it("may have less time, and be one of fewer", () => {
    desk = new LoginDesk({ firstMessageTimeout: 1_000, mostAwaited: 1 });
    const { socket } = desk.awaited();
    expect(desk.logins.mayAwait).toBe(false);
    desk.passTo(1_000);
    expect(socket.log).toHaveLength(1);
    expect(desk.logins.mayAwait).toBe(true);
  });

  it("is logged in even when the application fails at that, whatever it throws", () => {
    desk.tokens.set("good", sessionOf());
    for (const failure of [new TypeError("a bug"), new AuthError("session/unknown", "There is none.")]) {
      const socket = new Recorder();
      desk.logins.await(socket, () => {
        throw failure;
      });
      expect(() => desk.say(socket, { type: "auth", token: "good" })).toThrow(failure);
      expect(socket.log).toEqual([{ type: "auth", event: "accepted", expires_at: start + 600 }]);
    }
    expect(desk.logins.size).toBe(2);
    expect(desk.logins.mayAwait).toBe(true);
    desk.logins.end({ accountId: "a1", sessionId: "s1", reason: "ended" });
    expect(desk.logins.size).toBe(0);
  });
});
