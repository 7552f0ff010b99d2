import { describe, expect, it } from "vitest";
import {
  apiHeaders,
  pageHeaders,
  strictTransportSecurity,
} from "../../../src/http/message/security-headers.ts";

/** The directives of a policy by name. */
function directives(policy: unknown): Record<string, string> {
  const parts = String(policy).split("; ");
  return Object.fromEntries(parts.map((part) => [part.split(" ", 1)[0]!, part.replace(/^\S+ ?/, "")]));
}

describe("fields for pages", () => {
  it("let a page run and load its own files alone", () => {
    expect(directives(pageHeaders("https://chat.example")["content-security-policy"])).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "connect-src": "'self' wss://chat.example",
      "img-src": "'self' data:",
      "media-src": "'self' blob:",
      "manifest-src": "'self'",
      "base-uri": "'none'",
      "form-action": "'self'",
      "frame-ancestors": "'none'",
    });
  });

  it.each([
    ["http://localhost:8080", "'self' ws://localhost:8080"],
    ["https://a.example:8443", "'self' wss://a.example:8443"],
    [undefined, "'self'"],
  ])("let a page of %s connect to %s", (origin, sources) => {
    expect(directives(pageHeaders(origin)["content-security-policy"])["connect-src"]).toBe(sources);
  });

  it.each(["https://a; script-src *", "https://a/b", "a.example", "", "https://a 'unsafe-inline'"])(
    "refuse %j as an origin",
    (origin) => {
      expect(() => pageHeaders(origin)).toThrow(TypeError);
    },
  );

  it("keep camera and microphone for the page itself, and the opener away", () => {
    expect(pageHeaders()).toMatchObject({
      "permissions-policy": expect.stringMatching(/camera=\(self\), microphone=\(self\)/),
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
  });
});

describe("fields for everything else", () => {
  it("allow nothing", () => {
    expect(directives(apiHeaders["content-security-policy"])).toEqual({
      "default-src": "'none'",
      "frame-ancestors": "'none'",
    });
  });
});

describe("RFC 6797 §6.1 Strict-Transport-Security", () => {
  it.each([
    [{}, "max-age=63072000"],
    [{ maxAgeSeconds: 0 }, "max-age=0"],
    [{ maxAgeSeconds: 600, includeSubDomains: true }, "max-age=600; includeSubDomains"],
    [{ includeSubDomains: true, preload: true }, "max-age=63072000; includeSubDomains; preload"],
  ])("of %j is %s", (options, value) => {
    expect(strictTransportSecurity(options)).toBe(value);
  });

  it.each([
    { maxAgeSeconds: -1 },
    { maxAgeSeconds: 1.5 },
    { maxAgeSeconds: Number.NaN },
    { preload: true },
    { preload: true, includeSubDomains: true, maxAgeSeconds: 86_400 },
  ])("is none of %j", (options) => {
    expect(() => strictTransportSecurity(options)).toThrow(RangeError);
  });
});
