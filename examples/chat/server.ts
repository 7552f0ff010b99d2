/**
 * A chat with rooms. What is said is encoded once and goes to everybody in the room; who reads too slowly misses the
 * oldest of what waits for them, and is told how much. The page comes back by itself when the server restarts.
 *
 *     node examples/chat/server.ts        PORT, default 8080
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { broadcast, type Endpoint, WebSocketServer } from "barewire/websocket";

/** Where the package keeps the client that the page loads: it runs in browsers as it is. */
const library = new URL("../", import.meta.resolve("barewire/websocket/reconnect"));

const http = createServer(async ({ url = "/" }, response) => {
  const [path = ""] = url.split("?");
  const module = /^\/barewire\/([a-z0-9-]+\/[a-z0-9-]+\.js)$/.exec(path)?.[1];
  const file = module === undefined ? new URL("page.html", import.meta.url) : new URL(module, library);
  const content =
    module !== undefined || path === "/" ? await readFile(file).catch(() => undefined) : undefined;
  response.setHeader("Content-Type", module === undefined ? "text/html; charset=utf-8" : "text/javascript");
  response.writeHead(content === undefined ? 404 : 200).end(content);
});

const sockets = new WebSocketServer({
  server: http,
  path: "/chat",
  maxMessageBytes: 4 * 1024,
  maxBufferedBytes: 64 * 1024,
  overflow: "drop-oldest",
});

const rooms = new Map<string, Set<Endpoint>>();

sockets.addEventListener("connection", ({ socket, request }) => {
  const name = request.query.get("name")?.slice(0, 20) || "somebody";
  const room = request.query.get("room")?.slice(0, 20) || "lobby";
  const members = rooms.get(room) ?? new Set();
  const tell = (notice: object): void => broadcast(members, JSON.stringify(notice));

  rooms.set(room, members.add(socket));
  tell({ type: "joined", name, members: members.size });

  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") tell({ type: "said", name, text: data });
    else socket.close(1003, "this chat is text");
  });

  // All that waited is on its way again: the moment to say what is missing.
  socket.addEventListener("drain", ({ dropped }) => {
    if (dropped > 0) socket.send(JSON.stringify({ type: "missed", count: dropped }));
  });

  socket.addEventListener("close", () => {
    members.delete(socket);
    if (members.size === 0) rooms.delete(room);
    tell({ type: "left", name, members: members.size });
  });
});

http.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

// Everybody comes back within two seconds, and not all at once.
process.once("SIGTERM", async () => {
  http.close();
  await sockets.drain({ code: 1012, reason: "restarting", retryAfter: 2_000 });
});
