import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "../../src/websocket/server.ts";
import type { WebSocketServerOptions } from "../../src/websocket/server-options.ts";
import { connectPeer, listenHttp, openPeer } from "./listen.ts";
import { listenHttp2, open, refusal } from "./listen-http2.ts";
import { eventually } from "./next-event.ts";
import { handshake } from "./raw-peer.ts";

/** A server at `path` of `http` that greets with its path. */
function greeter(server: WebSocketServerOptions["server"], path?: string): WebSocketServer {
  const webSockets = new WebSocketServer({ server, path, closeTimeout: 50 });
  webSockets.addEventListener("connection", ({ socket }) => socket.send(path ?? "any path"));
  return webSockets;
}

const text = (message: string): string => `1 ${Buffer.from(message).toString("hex")}`;

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
