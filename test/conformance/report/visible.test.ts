import { describe, expect, it } from "vitest";
import { visible, visibleLines } from "../../../src/conformance/report/visible.ts";
import { attack } from "./hostile.ts";

describe("visible text", () => {
  it.each([
    ["escape sequences", "\x1b[2J", "\\u001b[2J"],
    ["their one-octet form", "\x9b31m", "\\u009b31m"],
    ["marks that turn words round", "\u202efdp.exe\u2066", "\\u202efdp.exe\\u2066"],
    ["characters without width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["lone surrogates", "\ud800", "\\ud800"],
    ["characters beyond the first plane, as JSON does", "\u{e0041}", "\\udb40\\udc41"],
    ["line ends", "a\r\nb\u2028c", "a\\u000d\\u000ab\\u2028c"],
  ])("escapes %s", (_, text, shown) => expect(visible(text)).toBe(shown));

  it("leaves words of all languages as they are", () => {
    expect(visible("κόσμε, 日本語 — ok")).toBe("κόσμε, 日本語 — ok");
  });

  it("means the same inside a JSON string", () => {
    expect(JSON.parse(visible(JSON.stringify(attack)))).toBe(attack);
  });

  it("goes line by line where lines are wanted", () => {
    expect(visibleLines("a\r\nb\x07\nc")).toEqual(["a", "b\\u0007", "c"]);
  });
});
