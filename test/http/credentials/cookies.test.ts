import { describe, expect, it } from "vitest";
import {
  type CookieAttributes,
  parseCookies,
  serializeCookie,
} from "../../../src/http/credentials/cookies.ts";

describe("RFC 6265bis §4.2 Cookie", () => {
  it.each<[string | undefined, Record<string, string>]>([
    ["SID=31d4d96e407aad42; lang=en-US", { SID: "31d4d96e407aad42", lang: "en-US" }],
    [undefined, {}],
    ["", {}],
    ["a=", { a: "" }],
    ["a=b=c==", { a: "b=c==" }],
    ["a=1;b=2;;  c=3 ;", { a: "1", b: "2", c: "3" }],
    [" \ta = 1 \t", { a: "1" }],
    ['a="quoted"', { a: '"quoted"' }],
    ["nameless; a=1", { a: "1" }],
    ["=value; a=1", { a: "1" }],
    ["__proto__=x; constructor=y", { ["__proto__"]: "x", constructor: "y" }],
    ["a=%41", { a: "%41" }],
    ["a=\u00e9\u0000", { a: "\u00e9\u0000" }],
  ])("reads %j", (field, cookies) => {
    expect([...parseCookies(field)]).toEqual(Object.entries(cookies));
  });

  it("leaves out a name that has two values, because their order says nothing (§4.2.2)", () => {
    expect([...parseCookies("a=1; b=2; a=3; a=1")]).toEqual([["b", "2"]]);
  });

  it("keeps a name that comes twice with one value", () => {
    expect([...parseCookies("a=1; a=1")]).toEqual([["a", "1"]]);
  });
});

describe("RFC 6265bis §4.1 Set-Cookie", () => {
  it.each<[string, string, CookieAttributes, string]>([
    ["SID", "31d4d96e407aad42", {}, "SID=31d4d96e407aad42"],
    ["a", "", { maxAgeSeconds: 0 }, "a=; Max-Age=0"],
    ["a", '"b"', {}, 'a="b"'],
    ["a", "b", { domain: "site.example", path: "/x y" }, "a=b; Domain=site.example; Path=/x y"],
    [
      "SID",
      "1",
      { maxAgeSeconds: 600, path: "/", secure: true, httpOnly: true, sameSite: "Lax" },
      "SID=1; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax",
    ],
    ["a", "b", { secure: false, httpOnly: false, sameSite: undefined }, "a=b"],
    ["__Host-SID", "1", { secure: true, path: "/" }, "__Host-SID=1; Path=/; Secure"],
    ["__Secure-SID", "1", { secure: true, domain: "a.example" }, "__Secure-SID=1; Domain=a.example; Secure"],
    ["a", "b", { secure: true, sameSite: "None" }, "a=b; Secure; SameSite=None"],
  ])("writes %s=%s with %j", (name, value, attributes, field) => {
    expect(serializeCookie(name, value, attributes)).toBe(field);
  });

  it.each<[string, string, string, CookieAttributes?]>([
    ["an empty name", "", "1"],
    ["a space in the name", "a b", "1"],
    ["a separator in the name", "a=b", "1"],
    ["a name outside ASCII", "é", "1"],
    ["a space in the value", "a", "1 2"],
    ["a semicolon in the value", "a", "1;2"],
    ["a comma in the value", "a", "1,2"],
    ["a backslash in the value", "a", "1\\2"],
    ["a quote inside", "a", '1"2'],
    ["one quote", "a", '"1'],
    ["a line break", "a", "1\r\nSet-Cookie: b=2"],
    ["NUL", "a", "\0"],
    ["a value outside ASCII", "a", "é"],
    ["more than 4096 octets, which §5.6 drops", "a", "x".repeat(4096)],
    ["a fraction of a second", "a", "1", { maxAgeSeconds: 1.5 }],
    ["a negative Max-Age", "a", "1", { maxAgeSeconds: -1 }],
    ["a semicolon in Path", "a", "1", { path: "/;Secure" }],
    ["a Path without a slash", "a", "1", { path: "a" }],
    ["a Path of more than 1024 octets, which §5.6 ignores", "a", "1", { path: `/${"x".repeat(1024)}` }],
    ["an empty Domain", "a", "1", { domain: "" }],
    ["a malformed Domain", "a", "1", { domain: "a; Secure" }],
    ["__Secure- without Secure (§4.1.3.1)", "__Secure-a", "1"],
    ["__Host- without Secure (§4.1.3.2)", "__Host-a", "1", { path: "/" }],
    ["__Host- without Path", "__Host-a", "1", { secure: true }],
    ["__Host- with Domain", "__Host-a", "1", { secure: true, path: "/", domain: "a.example" }],
    ["__host- in another case", "__host-a", "1", { path: "/" }],
    ["SameSite=None without Secure", "a", "1", { sameSite: "None" }],
  ])("refuses %s", (_what, name, value, attributes) => {
    expect(() => serializeCookie(name, value, attributes)).toThrow(TypeError);
  });

  it("is read back as it was", () => {
    const value = "!#$%&'()*+-./09:<=>?@AZ[]^_`az{|}~";
    expect(parseCookies(serializeCookie("a", value)).get("a")).toBe(value);
  });
});
