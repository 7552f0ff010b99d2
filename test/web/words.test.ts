import { describe, expect, it } from "vitest";
import type {
  LeaveReason,
  Member,
  PeerStats,
  SignallingErrorCode,
} from "../../src/signalling/client/index.ts";
import { AuthFailure } from "../../web/auth-api.ts";
import { MediaFailure } from "../../web/local-media.ts";
import {
  authSentence,
  copiedSentence,
  departed,
  endedSentence,
  LOGIN_ENDED,
  lockedBy,
  mediaSentence,
  newsOf,
  passwordSentence,
  pathWords,
  refusalSentence,
  screenSentence,
} from "../../web/words.ts";

describe("why a login did not work", () => {
  it.each([
    ["the server is away", new AuthFailure(0), /does not answer.*try again/],
    ["the password is wrong", new AuthFailure(401, { code: "auth/bad-credentials" }), /^Name or password/],
    ["the name is taken", new AuthFailure(409, { code: "account/taken" }), /taken.*another/],
    ["the server is busy", new AuthFailure(503, { detail: "not for people" }), /busy.*again/],
    ["the server has a fault", new AuthFailure(500, { detail: "not for people" }), /fault of its own/],
    ["the page has a fault", new TypeError("x is not a function"), /page.*Load it again/],
  ])("is said when %s", (_, error, sentence) => {
    expect(authSentence(error)).toMatch(sentence);
    expect(authSentence(error)).not.toContain("not for people");
  });

  it("is in the server's own words when it refuses a field", () => {
    const detail = "A password has at least 8 characters.";
    expect(authSentence(new AuthFailure(422, { code: "account/weak-password", detail }))).toBe(detail);
  });

  it("is at least a number when the answer is none of ours, such as a proxy's", () => {
    expect(authSentence(new AuthFailure(418))).toContain("418");
    expect(authSentence(new AuthFailure(418, { detail: { not: "text" } }))).toContain("418");
  });
});

describe("when to try again", () => {
  it.each([
    [429, 1, "Too many attempts. Try again in 1 second."],
    [429, 45, "Too many attempts. Try again in 45 seconds."],
    [429, 121, "Too many attempts. Try again in 3 minutes."],
    [503, 2, "The server is busy. Try again in 2 seconds."],
    [503, undefined, "The server is busy. Try again in a moment."],
    [429, 0, "Too many attempts. Try again in a moment."],
  ])("is said after %d with Retry-After %s", (status, retryAfter, sentence) => {
    expect(authSentence(new AuthFailure(status, {}, retryAfter))).toBe(sentence);
  });
});

describe("why a password was not changed", () => {
  it("is said at the present one when that is wrong", () => {
    const wrong = new AuthFailure(401, { code: "auth/bad-credentials", detail: "The username or …" });
    expect(passwordSentence(wrong)).toEqual({
      about: "current",
      sentence: "That is not your present password.",
    });
  });

  it("is said at the new one in the server's words when it may not be chosen", () => {
    const detail = "Choose a longer password: at least 8 characters.";
    const weak = new AuthFailure(422, { code: "account/weak-password", detail });
    expect(passwordSentence(weak)).toEqual({ about: "new", sentence: detail });
  });

  it("is said at neither when it is about neither", () => {
    expect(passwordSentence(new AuthFailure(429, {}, 9))).toEqual({
      about: undefined,
      sentence: "Too many attempts. Try again in 9 seconds.",
    });
  });
});

describe("why a login is over", () => {
  const copied = /may have a copy.*change your password/;
  it.each([
    ["refresh/reused", "", copied],
    ["refresh/invalid", "the refresh token was used twice", copied],
    ["refresh/reused", "logged out from elsewhere", copied],
    ["refresh/expired", "", /not been here for long/],
    ["refresh/invalid", "the password was changed", /password was changed elsewhere/],
    ["refresh/invalid", "logged out from elsewhere", /logged out from elsewhere/],
    ["refresh/invalid", "too many logins", /so many places/],
    ["auth/other-account", "", /Another account/],
    ["refresh/invalid", "something new", LOGIN_ENDED],
    [undefined, "", LOGIN_ENDED],
  ])("is said of %s and the reason %j", (code, reason, sentence) => {
    expect(endedSentence(code, reason)).toMatch(sentence);
  });

  it("names the device whose login was copied, and what to do", () => {
    expect(copiedSentence("Firefox on Windows")).toBe(
      "A copied login of yours was used; that session was ended: Firefox on Windows. Change your password.",
    );
  });
});

describe("why a device did not start", () => {
  const reasons = [
    ["NotAllowedError", /may not use your .*Allow/],
    ["NotFoundError", /^No .* found.*Plug/],
    ["OverconstrainedError", /^No .* found.*Plug/],
    ["NotReadableError", /another program.*Close/],
    ["AbortError", /another program.*Close/],
    ["SecurityError", /HTTPS/],
    ["InsecureContext", /HTTPS/],
    ["SomethingNewError", /SomethingNewError.*Try again/],
  ] as const;

  it.each(reasons)("names the device and what to do about %s", (reason, sentence) => {
    const [camera, microphone, both] = (["camera", "microphone", "both"] as const).map((device) =>
      mediaSentence(new MediaFailure(device, reason)),
    );
    for (const one of [camera, microphone, both]) expect(one).toMatch(sentence);
    expect(camera).not.toContain("microphone");
    expect(microphone).not.toContain("camera");
    expect(both).toContain("camera or microphone");
  });

  it("is said of an error that nobody expected too", () => {
    expect(mediaSentence(new Error("out of ideas"))).toBe(
      "The camera or microphone did not start. Try again.",
    );
  });
});

