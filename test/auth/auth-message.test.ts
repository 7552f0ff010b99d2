import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuthMessage } from "../../src/auth/auth-message.ts";

const read = (value: unknown) => parseAuthMessage(JSON.stringify(value));

describe("a message about the login", () => {
  it("has a token or a ticket", () => {
    expect(read({ type: "auth", token: "t" })).toEqual({ token: "t" });
    expect(read({ type: "auth", ticket: "t" })).toEqual({ ticket: "t" });
    expect(read({ more: [], token: "t", type: "auth" })).toEqual({ token: "t" });
  });

  it("may have an id, a number or up to 64 characters", () => {
    expect(read({ type: "auth", token: "t", id: 0 })).toEqual({ token: "t", id: 0 });
    expect(read({ type: "auth", ticket: "t", id: "" })).toEqual({ ticket: "t", id: "" });
    expect(read({ type: "auth", token: "t", id: "x".repeat(64) })).toEqual({
      token: "t",
      id: "x".repeat(64),
    });
    for (const id of ["x".repeat(65), null, true, {}, [1]]) {
      expect(read({ type: "auth", token: "t", id })).toEqual({ token: "t" });
    }
  });

  it("gives no id that JSON cannot say", () => {
    expect(parseAuthMessage('{"type":"auth","token":"t","id":1e999}')).toEqual({ token: "t" });
  });

  it.each([
    ["neither", {}],
    ["both", { token: "t", ticket: "t" }],
    ["a token that is none", { token: 1 }],
    ["a ticket that is none", { ticket: null }],
    ["a token, and a ticket that is none", { token: "t", ticket: 1 }],
    ["a ticket, and a token that is none", { ticket: "t", token: 1 }],
  ])("with %s has an empty token, so that it is refused and goes no further", (_what, members) => {
    expect(read({ type: "auth", ...members })).toEqual({ token: "" });
  });

  it("may be written with any white space and escapes in its values", () => {
    expect(parseAuthMessage(' {\n"type" : "auth",\t"token":"\\u0074" } ')).toEqual({ token: "t" });
  });
});

describe("a message that is not about the login", () => {
  it.each([
    "",
    "auth",
    '"auth"',
    "null",
    '["auth"]',
    '{"type":"auth"',
    '{"type":"AUTH","token":"t"} "auth"',
    '{"type":"chat","text":"auth","token":"t"}',
    '{"type":["auth"],"token":"t"}',
    '{"kind":"auth","token":"t"}',
  ])("is %j", (text) => {
    expect(parseAuthMessage(text)).toBeUndefined();
  });

  it("is what is longer than 8,192 characters", () => {
    const message = (length: number) => {
      const frame = JSON.stringify({ type: "auth", token: "" });
      return JSON.stringify({ type: "auth", token: "x".repeat(length - frame.length) });
    };
    expect(parseAuthMessage(message(8_192))).toBeDefined();
    expect(parseAuthMessage(message(8_193))).toBeUndefined();
  });

  it("is most of what anybody may send, and reading it never throws (seed 6)", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"type":"auth","token":${json}}`),
      fc.string().map((text) => `{"type":"auth","ticket":${text}}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const message = parseAuthMessage(text);
        if (message !== undefined)
          expect(typeof ("token" in message ? message.token : message.ticket)).toBe("string");
      }),
      { seed: 6, numRuns: 1_000 },
    );
  });
});
