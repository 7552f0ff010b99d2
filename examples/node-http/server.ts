/**
 * WebSockets beside the routes of a plain `node:http` server: one port, the path /ws, pages of listed origins only, and
 * no socket without the cookie that `POST /login` sets.
 *
 *     node examples/node-http/server.ts        PORT, default 8080; ORIGINS, default the server's own
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseCookies, serializeCookie } from "barewire/http";
import { broadcast, refuse, WebSocketServer } from "barewire/websocket";

/** The cookie's value → whose it is. */
const sessions = new Map<string, string>();
const userOf = (cookie: string | undefined): string | undefined =>
  sessions.get(parseCookies(cookie).get("session") ?? "");

const http = createServer((request, response) => {
  const [path, query] = (request.url ?? "/").split("?");
  if (request.method === "POST" && path === "/login") {
    const id = randomUUID();
    sessions.set(id, new URLSearchParams(query).get("name") ?? "somebody");
    response.setHeader("Set-Cookie", serializeCookie("session", id, { httpOnly: true, sameSite: "Lax" }));
    response.writeHead(204).end();
  } else if (path === "/") {
    response.end(
      `Hello, ${userOf(request.headers.cookie) ?? "stranger"}. ${sockets.clients.size} connected.\n`,
    );
  } else {
    response.writeHead(404).end("Not here.\n");
  }
});

const sockets = new WebSocketServer({
  server: http,
  path: "/ws",
  // Without a list, pages of the server's own origin may connect: what most want. A list is for the others.
  origins: process.env.ORIGINS?.split(","),
  accept: (request) => (userOf(request.header("cookie")) ? undefined : refuse(401, "log in first")),
});

sockets.addEventListener("connection", ({ socket, request }) => {
  const user = userOf(request.header("cookie"));
  socket.send(`Welcome, ${user}.`);
  socket.addEventListener("message", ({ data }) => broadcast(sockets.clients, `${user}: ${data}`));
});

http.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

process.once("SIGTERM", async () => {
  http.close();
  await sockets.drain({ code: 1012, reason: "restarting" });
});