describe("why the server refused", () => {
  /** A code that is added must be added here, and so thought of in words.ts. */
  const everyCode: Readonly<Record<SignallingErrorCode, RegExp>> = {
    malformed: /did not understand/,
    "unknown-type": /did not understand/,
    "not-in-room": /not in the room.*Join/,
    "already-in-room": /another room.*Leave/,
    "unknown-peer": /not here any more/,
    "room-full": /kitchen is full.*choose another/,
    "rate-limited": /too fast.*Wait/,
    forbidden: /no permission.*kitchen/,
    "room-locked": /kitchen is locked.*unlock/,
    banned: /banned from room kitchen/,
    kicked: /removed you from room kitchen/,
    expired: /permission to be in room kitchen has ended/,
    closed: /kitchen was closed/,
    lost: /lost.*nobody knows whether it arrived/,
    unreachable: /cannot be reached now/,
    unavailable: /kitchen cannot be opened now/,
    "too-many-rooms": /another room.*Leave/,
    "token/invalid": /login has ended.*Log in/,
    "token/expired": /login has ended.*Log in/,
    "token/revoked": /login has ended.*Log in/,
    "ticket/invalid": /login has ended.*Log in/,
    "auth/insufficient-scope": /login has ended.*Log in/,
    "auth/other-account": /login has ended.*Log in/,
    timeout: /did not answer in time/,
    busy: /did not answer in time/,
    offline: /no connection.*keeps trying/,
    left: /had left the room/,
    ended: /is over.*Load/,
  };

  it.each(Object.entries(everyCode))("is a sentence of its own for %s", (code, sentence) => {
    expect(refusalSentence(code as SignallingErrorCode, "kitchen")).toMatch(sentence);
  });

  it("is the bare code when the server is newer than the page", () => {
    const sentence = refusalSentence("moon-phase" as SignallingErrorCode, "kitchen");
    expect(sentence).toBe("The server refused (moon-phase). Try again.");
  });
});

describe("how a connection does", () => {
  const direct: PeerStats = {
    ...{ roundTripTime: 11.6, bytesSent: 1, bytesReceived: 1, packetsLost: 0 },
    ...{ local: "host", remote: "prflx", relayed: false },
  };
  it.each([
    [direct, "Direct, 12 ms there and back"],
    [{ ...direct, roundTripTime: 0.2 }, "Direct, 1 ms there and back"],
    [{ ...direct, roundTripTime: undefined }, "Direct"],
    [{ ...direct, packetsLost: 1 }, "Direct, 12 ms there and back, 1 packet lost"],
    [{ ...direct, relayed: true, packetsLost: 9 }, "Through a relay, 12 ms there and back, 9 packets lost"],
    [{ ...direct, local: undefined }, undefined],
  ])("is of %j: %s", (stats, words) => {
    expect(pathWords(stats)).toBe(words);
  });
});

describe("what is told of people to those who cannot see it", () => {
  const both = { publish: true, subscribe: true } as const;
  const ann: Member = { peer: "p", user: "u", name: "ann", role: "member", polite: true, ...both };
  it.each<[string, Partial<Member>, Partial<Member>]>([
    ["ann lost the connection to the room and may come back", {}, { reconnecting: true }],
    ["ann is back", { reconnecting: true }, {}],
    ["ann is a host now", {}, { role: "host" }],
    ["ann raised a hand", {}, { presence: { hand: true } }],
    ["ann lowered the hand", { presence: { hand: true } }, { presence: {} }],
    ["ann shares a screen", {}, { presence: { screen: "s" } }],
    ["ann shares no screen any more", { presence: { screen: "s" } }, {}],
    ["", { presence: { microphone: "on" } }, { presence: { microphone: "muted" } }],
    ["", { role: "host" }, { role: "member" }],
  ])("is %j", (sentence, before, after) => {
    expect(newsOf({ ...ann, ...before }, { ...ann, ...after })).toBe(sentence);
  });

  it.each<[LeaveReason, string]>([
    ["left", "ann left"],
    ["lost", "ann left"],
    ["kicked", "ann was removed"],
    ["banned", "ann was banned"],
  ])("is, when they are gone for the reason %s: %s", (reason, sentence) => {
    expect(departed("ann", reason)).toBe(sentence);
  });

  it("names who locked the room, if it was somebody in it", () => {
    expect(lockedBy("ann", true)).toBe("ann locked the room");
    expect(lockedBy("ann", false)).toBe("ann unlocked the room");
    expect(lockedBy(undefined, true)).toBe("The room is locked");
  });
});

describe("why a screen is not shared", () => {
  it("is said with what to do", () => {
    expect(screenSentence(new DOMException("", "InvalidStateError"))).toMatch(/page to the front.*Try again/);
    expect(screenSentence(new Error("x"))).toBe("Your screen is not shared. Try again.");
  });
});
