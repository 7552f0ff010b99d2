import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { HandshakeLoad } from "../../../bench/websocket/handshake-load.ts";
import {
  checkAnswer,
  prepareDeflateOpening,
  prepareOpenings,
  sampleAnswer,
  sampleOpening,
} from "../../../bench/websocket/openings.ts";
import { closing, listen, listenWithWs } from "./listen.ts";

const AT_ONCE = 4;
const openings = prepareOpenings(AT_ONCE);

describe("the handshake client", () => {
  it("opens connections to ws, each with its own key, and resets them", async () => {
    const { server, port } = await listenWithWs();
    const keys = new Set<string | undefined>();
    let opened = 0;
    let closed = 0;
    const allClosed = Promise.withResolvers<void>();
    server.on("connection", (socket, request) => {
      opened++;
      keys.add(request.headers["sec-websocket-key"]);
      socket.on("close", (code) => {
        expect(code).toBe(1006);
        if (++closed === opened) allClosed.resolve();
      });
    });
    const load = closing(new HandshakeLoad({ port, atOnce: AT_ONCE, openings }));
    const { operations } = await load.run(20);
    await allClosed.promise;
    expect(operations).toBeGreaterThanOrEqual(AT_ONCE);
    expect(operations % AT_ONCE).toBe(0);
    expect(opened).toBe(operations);
    expect(keys.size).toBe(AT_ONCE);
  });
  it("fails when the accept value is that of another key", async () => {
    const port = await listen((socket) => socket.on("data", () => socket.write(sampleAnswer)));
    const load = closing(new HandshakeLoad({ port, atOnce: AT_ONCE, openings }));
    await expect(load.run(10_000)).rejects.toThrow("not the one for this key");
  });
  it("fails when a connection is refused", async () => {
    const port = await listen((socket) => socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
    const load = closing(new HandshakeLoad({ port, atOnce: AT_ONCE, openings }));
    await expect(load.run(10_000)).rejects.toThrow("refused: HTTP/1.1 503");
  });
});

describe("an opening", () => {
  it("is the example of RFC 6455 §1.3", () => {
    expect(sampleOpening.accept).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    expect(sampleOpening.request).toContain("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  });
  it("has a key of 16 bytes (RFC 6455 §4.1)", () => {
    for (const { request } of openings) {
      const [, key] = /Sec-WebSocket-Key: (.*)\r\n/.exec(request)!;
      expect(Buffer.from(key!, "base64")).toHaveLength(16);
    }
  });
  it("is answered when status, accept value and extension are right", () => {
    const accept = createHash("sha1")
      .update("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
      .digest("base64");
    expect(() => checkAnswer(answer(accept), sampleOpening)).not.toThrow();
    expect(() => checkAnswer(answer(`x${accept}`), sampleOpening)).toThrow("not the one for this key");
    expect(() => checkAnswer(answer(accept, "permessage-deflate"), sampleOpening)).toThrow("agreed to");
  });
  it.each([
    ["permessage-deflate; client_no_context_takeover; server_no_context_takeover", true],
    ["permessage-deflate;server_no_context_takeover;client_no_context_takeover", true],
    ["permessage-deflate; server_no_context_takeover", false],
    ["permessage-deflate", false],
    [undefined, false],
  ])("that offers compression is answered by %j: %s", (agreed, right) => {
    const opening = prepareDeflateOpening();
    const check = (): void => checkAnswer(answer(opening.accept, agreed), opening);
    if (right) expect(check).not.toThrow();
    else expect(check).toThrow("the server agreed to");
  });
});

function answer(accept: string, extensions?: string): string {
  const lines = ["HTTP/1.1 101 Switching Protocols", `sec-websocket-accept: ${accept}`];
  if (extensions !== undefined) lines.push(`Sec-WebSocket-Extensions: ${extensions}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
