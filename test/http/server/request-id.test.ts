import { describe, expect, it } from "vitest";
import { isRequestId, requestIds } from "../../../src/http/server/request-id.ts";

describe("the names of requests", () => {
  it("count up behind what is the process's own", () => {
    const next = requestIds("Ab_-1234");
    expect([next(), next()]).toEqual(["Ab_-1234-1", "Ab_-1234-2"]);
    for (let i = 3; i < 36; i++) next();
    expect(next()).toBe("Ab_-1234-10");
  });

  it("are what is taken from others", () => {
    const next = requestIds("x".repeat(40));
    expect(isRequestId(next())).toBe(true);
    expect(isRequestId(requestIds("abcdef")())).toBe(true);
  });

  it.each(["", "short", "x".repeat(41), "a b c d e f", "é".repeat(8)])("are not made behind %j", (prefix) => {
    expect(() => requestIds(prefix)).toThrow(RangeError);
  });

  it.each(["abcdefgh", "7b2f0c9e-3d51-4a86-9c1e-2f6d7b8a9c0d", "x".repeat(64), "__------"])(
    "may be %j",
    (name) => {
      expect(isRequestId(name)).toBe(true);
    },
  );

  it.each([
    undefined,
    "",
    "abcdefg",
    "x".repeat(65),
    "abcdefgh\n",
    "abc defgh",
    "abcdefgh, abcdefgh",
    "é".repeat(8),
    '"abcdefgh"',
  ])("may not be %j", (name) => {
    expect(isRequestId(name)).toBe(false);
  });
});
