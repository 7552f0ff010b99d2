/** `http2-client.ts`: clients over HTTP/2, against our server and against streams that a test answers for. */
import { createServer, type ServerHttp2Stream } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, type Server, connect as tcpConnect } from "node:net";
import { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { WebSocketOptions } from "../../../src/websocket/client/client.ts";
import { OPEN } from "../../../src/websocket/endpoint/endpoint.ts";
import type { UpgradeRequest } from "../../../src/websocket/handshake/upgrade-request.ts";
import { connect, failure } from "../host.ts";
import { serve, serveEcho } from "../http2-server.ts";
import { answering, listenHttp2, listenHttp2Secure, sessionsOf } from "../listen-http2.ts";
import { eventually, nextEvent, turn } from "../next-event.ts";
import { selfSigned } from "../self-signed.ts";

const MIB = 1024 * 1024;

/** A port where `server` listens until the test ends. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("a client over a session of its own", () => {
  it("speaks WebSocket over TLS, and closes the session with its socket", async () => {
    const { http, port, ca } = await listenHttp2Secure();
    serveEcho(http, { subprotocols: ["chat"], perMessageDeflate: true });
    const sessions = sessionsOf(http);
    const client = connect(`wss://127.0.0.1:${port}/`, ["chat"], {
      http2: true,
      tls: { ca },
      perMessageDeflate: true,
    });
    await nextEvent(client, "open");
    expect(client).toMatchObject({ subprotocol: "chat", extensions: expect.stringContaining("deflate") });
    client.send("x".repeat(5_000));
    await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "x".repeat(5_000) });
    const ended = new Promise((resolve) => sessions[0]!.once("close", resolve));
    client.close(4000, "enough");
    await expect(nextEvent(client, "close")).resolves.toMatchObject({ code: 4000, wasClean: true });
    await ended;
    expect(sessions).toHaveLength(1);
  });

  it("speaks it without TLS, to a server known to have HTTP/2 (RFC 9113 §3.3)", async () => {
    const { http, port } = await listenHttp2();
    serveEcho(http);
    const client = connect(`ws://127.0.0.1:${port}/`, [], { http2: true });
    await nextEvent(client, "open");
    client.send(Buffer.alloc(MIB, 7));
    const { data } = await nextEvent(client, "message");
    expect(Buffer.alloc(MIB, 7).equals(data as Buffer)).toBe(true);
  });

  it("lets messages of 1 MiB come in one window, and takes no pushes", async () => {
    const { http, port } = await listenHttp2();
    serve(http);
    const sessions = sessionsOf(http);
    const client = connect(`ws://127.0.0.1:${port}/`, [], { http2: true });
    await nextEvent(client, "open");
    expect(sessions[0]!.remoteSettings).toMatchObject({ initialWindowSize: MIB, enablePush: false });
  });

  it("says to the server what it is told to", async () => {
    const { http, port } = await listenHttp2();
    const server = serve(http, { origins: ["https://page.example"] });
    const connection = nextEvent<{ request: UpgradeRequest }>(server, "connection");
    connect(`ws://me:secret@127.0.0.1:${port}/chat?room=1`, [], {
      http2: true,
      origin: "https://page.example",
      headers: { Cookie: "a=b", Host: "chat.example" },
    });
    const { request } = await connection;
    expect(request.target).toBe("/chat?room=1");
    expect(request.header("host")).toBe("chat.example");
    expect(request.header("cookie")).toBe("a=b");
    expect(request.header("origin")).toBe("https://page.example");
    expect(request.header("authorization")).toBe(`Basic ${btoa("me:secret")}`);
    expect([...request.headers.keys()].filter((name) => /^(?:upgrade|connection|.*key)$/.test(name))).toEqual(
      [],
    );
  });

  it("speaks through a stream that the application opens, at once or later", async () => {
    const { http, port, ca } = await listenHttp2Secure();
    serveEcho(http);
    for (const open of [
      () => tcpConnect(port, "127.0.0.1"),
      async () => Duplex.from(await turn().then(() => tcpConnect(port, "127.0.0.1"))),
    ]) {
      const client = connect("wss://127.0.0.1/", [], { http2: true, tls: { ca }, connect: open });
      await nextEvent(client, "open");
      client.send("through");
      await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "through" });
    }
  });
});

describe("a client over a session of the application's", () => {
  it("shares it with other sockets and requests, and leaves it open", async () => {
    const { http, session } = await listenHttp2(createServer((_, response) => response.end("page")));
    const server = serveEcho(http);
    const sessions = sessionsOf(http);
    const http2 = await session();
    const warned = vi.fn();
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));
    const clients = Array.from({ length: 64 }, () => connect("ws://127.0.0.1/", [], { http2 }));
    await Promise.all(clients.map((client) => nextEvent(client, "open")));
    expect(server.clients.size).toBe(64);
    const answers = clients.map(async (client, i) => {
      client.send(`${i}`);
      return (await nextEvent(client, "message")).data;
    });
    await expect(Promise.all(answers)).resolves.toEqual(clients.map((_, i) => `${i}`));
    for (const client of clients) client.close();
    await Promise.all(clients.map((client) => nextEvent(client, "close")));
    expect(Buffer.concat(await http2.request({ ":path": "/" }).toArray()).toString()).toBe("page");
    expect(sessions).toHaveLength(1);
    expect(warned).not.toHaveBeenCalled();
  });

  it("fails when it is closed before or while it asks, and with 1006 afterwards", async () => {
    const { url, session, streams } = await answering(() => {});
    const http2 = await session();
    const asking = failure(connect(url, [], { http2 }));
    await eventually(() => expect(streams).toHaveLength(1));
    http2.destroy();
    expect(await asking).toMatchObject({ code: "handshake/unreachable" });
    expect(await failure(connect(url, [], { http2 }))).toMatchObject({ code: "handshake/unreachable" });

    const { http, session: other } = await listenHttp2();
    serve(http);
    const open = await other();
    const client = connect("ws://127.0.0.1/", [], { http2: open });
    await nextEvent(client, "open");
    open.destroy();
    await expect(nextEvent(client, "close")).resolves.toMatchObject({ code: 1006, wasClean: false });
  });

  it("goes on after a GOAWAY, behind which no other can be opened (RFC 9113 §6.8)", async () => {
    const { http, session } = await listenHttp2();
    const server = serveEcho(http);
    const http2 = await session();
    const client = connect("ws://127.0.0.1/", [], { http2 });
    await nextEvent(client, "open");
    const goaway = new Promise((resolve) => http2.once("goaway", resolve));
    http.close();
    await goaway;
    client.send("still here");
    await expect(nextEvent(client, "message")).resolves.toMatchObject({ data: "still here" });
    expect(await failure(connect("ws://127.0.0.1/", [], { http2 }))).toMatchObject({
      code: "handshake/unreachable",
    });
    expect(client.readyState).toBe(OPEN);
    await server.close();
  });
});

describe("RFC 8441 §3 a server that does not take WebSockets over HTTP/2", () => {
  const refusal = { code: "handshake/refused", status: undefined, message: /leave out the option http2/ };
  const expectRefusal = async (url: string, options: WebSocketOptions): Promise<void> => {
    const error = await failure(connect(url, [], options));
    expect(error).toMatchObject({ code: refusal.code, status: undefined });
    expect(error.message).toMatch(refusal.message);
  };

  it("is not asked when it did not send the setting", async () => {
    const asked = vi.fn();
    const { port, session, http } = await listenHttp2(createServer());
    http.on("stream", asked);
    await expectRefusal(`ws://127.0.0.1:${port}/`, { http2: true });
    const http2 = await session();
    await expectRefusal("ws://127.0.0.1/", { http2 });
    await expectRefusal("ws://127.0.0.1/", { http2 });
    expect(asked).not.toHaveBeenCalled();
    expect(http2.destroyed).toBe(false);
  });

  it("may send the setting later", async () => {
    const { http, session } = await listenHttp2(createServer());
    const sessions = sessionsOf(http);
    const http2 = await session();
    await expectRefusal("ws://127.0.0.1/", { http2 });
    sessions[0]!.settings({ enableConnectProtocol: true });
    await eventually(() => expect(http2.remoteSettings.enableConnectProtocol).toBe(true));
    const asked = new Promise<ServerHttp2Stream>((resolve) => http.once("stream", resolve));
    const client = connect("ws://127.0.0.1/", [], { http2 });
    (await asked).respond({ ":status": 200 });
    await nextEvent(client, "open");
  });

  it("may have no HTTP/2 at all, and say so in its TLS", async () => {
    const certificate = selfSigned();
    const tls = { ca: certificate.cert };
    const modern = await listen(createHttpsServer({ ...certificate, ALPNProtocols: ["http/1.1"] }));
    await expectRefusal(`wss://127.0.0.1:${modern}/`, { http2: true, tls });
    const old = await listen(createTlsServer(certificate, (socket) => socket.on("error", () => {})));
    await expectRefusal(`wss://127.0.0.1:${old}/`, { http2: true, tls });
  });
});

describe("a redirect over HTTP/2", () => {
  it("is followed over the same session within its origin, over a new one elsewhere", async () => {
    const { http, port } = await listenHttp2();
    const goal = serve(http, { path: "/goal" });
    const connection = nextEvent<{ request: UpgradeRequest }>(goal, "connection");
    const { url, session, streams } = await answering((stream) => {
      const location = streams.length === 1 ? "/next" : `ws://127.0.0.1:${port}/goal`;
      stream.respond({ ":status": 307, location }, { endStream: true });
    });
    const http2 = await session();
    const client = connect(url, [], { http2, followRedirects: 2, headers: { Authorization: "secret" } });
    await nextEvent(client, "open");
    expect(streams).toHaveLength(2);
    const { request } = await connection;
    expect(request.header("authorization")).toBeUndefined();
    expect(http2.destroyed).toBe(false);
  });
});
