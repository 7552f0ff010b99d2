import { describe, expect, it } from "vitest";
import {
  announcesContent,
  announcesMoreThan,
  type ContentFields,
  checkJsonFields,
  decodeJson,
} from "../../src/http/json-content.ts";
import { HttpProblem } from "../../src/http/problem.ts";

describe("RFC 9112 §6.3 announced content", () => {
  it.each<[ContentFields, boolean, boolean]>([
    [{}, false, false],
    [{ "content-length": "0" }, false, false],
    [{ "content-length": "10" }, true, false],
    [{ "content-length": "11" }, true, true],
    [{ "transfer-encoding": "chunked" }, true, true],
  ])("reads %j", (fields, some, tooMuch) => {
    expect(announcesContent(fields)).toBe(some);
    expect(announcesMoreThan(10, fields)).toBe(tooMuch);
  });
});

describe("fields of JSON content", () => {
  const length = { "content-length": "2" };

  it.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json ; charset=utf-8",
    "application/json;",
  ])("pass as %s", (type) => {
    expect(() => checkJsonFields({ ...length, "content-type": type }, 10)).not.toThrow();
  });

  it.each([
    undefined,
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=application/json",
    "application/json; charset=iso-8859-1",
    "application/jsonp",
    "application/json, text/plain",
    "text/plain; application/json",
    "application/ld+json",
  ])("are refused with 415 as %j, and told what would do", (type) => {
    const check = (): void => checkJsonFields({ ...length, "content-type": type }, 10);
    expect(check).toThrow(
      expect.objectContaining({
        status: 415,
        code: "http/unsupported-media-type",
        response: expect.objectContaining({
          headers: expect.objectContaining({ accept: "application/json" }),
        }),
      }),
    );
  });

  it("are refused with 415 when compressed, and told what would do (RFC 9110 §12.5.3)", () => {
    const fields = { ...length, "content-type": "application/json", "content-encoding": "gzip" };
    expect(() => checkJsonFields(fields, 10)).toThrow(
      expect.objectContaining({
        status: 415,
        response: expect.objectContaining({
          headers: expect.objectContaining({ "accept-encoding": "identity" }),
        }),
      }),
    );
  });

  it("are refused with 413 one byte above the limit", () => {
    const fields = { "content-type": "application/json", "content-length": "11" };
    expect(() => checkJsonFields(fields, 10)).toThrow(expect.objectContaining({ status: 413 }));
    expect(() => checkJsonFields(fields, 11)).not.toThrow();
  });

  it("are refused with 400 when there is no content", () => {
    expect(() => checkJsonFields({}, 10)).toThrow(
      expect.objectContaining({ status: 400, code: "http/empty-content" }),
    );
  });
});

describe("RFC 8259 JSON", () => {
  it.each<[string, unknown]>([
    ['{"a":[1,"é"]}', { a: [1, "é"] }],
    [" null ", null],
    ['"\\u0000"', "\0"],
  ])("reads %s", (text, value) => {
    expect(decodeJson(Buffer.from(text))).toEqual(value);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", Buffer.alloc(0)],
    ["half a value", Buffer.from('{"a":')],
    ["two values", Buffer.from("{} {}")],
    ["a byte order mark (§8.1)", Buffer.from("\ufeff{}")],
    ["a cut character", Uint8Array.of(0x22, 0xc3, 0x22)],
    ["an overlong character", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ["a surrogate", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
    ["64 KiB of brackets", Buffer.alloc(65536, "[")],
  ])("refuses %s with 400", (_what, bytes) => {
    expect(() => decodeJson(bytes)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it("tells nothing of the content in its refusal", () => {
    const refusal = catchOf(() => decodeJson(Buffer.from('{"password":"correct horse"')));
    expect(refusal).toBeInstanceOf(HttpProblem);
    expect(JSON.stringify(refusal)).not.toContain("horse");
    expect((refusal as HttpProblem).message).not.toContain("horse");
  });
});

function catchOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
