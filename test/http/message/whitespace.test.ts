import { describe, expect, it } from "vitest";
import { trimWhitespace } from "../../../src/http/message/whitespace.ts";

describe("RFC 9110 §5.6.3 whitespace", () => {
  it.each([
    ["", ""],
    [" \t ", ""],
    ["a", "a"],
    ["\t a \t b \t", "a \t b"],
    ["\u00a0a\n", "\u00a0a\n"],
  ])("around %j leaves %j", (text, trimmed) => {
    expect(trimWhitespace(text)).toBe(trimmed);
  });
});
