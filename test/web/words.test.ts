import { describe, expect, it } from "vitest";
import type { SignallingErrorCode } from "../../src/signalling/client/index.ts";
import { AuthFailure } from "../../web/auth-api.ts";
import { MediaFailure } from "../../web/local-media.ts";
import { authSentence, mediaSentence, refusalSentence } from "../../web/words.ts";

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
    forbidden: /may not enter room kitchen/,
    "too-many-rooms": /another room.*Leave/,
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
