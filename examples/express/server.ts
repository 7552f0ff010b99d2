/**
 * WebSockets in Express: an upgrade goes through the application like any request, past its middleware to a route with
 * its parameters, and there `sockets.upgrade` takes it over. What middleware answers instead (here 401) is what the
 * client gets.
 *
 *     node examples/express/server.ts        PORT, default 8080
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parseCookies } from "barewire/http";
import { broadcast, type Endpoint, WebSocketServer } from "barewire/websocket";
import express, { type RequestHandler } from "express";

/** The cookie's value → whose it is. */
const sessions = new Map<string, string>();
const userOf = (cookie: string | undefined): string | undefined =>
  sessions.get(parseCookies(cookie).get("session") ?? "");

const loggedIn: RequestHandler = (request, response, next) => {
  if (userOf(request.headers.cookie) !== undefined) next();
  else response.status(401).send("log in first\n");
};

const app = express();
const sockets = new WebSocketServer();
/** Upgrades that are on their way through the application, and the bytes that came behind them. */
const upgrades = new WeakMap<IncomingMessage, Buffer>();

app.post("/login/:name", (request, response) => {
  const id = randomUUID();
  sessions.set(id, request.params.name);
  response.cookie("session", id, { httpOnly: true, sameSite: "lax" }).sendStatus(204);
});
app.get(
  "/",
  loggedIn,
  (request, response) => void response.send(`Hello, ${userOf(request.headers.cookie)}.\n`),
);
app.get("/rooms/:room", loggedIn, (request, response) => {
  const head = upgrades.get(request);
  if (head === undefined) return void response.status(426).set("Upgrade", "websocket").send("a WebSocket\n");
  response.detachSocket(request.socket);
  sockets.upgrade(request, request.socket, head);
});

const rooms = new Map<string, Set<Endpoint>>();
sockets.addEventListener("connection", ({ socket, request }) => {
  const user = userOf(request.header("cookie"));
  const members = rooms.get(request.path) ?? new Set();
  rooms.set(request.path, members.add(socket));
  socket.addEventListener("message", ({ data }) => broadcast(members, `${user}: ${data}`));
  socket.addEventListener(
    "close",
    () => members.delete(socket) && members.size === 0 && rooms.delete(request.path),
  );
});

const http = createServer(app);
http.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once("finish", () => socket.end());
  socket.on("error", () => socket.destroy());
  upgrades.set(request, head);
  app(request, response);
});

http.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

process.once("SIGTERM", async () => {
  http.close();
  await sockets.drain({ code: 1012, reason: "restarting" });
});
