import { describe, expect, it } from "vitest";
import { jsonResponse, reasonPhrase, serializeResponse } from "../../../src/http/message/response.ts";

describe("RFC 9112 §4 response on the wire", () => {
  const date = new Date(Date.UTC(1994, 10, 6, 8, 49, 37));

  it("has a status line, a date, a length and the end of the connection", () => {
    const bytes = serializeResponse({ status: 503, headers: { "retry-after": "5" }, body: "é" }, date);
    expect(bytes.toString("utf8")).toBe(
      "HTTP/1.1 503 Service Unavailable\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: 5\r\n" +
        "content-length: 2\r\nconnection: close\r\n\r\né",
    );
  });

  it("writes a line for each of several values", () => {
    const bytes = serializeResponse({ status: 200, headers: { "set-cookie": ["a=1", "b=2"] } }, date);
    expect(bytes.toString()).toContain("set-cookie: a=1\r\nset-cookie: b=2\r\n");
  });

  it("leaves the phrase of an unknown status empty", () => {
    expect(reasonPhrase(599)).toBe("");
  });
});

describe("JSON response", () => {
  it("has the type of JSON unless its headers say a closer one", () => {
    expect(jsonResponse(201, { a: 1 })).toEqual({
      status: 201,
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
    expect(jsonResponse(200, {}, { "content-type": "application/jwk-set+json" }).headers).toEqual({
      "content-type": "application/jwk-set+json",
    });
  });
});
