import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { IceUrlError } from "../../src/signalling/ice-url.ts";
import {
  defaultTurnLifetime,
  type IceServersOptions,
  iceServersOf,
  maxTurnLifetime,
  turnCredentials,
} from "../../src/signalling/turn-credentials.ts";

const now = 1_700_000_000_000;
const secret = "north";

/** The convention once more, by the letter. */
function passwordOf(username: string, of: string = secret): string {
  return createHmac("sha1", of).update(username).digest("base64");
}

describe("draft-uberti-behave-turn-rest-00 §2.2 credentials", () => {
  it("are the end of their life and a user, and HMAC-SHA1 of both", () => {
    const { username, credential } = turnCredentials({ secret, user: "alice", now, lifetime: 600_000 });
    expect(username).toBe("1700000600:alice");
    expect(credential).toBe(passwordOf("1700000600:alice"));
  });

  it("have the password that others publish for this secret and username", () => {
    // The vector of pion/turn, internal/auth: secret "foobar", username "1599491771". Ours always has a user behind it.
    expect(passwordOf("1599491771", "foobar")).toBe("Tpz/nKkyvX/vMSLKvL4sbtBt8Vs=");
    const { username, credential } = turnCredentials({
      secret: "foobar",
      user: "",
      now: 0,
      lifetime: 60_000,
    });
    expect([username, credential]).toEqual(["60:", passwordOf("60:", "foobar")]);
  });

  it("are good for an hour unless told otherwise, to the second below", () => {
    const { username } = turnCredentials({ secret, user: "a", now: now + 999 });
    expect(username).toBe(`${(now + defaultTurnLifetime) / 1000}:a`);
  });

  it.each([
    ["a:b", "a%3Ab"],
    ["a b", "a%20b"],
    ["it's (me)!*", "it%27s%20%28me%29%21%2A"],
    ["ünï", "%C3%BCn%C3%AF"],
    ["\ud800", "%EF%BF%BD"],
    ["c0ffee-1_2.3~", "c0ffee-1_2.3~"],
  ])("have the user %j as one word, %s", (user, word) => {
    const { username, credential } = turnCredentials({ secret, user, now });
    expect(username).toBe(`${(now + defaultTurnLifetime) / 1000}:${word}`);
    expect(credential).toBe(passwordOf(username));
  });

  it("have a user of any length in fewer than 509 bytes (RFC 8489 §14.3), and tell long ones apart", () => {
    const usernames = ["a", "b"].map((end) => {
      return turnCredentials({ secret, user: `${"ü".repeat(5_000)}${end}`, now }).username;
    });
    for (const username of usernames) expect(username).toMatch(/^\d+:sha256-[\w-]{43}$/);
    expect(usernames[0]).not.toBe(usernames[1]);
  });
});

const member = { peer: "p", user: "alice" };
const open = (options: Partial<IceServersOptions>): ReturnType<typeof iceServersOf> =>
  iceServersOf({ now: () => now, ...options });

describe("the servers of a member", () => {
  it("are STUN as it is, and TURN with credentials of the member's own", () => {
    const servers = open({
      stunUrls: ["stun:chat.example:3478"],
      turnUrls: ["turn:relay.example", "turns:relay.example?transport=tcp"],
      secrets: ["new", "old"],
      lifetime: 120_000,
    })(member);
    const username = "1700000120:alice";
    expect(servers).toEqual({
      iceServers: [
        { urls: ["stun:chat.example:3478"] },
        {
          urls: ["turn:relay.example", "turns:relay.example?transport=tcp"],
          username,
          credential: passwordOf(username, "new"),
        },
      ],
      lifetime: 120_000,
    });
  });

  it("have no lifetime where nothing expires", () => {
    expect(open({ stunUrls: ["stun:a.example"] })(member)).toEqual({
      iceServers: [{ urls: ["stun:a.example"] }],
    });
    expect(open({})(member)).toEqual({ iceServers: [] });
  });

  it("are minted anew by the clock each time", () => {
    let time = now;
    const servers = iceServersOf({ turnUrls: ["turn:a.example"], secrets: [secret], now: () => time });
    const first = servers(member).iceServers[0]!.username;
    time += 1000;
    expect(servers(member).iceServers[0]!.username).not.toBe(first);
  });

  it.each([
    ["a URL that is none", { stunUrls: ["http://a.example"] }, IceUrlError],
    ["TURN among STUN", { stunUrls: ["turn:a.example"] }, TypeError],
    ["STUN among TURN", { turnUrls: ["stun:a.example"], secrets: [secret] }, TypeError],
    ["TURN without a secret", { turnUrls: ["turn:a.example"] }, TypeError],
    ["an empty secret", { turnUrls: ["turn:a.example"], secrets: [""] }, TypeError],
    ["a lifetime below a minute", { lifetime: 59_999 }, RangeError],
    ["a lifetime above a day", { lifetime: maxTurnLifetime + 1 }, RangeError],
    ["a lifetime that is no number", { lifetime: Number.NaN }, RangeError],
  ])("are refused with %s", (_what, options, error) => {
    expect(() => open(options)).toThrow(error);
  });
});
