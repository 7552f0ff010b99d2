import { describe, expect, it } from "vitest";
import {
  announcesContent,
  announcesMoreThan,
  type ContentFields,
  checkContentFields,
  contentFormOf,
} from "../../../src/http/message/content-fields.ts";

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
    expect(() => checkContentFields({ ...length, "content-type": type }, "json", 10)).not.toThrow();
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
    const check = (): void => checkContentFields({ ...length, "content-type": type }, "json", 10);
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
    expect(() => checkContentFields(fields, "json", 10)).toThrow(
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
    expect(() => checkContentFields(fields, "json", 10)).toThrow(expect.objectContaining({ status: 413 }));
    expect(() => checkContentFields(fields, "json", 11)).not.toThrow();
  });

  it("are refused with 400 when there is no content", () => {
    expect(() => checkContentFields({}, "json", 10)).toThrow(
      expect.objectContaining({ status: 400, code: "http/empty-content" }),
    );
  });
});

describe("fields of a form", () => {
  const length = { "content-length": "2" };

  it.each(["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLencoded; charset=UTF-8"])(
    "pass as %s",
    (type) => {
      expect(() => checkContentFields({ ...length, "content-type": type }, "form", 10)).not.toThrow();
    },
  );

  it("are refused with 415 as JSON, and told what would do", () => {
    const fields = { ...length, "content-type": "application/json" };
    expect(() => checkContentFields(fields, "form", 10)).toThrow(
      expect.objectContaining({
        status: 415,
        response: expect.objectContaining({
          headers: expect.objectContaining({ accept: "application/x-www-form-urlencoded" }),
        }),
      }),
    );
  });
});

describe("the form of content", () => {
  const length = { "content-length": "2" };

  it.each<[ContentFields, string]>([
    [{}, "none"],
    [{ "content-type": "application/json" }, "none"],
    [{ "content-type": "application/json", "content-length": "0" }, "none"],
    [{ ...length, "content-type": "application/json" }, "json"],
    [{ "content-type": "application/json; charset=utf-8", "transfer-encoding": "chunked" }, "json"],
    [{ ...length, "content-type": "application/x-www-form-urlencoded" }, "form"],
    [{ ...length, "content-type": "text/plain" }, "other"],
    [length, "other"],
  ])("of %j is %s", (fields, form) => {
    expect(contentFormOf(fields)).toBe(form);
  });
});
