/** RFC 6455 §4.2 to §4.4: what a server makes of a handshake, octet by octet, where no other file looks. */
import { createServer } from "node:https";
import { connect as connectTls } from "node:tls";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "../../src/websocket/server/server.ts";
import { connectPeer, listen, listenHttp } from "./listen.ts";
import { type Answer, handshake, RawPeer } from "./raw-peer.ts";
import { selfSigned } from "./self-signed.ts";

async function ask(port: number, request: string): Promise<Answer> {
  const peer = await connectPeer(port);
  peer.write(request);
  return peer.answer();
}

describe("RFC 6455 §4.2.1 a handshake that a server accepts", () => {
  const rows: readonly (readonly [what: string, request: string])[] = [
    // The example of §4.1, item 7, whose last four bits are not zero.
    ["the key of the RFC's own example", handshake({ "Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEC==" })],
    ["words in another case", handshake({ Upgrade: "WebSocket", Connection: "UPGRADE" })],
    ["header names in another case", handshake().replace(/^[\w-]+(?=:)/gm, (name) => name.toUpperCase())],
    [
      "Upgrade and Connection among other tokens",
      handshake({ Upgrade: "h2c, websocket", Connection: "a ,Upgrade" }),
    ],
    ["tokens on several lines", handshake({ Connection: ["keep-alive", "Upgrade"] })],
    ["headers that it does not know", handshake({ Cookie: "a=b", "X-Other": "ü" })],
    [
      "an extension that it does not know (§9.1)",
      handshake({ "Sec-WebSocket-Extensions": 'x-foo; a; b=1; c="2"' }),
    ],
    ["extensions on several lines (§9.1)", handshake({ "Sec-WebSocket-Extensions": ["foo", "bar; baz=2"] })],
    ["subprotocols of which it speaks none", handshake({ "Sec-WebSocket-Protocol": ["a, b", "c"] })],
    ["a query", handshake({}, "GET /?a=b HTTP/1.1")],
    ["the absolute form of the target", handshake({}, "GET http://127.0.0.1/ HTTP/1.1")],
  ];
  for (const [what, request] of rows) {
    it(`has ${what}`, async () => {
      const { port } = await listen({ path: "/" });
      const { status, headers } = await ask(port, request);
      expect(status).toBe(101);
      // §4.2.2: nothing that was not asked for, no subprotocol, no extension, no version (§4.4)
      expect(Object.keys(headers).sort()).toEqual(["connection", "sec-websocket-accept", "upgrade"]);
    });
  }
});

describe("RFC 6455 §4.2.1 a handshake that breaks its grammar", () => {
  const rows: readonly (readonly [what: string, request: string])[] = [
    ["a list of no subprotocol (§4.1: 1#token)", handshake({ "Sec-WebSocket-Protocol": "" })],
    ["a list of empty subprotocols (§4.1: 1#token)", handshake({ "Sec-WebSocket-Protocol": " , ," })],
    ["the same subprotocol twice, on two lines", handshake({ "Sec-WebSocket-Protocol": ["a", "b, a"] })],
    ["a subprotocol that is a quoted string", handshake({ "Sec-WebSocket-Protocol": '"chat"' })],
    ["a list of no extension (§9.1: 1#extension)", handshake({ "Sec-WebSocket-Extensions": "" })],
    ["an extension without a name", handshake({ "Sec-WebSocket-Extensions": "; a=1" })],
    ["a parameter without a name", handshake({ "Sec-WebSocket-Extensions": "foo; =1" })],
    ["a parameter without the value it announces", handshake({ "Sec-WebSocket-Extensions": "foo; a=" })],
    ["a quoted value that is no token (§9.1)", handshake({ "Sec-WebSocket-Extensions": 'foo; a="b c"' })],
    ["a quoted value that is empty (§9.1)", handshake({ "Sec-WebSocket-Extensions": 'foo; a=""' })],
    ["a quoted value that never ends", handshake({ "Sec-WebSocket-Extensions": 'foo; a="b' })],
    ["a target that is no path", handshake({}, "GET * HTTP/1.1")],
    ["an authority without a host", handshake({ Host: "" })],
  ];
  for (const [what, request] of rows) {
    it(`is refused with 400: ${what}`, async () => {
      const { port } = await listen();
      const { status, headers } = await ask(port, request);
      expect(status).toBe(400);
      expect(headers).not.toHaveProperty("sec-websocket-accept");
    });
  }
});

describe("RFC 6455 §4.2.2 a server that accepts", () => {
  it("chooses a subprotocol of the client's list, the client's first, and says so once", async () => {
    const { port } = await listen({ subprotocols: ["c", "b"] });
    const offered = handshake({ "Sec-WebSocket-Protocol": ["a, b", "c"] });
    expect((await ask(port, offered)).headers["sec-websocket-protocol"]).toBe("b");
    const other = handshake({ "Sec-WebSocket-Protocol": "B" });
    expect((await ask(port, other)).headers).not.toHaveProperty("sec-websocket-protocol");
  });

  it("names the version it speaks to whoever speaks another, and to nobody else (§4.4)", async () => {
    const { port } = await listen();
    const refused = await ask(port, handshake({ "Sec-WebSocket-Version": "25" }));
    expect([refused.status, refused.headers["sec-websocket-version"]]).toEqual([426, "13"]);
    expect((await ask(port, handshake())).headers).not.toHaveProperty("sec-websocket-version");
  });

  it("answers within the tunnel on a port of TLS, and closes what is no TLS", async () => {
    const { key, cert } = selfSigned();
    const { http, port } = await listenHttp(createServer({ key, cert }));
    new WebSocketServer({ server: http });
    const peer = new RawPeer(connectTls({ port, host: "127.0.0.1", ca: cert }));
    peer.write(handshake());
    expect((await peer.answer()).status).toBe(101);
    peer.socket.destroy();
    const plain = await connectPeer(port);
    plain.write(handshake());
    await plain.close();
    expect(plain.received.includes("101")).toBe(false);
  });
});
