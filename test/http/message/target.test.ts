import { describe, expect, it } from "vitest";
import { HttpProblem } from "../../../src/http/message/problem.ts";
import { parseTarget } from "../../../src/http/message/target.ts";

describe("RFC 9112 §3.2 request target", () => {
  it.each([
    ["/", "/", ""],
    ["/where?q=now", "/where", "q=now"],
    ["/a?b?c=/d", "/a", "b?c=/d"],
    ["/a?", "/a", ""],
    ["/~user/a.b-c_d!$&'()*+,;=:@", "/~user/a.b-c_d!$&'()*+,;=:@", ""],
    ["/caf%C3%A9", "/café", ""],
    ["/%41%2d%7E", "/A-~", ""],
    ["/a%20b", "/a b", ""],
    ["/a//b/", "/a//b/", ""],
    ["/.well-known/jwks.json", "/.well-known/jwks.json", ""],
    ["/...", "/...", ""],
    ["/a..b/..c", "/a..b/..c", ""],
  ])("takes the origin form %s apart", (target, path, query) => {
    expect(parseTarget(target)).toEqual({ path, query, authority: undefined });
  });

  it("decodes once only", () => {
    expect(parseTarget("/%252e%252e/%2525").path).toBe("/%2e%2e/%25");
  });

  it.each([
    ["http://www.example.org/pub/WWW/TheProject.html", "/pub/WWW/TheProject.html", "", "www.example.org"],
    ["http://www.example.org:8001", "/", "", "www.example.org:8001"],
    ["HTTPS://a?b", "/", "b", "a"],
  ])("takes the absolute form %s apart (§3.2.2)", (target, path, query, authority) => {
    expect(parseTarget(target)).toEqual({ path, query, authority });
  });

  it("takes the asterisk form (§3.2.4)", () => {
    expect(parseTarget("*").path).toBe("*");
  });

  it.each([
    ["", "nothing"],
    ["a", "no slash"],
    ["?q", "no path"],
    ["www.example.com:80", "the authority form"],
    ["ftp://a/b", "another scheme"],
    ["http://user:secret@a/b", "user information"],
    ["http:///b", "an empty host"],
    ["/a b", "a space"],
    ["/a#b", "a fragment"],
    ["/a\\b", "a backslash"],
    ["/a[b]", "a bracket"],
    ['/"', "a quote"],
    ["/caf\u00e9", "an octet above 127"],
    ["/%", "a bare percent"],
    ["/%4", "half an octet"],
    ["/%zz", "no hex"],
    ["/%C3", "cut UTF-8"],
    ["/%C0%AF", "an overlong slash"],
    ["/%ED%A0%80", "a surrogate"],
    ["/%FF", "no UTF-8"],
    ["/a%00", "NUL"],
    ["/a%0d%0aSet-Cookie:x", "a line break"],
    ["/a%7f", "DEL"],
    ["/a%2fb", "an encoded slash"],
    ["/a%2Fb", "an encoded slash"],
    ["/a%5cb", "an encoded backslash"],
    ["/..", "a dot segment"],
    ["/.", "a dot segment"],
    ["/a/../b", "a dot segment"],
    ["/a/./b", "a dot segment"],
    ["/%2e%2e/etc/passwd", "an encoded dot segment"],
    ["/.%2E/etc/passwd", "an encoded dot segment"],
    ["/a/%2e", "an encoded dot segment"],
  ])("refuses %j with 400: %s", (target) => {
    const parse = (): unknown => parseTarget(target);
    expect(parse).toThrow(HttpProblem);
    expect(parse).toThrow(expect.objectContaining({ status: 400, code: "http/malformed-target" }));
  });
});
