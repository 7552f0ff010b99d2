import { describe, expect, it } from "vitest";
import { isSameOrigin } from "../../../src/websocket/handshake/origin.ts";

type Row = readonly [origin: string, host: string, secure: boolean];

describe("RFC 6454 the origin of a page", () => {
  const same: readonly Row[] = [
    ["http://example.com", "example.com", false],
    ["http://example.com", "EXAMPLE.com", false],
    ["HTTP://Example.COM", "example.com", false],
    ["http://example.com:8080", "example.com:8080", false],
    ["http://example.com", "example.com:80", false],
    ["https://example.com", "example.com", true],
    ["https://example.com", "example.com:443", true],
    ["http://127.0.0.1:8080", "127.0.0.1:8080", false],
    ["http://[::1]:8080", "[::1]:8080", false],
    ["https://example.com", "example.com", false], // a proxy ends TLS
  ];
  for (const [origin, host, secure] of same) {
    it(`${origin} is that of ${host}${secure ? " over TLS" : ""}`, () => {
      expect(isSameOrigin(origin, host, secure)).toBe(true);
    });
  }

  const foreign: readonly Row[] = [
    ["http://example.com", "example.com", true],
    ["http://evil.example", "example.com", false],
    ["http://example.com.evil.example", "example.com", false],
    ["http://sub.example.com", "example.com", false],
    ["http://example.com:8081", "example.com:8080", false],
    ["http://example.com:8080", "example.com", false],
    ["null", "example.com", false],
    ["", "example.com", false],
    ["example.com", "example.com", false],
    ["file://", "example.com", false],
    ["chrome-extension://abc", "abc", false],
    ["http://example.com/", "example.com", false], // an origin has no path
    ["http://example.com/path", "example.com", false],
    ["http://user@example.com", "example.com", false],
    ["http://example.com http://evil.example", "example.com", false],
    ["http://example.com", "evil.example@example.com/", false],
    ["http://example.com", "", false],
    ["http://example.com", "a b", false],
  ];
  for (const [origin, host, secure] of foreign) {
    it(`${JSON.stringify(origin)} is foreign to ${JSON.stringify(host)}${secure ? " over TLS" : ""}`, () => {
      expect(isSameOrigin(origin, host, secure)).toBe(false);
    });
  }
});
