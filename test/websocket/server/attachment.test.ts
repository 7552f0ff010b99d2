import { createServer } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "../../../src/websocket/server/server.ts";
import type { WebSocketServerOptions } from "../../../src/websocket/server/server-options.ts";
import { connectPeer, listenHttp, openPeer } from "../listen.ts";
import { listenHttp2, open, refusal } from "../listen-http2.ts";
import { connectFields, NaiveHttp2, Type } from "../naive-http2.ts";
import { eventually, turn } from "../next-event.ts";
import { handshake } from "../raw-peer.ts";

/** A server at `path` of `http` that greets with its path. */
function greeter(server: WebSocketServerOptions["server"], path?: string): WebSocketServer {
  const webSockets = new WebSocketServer({ server, path, closeTimeout: 50 });
  webSockets.addEventListener("connection", ({ socket }) => socket.send(path ?? "any path"));
  return webSockets;
}

const text = (message: string): string => `1 ${Buffer.from(message).toString("hex")}`;

/** RFC 9113 §6.5.2: from now on the server may send nothing on a new stream. */
const noWindow = (peer: NaiveHttp2): void => peer.write(Type.SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0])); // SETTINGS_INITIAL_WINDOW_SIZE

async function statusOf(port: number, path: string): Promise<number> {
  const peer = await connectPeer(port);
  peer.write(handshake({}, `GET ${path} HTTP/1.1`));
  return (await peer.answer()).status;
}

describe("WebSocket servers on one HTTP server", () => {
  it("serve their paths, whatever the query, and nobody else's", async () => {
    const { http, port } = await listenHttp();
    greeter(http, "/chat");
    greeter(http, "/game");
    for (const [path, greeting] of [
      ["/chat", "/chat"],
      ["/game?level=1", "/game"],
    ] as const) {
      const peer = await openPeer(port, { path });
      await expect(peer.frames(1)).resolves.toEqual([text(greeting)]);
    }
    for (const path of ["/", "/chat/", "/chats", "/Chat"]) expect(await statusOf(port, path)).toBe(404);
  });

  it("serve their paths over HTTP/2, too", async () => {
    const { http, session } = await listenHttp2();
    greeter(http, "/chat");
    greeter(http, "/game");
    const client = await session();
    for (const [path, greeting] of [
      ["/chat", "/chat"],
      ["/game?level=1", "/game"],
    ] as const) {
      const { peer } = await open(client, { ":path": path });
      await expect(peer.frames(1)).resolves.toEqual([text(greeting)]);
    }
    for (const path of ["/", "/chat/", "/Chat"]) {
      expect((await refusal(client, { ":path": path })).status).toBe(404);
    }
  });

  it("outlive a peer that resets its connection while it is told that nobody serves its path", async () => {
    const { http, port } = await listenHttp();
    greeter(http, "/chat");
    const ends: unknown[] = [];
    // No listener for errors, or there was nothing to outlive.
    http.on("upgrade", (_, stream) => stream.on("close", () => ends.push(stream.errored)));
    while (!ends.some((error) => error !== null)) {
      const peer = await connectPeer(port);
      peer.write(handshake({}, "GET /other HTTP/1.1"));
      await peer.answer();
      const gone = new Promise((resolve) => peer.socket.once("close", resolve));
      peer.socket.resetAndDestroy();
      await gone;
      await turn();
    }
    expect(ends.at(-1)).toMatchObject({ code: "ECONNRESET" });
    expect(await statusOf(port, "/chat")).toBe(101);
  });

  for (const code of [1, 2, 8, 11]) {
    it(`outlive a peer that resets such a stream of HTTP/2 with the code ${code}`, async () => {
      const { http, port } = await listenHttp2();
      greeter(http, "/chat");
      const peer = await NaiveHttp2.connect(port);
      noWindow(peer);
      const stream = peer.request(connectFields({ ":path": "/other" }));
      expect(await peer.status(stream)).toBe(404);
      peer.reset(stream, code);
      await peer.settled();
      expect(await peer.status(peer.request(connectFields({ ":path": "/chat" })))).toBe(200);
    });
  }

  it("drop a stream whose peer opens no window to be told", async () => {
    const { http, port } = await listenHttp2();
    const streams: ServerHttp2Stream[] = [];
    greeter(http, "/chat");
    http.on("session", (session) => session.on("stream", (stream) => streams.push(stream)));
    const peer = await NaiveHttp2.connect(port);
    noWindow(peer);
    const stream = peer.request(connectFields({ ":path": "/other" }));
    expect(await peer.status(stream)).toBe(404);
    expect(await peer.resetCode(stream)).toBe(8);
    await eventually(() => expect(streams.map(({ destroyed }) => destroyed)).toEqual([true]));
    expect(peer.data(stream)).toHaveLength(0);
  });

  it("leave the server's other requests alone", async () => {
    const { http, port } = await listenHttp(createServer((_, response) => response.end("page")));
    greeter(http, "/chat");
    const answer = await fetch(`http://127.0.0.1:${port}/chat`);
    expect([answer.status, await answer.text()]).toEqual([200, "page"]);
  });

  it("serve every path without one of their own", async () => {
    const { http, port } = await listenHttp();
    greeter(http);
    const peer = await openPeer(port, { path: "/whatever" });
    await expect(peer.frames(1)).resolves.toEqual([text("any path")]);
  });

  it("do not lose their sockets to the time limit that the HTTP server has for silence", async () => {
    const { http, port } = await listenHttp();
    http.setTimeout(20);
    const server = greeter(http);
    const peer = await openPeer(port);
    await peer.frames(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [socket] = server.clients;
    socket!.send("still here");
    await expect(peer.frames(1)).resolves.toEqual([text("still here")]);
  });

  it("give their path back when they close, and the last one all upgrades", async () => {
    const { http, port } = await listenHttp();
    const [chat, game] = [greeter(http, "/chat"), greeter(http, "/game")];
    await chat.close();
    expect(await statusOf(port, "/chat")).toBe(404);
    expect(await statusOf(port, "/game")).toBe(101);
    expect(http.listenerCount("upgrade")).toBe(1);
    await game.close();
    expect(http.listenerCount("upgrade")).toBe(0);
    greeter(http, "/chat");
    expect(await statusOf(port, "/chat")).toBe(101);
  });

  it("refuse with 503 while they close, and leave the HTTP server running", async () => {
    const { http, port } = await listenHttp(createServer((_, response) => response.end("page")));
    const chat = new WebSocketServer({ server: http, path: "/chat", closeTimeout: 5_000 });
    const peer = await openPeer(port, { path: "/chat" });
    await eventually(() => expect(chat.clients.size).toBe(1));
    const closed = chat.close();
    expect(await statusOf(port, "/chat")).toBe(503);
    peer.socket.destroy();
    await closed;
    await expect(fetch(`http://127.0.0.1:${port}/`)).resolves.toMatchObject({ status: 200 });
  });
});

describe("a WebSocket server fed by hand", () => {
  it("takes the upgrades that somebody gives it, and refuses other paths itself", async () => {
    const server = new WebSocketServer({ path: "/chat", closeTimeout: 50 });
    server.addEventListener("connection", ({ socket }) => socket.send("hi"));
    const { http, port } = await listenHttp();
    http.on("upgrade", (request, stream, head) => server.upgrade(request, stream, head));
    const peer = await openPeer(port, { path: "/chat" });
    await expect(peer.frames(1)).resolves.toEqual([text("hi")]);
    expect(await statusOf(port, "/game")).toBe(404);
    await server.close();
    expect(await statusOf(port, "/chat")).toBe(503);
  });
});
