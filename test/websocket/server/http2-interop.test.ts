/** WebSocket over HTTP/2 with others: undici's client, and a server of Node's `http2` written by hand. */
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Agent, WebSocket as UndiciWebSocket } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import type { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { connect } from "../host.ts";
import { serve, serveEcho } from "../http2-server.ts";
import { listenHttp2, listenHttp2Secure } from "../listen-http2.ts";
import { readFrames } from "../naive-codec.ts";
import { eventually, nextEvent } from "../next-event.ts";
import { RawPeer } from "../raw-peer.ts";

/** undici's client, over HTTP/2. */
function undici(url: string, ca: string, protocols: string[] = []): UndiciWebSocket {
  const dispatcher = new Agent({ allowH2: true, connect: { ca } });
  const client = new UndiciWebSocket(url, { dispatcher, protocols });
  client.binaryType = "arraybuffer";
  onTestFinished(() => dispatcher.destroy());
  return client;
}

describe("our server and undici's client", () => {
  it("agree on an extended CONNECT, a subprotocol and compression", async () => {
    const { http, port, ca } = await listenHttp2Secure({ allowHTTP1: true });
    const server = serve(http, { subprotocols: ["chat"], perMessageDeflate: true });
    const connection = nextEvent<{ request: UpgradeRequest }>(server, "connection");
    const client = undici(`wss://127.0.0.1:${port}/`, ca, ["superchat", "chat"]);
    await nextEvent(client, "open");
    const { request } = await connection;
    expect(request).toMatchObject({ method: "CONNECT", httpVersion: "2.0" });
    expect(request.header("sec-websocket-key")).toBeDefined(); // sent all the same, and ignored
    expect(client.protocol).toBe("chat");
    expect(client.extensions).toMatch(/^permessage-deflate/);
  });

  it("exchange messages of all sizes, compressed and not", async () => {
    for (const perMessageDeflate of [false, true]) {
      const { http, port, ca } = await listenHttp2Secure();
      serveEcho(http, { perMessageDeflate });
      const client = undici(`wss://127.0.0.1:${port}/`, ca);
      await nextEvent(client, "open");
      for (const length of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) {
        const answer = nextEvent<{ data: ArrayBuffer }>(client, "message");
        const sent = Buffer.from(Array.from({ length }, (_, i) => (i * 7) & 255));
        client.send(sent);
        expect(sent.equals(Buffer.from((await answer).data))).toBe(true);
      }
      const answer = nextEvent(client, "message");
      client.send("grüße 😀");
      expect((await answer).data).toBe("grüße 😀");
    }
  });

  it("close, whoever begins", async () => {
    const { http, port, ca } = await listenHttp2Secure();
    const server = serve(http);
    const ours = nextEvent<{ socket: object }>(server, "connection").then(({ socket }) =>
      nextEvent(socket, "close"),
    );
    const client = undici(`wss://127.0.0.1:${port}/`, ca);
    await nextEvent(client, "open");
    client.close(4000, "enough");
    await expect(ours).resolves.toMatchObject({ code: 4000, reason: "enough", wasClean: true });

    const second = undici(`wss://127.0.0.1:${port}/`, ca);
    const theirs = nextEvent(second, "close");
    await nextEvent(second, "open");
    const [socket] = server.clients;
    socket!.close(4001, "go");
    const { code, reason, wasClean } = await theirs;
    expect({ code, reason, wasClean }).toEqual({ code: 4001, reason: "go", wasClean: true });
    await eventually(() => expect(server.clients.size).toBe(0));
  });
});

describe("our client and a server written by hand", () => {
  it("agree, and the client masks what it sends (RFC 6455 §5.1)", async () => {
    const { http, session } = await listenHttp2(createServer({ settings: { enableConnectProtocol: true } }));
    const asked = new Promise<{ stream: ServerHttp2Stream; headers: object }>((resolve) => {
      http.once("stream", (stream, headers) => resolve({ stream, headers }));
    });
    const client = connect("ws://chat.example/room?a=b", ["chat"], { http2: await session() });
    const { stream, headers } = await asked;
    expect(Object.fromEntries(Object.entries(headers))).toEqual({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":scheme": "http",
      ":authority": "chat.example",
      ":path": "/room?a=b",
      "sec-websocket-version": "13",
      "sec-websocket-protocol": "chat",
    });
    stream.respond({ ":status": 200, "sec-websocket-protocol": "chat" });
    const peer = new RawPeer(stream as unknown as Socket);
    await nextEvent(client, "open");
    expect(client.subprotocol).toBe("chat");
    client.send("hello");
    await peer.until(() => readFrames(peer.received, "server", "as far as they go").length === 1);
    const [frame] = readFrames(peer.received, "server");
    expect(Buffer.from(frame!.payload).toString()).toBe("hello");
    peer.received = Buffer.alloc(0);

    const heard = nextEvent(client, "message");
    stream.write(Buffer.from("8105776f726c64", "hex"));
    expect((await heard).data).toBe("world");
    const closed = nextEvent(client, "close");
    stream.end(Buffer.from("880203e8", "hex")); // the Close frame, and END_STREAM
    await expect(closed).resolves.toMatchObject({ code: 1000, wasClean: true });
    await peer.end();
    expect(readFrames(peer.received, "server").map(({ opcode }) => opcode)).toEqual([8]);
    expect(stream.rstCode).toBe(0);
  });
});
