import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { refuse } from "../../../src/websocket/handshake/handshake.ts";
import { Http1Opening } from "../../../src/websocket/server/opening.ts";
import { FakeDuplex } from "../fake-duplex.ts";
import { turn } from "../next-event.ts";
import { KEY } from "../raw-peer.ts";

/** A request as `node:http` hands it over, its headers replaced or left out. */
function opening(headers: Readonly<Record<string, string | undefined>> = {}, head = "") {
  const all = {
    ...{ Host: "a.example", Upgrade: "websocket", Connection: "Upgrade" },
    ...{ "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13", ...headers },
  };
  const rawHeaders = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  const stream = new FakeDuplex();
  const message = {
    method: "GET",
    url: "/chat?x=1",
    httpVersion: "1.1",
    rawHeaders,
    socket: { remoteAddress: "::1" },
  };
  return {
    stream,
    opening: Http1Opening.of(message as unknown as IncomingMessage, stream, Buffer.from(head)),
  };
}

describe("RFC 6455 §4.2.2 an opening over HTTP/1.1", () => {
  it("is accepted with 101, and gives what the connection runs on", async () => {
    const { opening: one, stream } = opening({}, "behind");
    expect([one.request.path, one.isPending]).toEqual(["/chat", true]);
    const answer = one.decide({});
    if (!answer.accepted) return expect.fail("a good request was refused");
    const wire = one.accept(answer);
    expect([wire.stream === stream, wire.head.toString(), wire.source]).toEqual([true, "behind", undefined]);
    await turn();
    expect(stream.written.toString()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(stream.written.toString()).toContain("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455 §1.3
  });

  it("is refused with what is wrong with it", () => {
    for (const [headers, status] of [
      [{ "Sec-WebSocket-Version": "8" }, 426],
      [{ "Sec-WebSocket-Key": undefined }, 400],
      [{ Origin: "https://b.example" }, 403],
    ] as const) {
      const answer = opening(headers).opening.decide({});
      expect(answer.accepted ? 101 : answer.status).toBe(status);
    }
  });

  it("is answered with a refusal, behind which the stream ends", async () => {
    const { opening: one, stream } = opening();
    one.refuse(refuse(403, "not you"));
    await turn();
    expect(stream.written.toString()).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(stream.writableEnded).toBe(true);
    stream.destroy();
  });

  it("waits for no answer any more when its stream is gone", () => {
    const { opening: one, stream } = opening();
    stream.destroy();
    expect(one.isPending).toBe(false);
  });
});
