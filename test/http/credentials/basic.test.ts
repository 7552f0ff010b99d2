import { describe, expect, it } from "vitest";
import { basicChallenge, parseBasic } from "../../../src/http/credentials/basic.ts";

const encode = (userPass: string | Uint8Array): string => `Basic ${Buffer.from(userPass).toString("base64")}`;

describe("RFC 7617 §2 credentials", () => {
  it("reads the example of §2", () => {
    expect(parseBasic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).toEqual({
      username: "Aladdin",
      password: "open sesame",
    });
  });

  it("reads the example of §2.1 as UTF-8", () => {
    expect(parseBasic("Basic dGVzdDoxMjPCow==")).toEqual({ username: "test", password: "123£" });
  });

  it.each([
    ["basic QTpi", "A", "b"],
    ["BASIC   QTpi", "A", "b"],
    [encode("user:pass:word:"), "user", "pass:word:"],
    [encode(":"), "", ""],
    [encode("user:"), "user", ""],
    [encode(":pass"), "", "pass"],
    [encode("\ufeffu:p"), "\ufeffu", "p"],
  ])("reads %s", (field, username, password) => {
    expect(parseBasic(field)).toEqual({ username, password });
  });

  it.each([undefined, "", "Bearer abc", "Basics QTpi", "Digest username=x"])("finds none in %j", (field) => {
    expect(parseBasic(field)).toBeUndefined();
  });

  it.each([
    ["nothing", "Basic"],
    ["an empty value", "Basic "],
    ["no colon", encode("nocolon")],
    ["no padding", "Basic QTpiYw"],
    ["too much padding", "Basic QTpi===="],
    ["a space inside", "Basic QT pi"],
    ["a trailing space", "Basic QTpi "],
    ["base64url", "Basic YTo_Pz8-"],
    ["stray bits", "Basic QTpiYx=="],
    ["auth-params", 'Basic realm="x"'],
    ["a control character", encode("user:pa\0ss")],
    ["a line break", encode("us\ner:pass")],
    ["DEL", encode("user:\x7f")],
    ["ISO-8859-1", encode(Buffer.from("test:123\xa3", "latin1"))],
    ["an overlong encoding", encode(Uint8Array.of(0x75, 0x3a, 0xc0, 0x80))],
  ])("finds %s malformed", (_what, field) => {
    expect(parseBasic(field)).toBe("malformed");
  });
});

describe("RFC 7617 §2.1 challenge", () => {
  it("asks for UTF-8", () => {
    expect(basicChallenge("foo")).toBe('Basic realm="foo", charset="UTF-8"');
  });
});
