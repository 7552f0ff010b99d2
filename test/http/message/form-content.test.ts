import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeForm } from "../../../src/http/message/form-content.ts";
import { HttpProblem } from "../../../src/http/message/problem.ts";

const form = (text: string): Record<string, string> => Object.fromEntries(decodeForm(Buffer.from(text)));

const members = (count: number): string => Array.from({ length: count }, (_, i) => `n${i}=1`).join("&");

describe("RFC 6749 Appendix B application/x-www-form-urlencoded", () => {
  it("decodes the example of the appendix", () => {
    expect(form("a=+%25%26%2B%C2%A3%E2%82%AC")).toEqual({ a: " %&+£€" });
  });

  it.each([
    ["token=abc&token_type_hint=refresh_token", { token: "abc", token_type_hint: "refresh_token" }],
    ["a=b=c", { a: "b=c" }],
    ["a=", { a: "" }],
    ["a", { a: "" }],
    ["=a", { "": "a" }],
    ["&&a=1&", { a: "1" }],
    ["&", {}],
    ["a+b=c+d", { "a b": "c d" }],
    ["%61=%2b", { a: "+" }],
    ["a=é", { a: "é" }],
    ["a=%00", { a: "\0" }],
    ["A=1&a=2", { A: "1", a: "2" }],
  ])("reads %s", (text, fields) => {
    expect(form(text)).toEqual(fields);
  });

  it("keeps names that every object has apart from the members", () => {
    expect(decodeForm(Buffer.from("__proto__=1&constructor=2")).get("__proto__")).toBe("1");
    expect(decodeForm(Buffer.from("a=1")).has("constructor")).toBe(false);
  });

  it.each([
    ["a name twice (RFC 6749 §3.2)", "a=1&a=2"],
    ["a name twice, spelt in two ways", "a=1&%61=1"],
    ["a name twice without values", "a&a"],
    ["half a percent-encoding", "a=%4"],
    ["a percent sign alone", "a=100%"],
    ["no hexadecimal", "a=%zz"],
    ["percent-encoded octets that are no UTF-8", "a=%ff"],
    ["an overlong character", "a=%c0%af"],
    ["a cut character", "a=%e2%82"],
    ["a surrogate", "a=%ed%a0%80"],
    ["more than 64 members", members(65)],
  ])("refuses %s with 400", (_what, text) => {
    expect(() => form(text)).toThrow(expect.objectContaining({ status: 400, code: "http/malformed-form" }));
  });

  it("refuses octets that are no UTF-8 with 400", () => {
    const content = Buffer.from("a=\xff", "latin1");
    expect(() => decodeForm(content)).toThrow(expect.objectContaining({ code: "http/malformed-form" }));
  });

  it("refuses nothing at all with 400, and takes 64 members", () => {
    expect(() => form("")).toThrow(expect.objectContaining({ status: 400, code: "http/empty-content" }));
    expect(decodeForm(Buffer.from(members(64))).size).toBe(64);
  });

  it("tells nothing of the content in its refusal", () => {
    const refusals = ["password=horse&password=horse", "password=horse%"].map((text) => {
      try {
        return form(text);
      } catch (error) {
        return error as HttpProblem;
      }
    });
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(HttpProblem);
      expect(JSON.stringify((refusal as HttpProblem).response)).not.toContain("horse");
    }
  });

  const seed = 20260607;
  it(`reads what a URL writes (seed ${seed})`, () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.dictionary(text, text, { minKeys: 1, maxKeys: 20 }), (fields) => {
        const written = new URLSearchParams(Object.entries(fields)).toString();
        expect([...decodeForm(Buffer.from(written))]).toEqual(Object.entries(fields));
      }),
      { seed, numRuns: 300 },
    );
  });
});
