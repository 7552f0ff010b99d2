import { describe, expect, it } from "vitest";
import { asksForWebSocket, headProblem } from "../../../src/http/message/head.ts";

describe("RFC 9112 §3.2 Host", () => {
  it.each(["a", "example.com:8080", "127.0.0.1:80", "[::1]:80", "[::1]", "", "EXAMPLE.com"])(
    "passes %j",
    (host) => {
      expect(headProblem("1.1", ["Host", host])).toBeUndefined();
    },
  );

  it.each(["a b", "a/b", "a@b", "a:b", "[::1", "a,b/", "a:1:2", '"', "a\\b"])(
    "refuses %j with 400",
    (host) => {
      expect(headProblem("1.1", ["Host", host])).toMatchObject({
        status: 400,
        code: "http/malformed-request",
      });
    },
  );

  it("refuses HTTP/1.1 without it, and passes HTTP/1.0 without it", () => {
    expect(headProblem("1.1", ["Accept", "*/*"])).toMatchObject({ status: 400, code: "http/missing-host" });
    expect(headProblem("1.0", [])).toBeUndefined();
  });
});

describe("RFC 9110 §5.3 fields of one value", () => {
  it.each(["Host", "authorization", "Content-Type", "Origin", "Sec-Fetch-Site"])(
    "refuses two lines of %s",
    (name) => {
      const raw = ["host", "a", name, "a", name.toUpperCase(), "a"];
      expect(headProblem("1.1", raw)).toMatchObject({ status: 400, code: "http/duplicate-field" });
    },
  );

  it("passes two lines of Cookie and of Accept", () => {
    expect(
      headProblem("1.1", ["host", "a", "Cookie", "a=1", "Cookie", "b=2", "Accept", "a/b", "Accept", "c/d"]),
    ).toBe(undefined);
  });
});

describe("RFC 9110 §7.8 Upgrade", () => {
  it.each([
    ["websocket", true],
    ["WebSocket", true],
    ["h2c, websocket", true],
    ["h2c", false],
    ["websocket/13x", false],
    ["", false],
    [undefined, false],
  ])("reads %j as %s", (field, asked) => {
    expect(asksForWebSocket(field)).toBe(asked);
  });
});
