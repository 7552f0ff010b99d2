import { describe, expect, it } from "vitest";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import { responseHead, statusOf, writeRefusal } from "../../../src/websocket/server/response.ts";
import { FakeDuplex } from "../fake-duplex.ts";

// What a peer gets over TCP is in refusals.test.ts.
describe("RFC 9112 §4 the head of an answer", () => {
  it("has its status line, its headers in order, and an empty line", () => {
    const headers = [
      ["A", "1"],
      ["B", "2"],
    ] as const;
    expect(responseHead(404, headers)).toBe("HTTP/1.1 404 Not Found\r\nA: 1\r\nB: 2\r\n\r\n");
  });

  it("has an empty reason for a status that has none", () => {
    expect(responseHead(499, [])).toBe("HTTP/1.1 499 \r\n\r\n");
  });
});

describe("a refusal on a stream", () => {
  it("is one write, after which our half is closed", () => {
    const stream = new FakeDuplex();
    writeRefusal(stream, refuse(403, "nö"));
    expect(stream.writes).toHaveLength(1);
    expect(stream.writableEnded).toBe(true);
    expect(stream.readableFlowing).toBe(true); // what the peer still sends is read and dropped
    const [head = "", body = ""] = stream.written.toString().split("\r\n\r\n");
    expect(head.split("\r\n")).toEqual([
      "HTTP/1.1 403 Forbidden",
      "Connection: close",
      expect.stringMatching(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/),
      "Content-Type: application/problem+json",
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]);
    expect(JSON.parse(body)).toEqual({ type: "about:blank", title: "Forbidden", status: 403, detail: "nö" });
    stream.destroy();
  });

  it("has no body where there is none, though its length is that of one (RFC 9110 §9.3.2)", () => {
    for (const refused of [{ ...refuse(405, "no"), bodiless: true } as const, refuse(304, "no")]) {
      const stream = new FakeDuplex();
      writeRefusal(stream, refused);
      expect(stream.written.toString()).toMatch(/\r\nContent-Length: \d+\r\n\r\n$/);
      stream.destroy();
    }
  });

  it("is written once, and not at all where nothing can be written", () => {
    const refused = new FakeDuplex();
    writeRefusal(refused, refuse(403, "no"));
    writeRefusal(refused, refuse(400, "no"));
    expect(refused.writes).toHaveLength(1);
    const gone = new FakeDuplex();
    gone.destroy();
    writeRefusal(gone, refuse(403, "no"));
    expect([gone.writes.length, gone.destroyed]).toEqual([0, true]);
    refused.destroy();
  });
});

describe("a request that node:http could not read", () => {
  it("has a status of its own when it is too long or too slow, and else 400", () => {
    const error = (code: string): Error => Object.assign(new Error(), { code });
    expect(statusOf(error("HPE_HEADER_OVERFLOW"))).toBe(431);
    expect(statusOf(error("ERR_HTTP_REQUEST_TIMEOUT"))).toBe(408);
    expect(statusOf(error("HPE_INVALID_METHOD"))).toBe(400);
  });
});
