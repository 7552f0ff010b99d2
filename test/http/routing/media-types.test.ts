import { describe, expect, it } from "vitest";
import { mediaTypeOf } from "../../../src/http/routing/media-types.ts";

describe("RFC 9110 §8.3 media type of a file", () => {
  it.each([
    ["index.html", "text/html; charset=utf-8"],
    ["app.min.JS", "text/javascript; charset=utf-8"],
    ["a.css", "text/css; charset=utf-8"],
    ["a.svg", "image/svg+xml"],
    ["a.unknown", "application/octet-stream"],
    ["README", "application/octet-stream"],
    ["html", "application/octet-stream"],
    ["a.constructor", "application/octet-stream"],
    ["a.__proto__", "application/octet-stream"],
  ])("of %s is %s", (name, type) => {
    expect(mediaTypeOf(name)).toBe(type);
  });
});
