/**
 * WebSockets on the server of `@hono/node-server`. Who may connect is what Hono's middleware says of the same request:
 * `app.request` runs it without a network, and a refusal is passed on with its status.
 *
 *     node examples/hono/server.ts        PORT, default 8080; SECRET signs the cookie
 */
import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { broadcast, refuse, type UpgradeRequest, WebSocketServer } from "barewire/websocket";
import { Hono } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";

const secret = process.env.SECRET ?? randomBytes(32).toString("hex");

const loggedIn = createMiddleware<{ Variables: { user: string } }>(async (context, next) => {
  const user = await getSignedCookie(context, secret, "user");
  if (!user) return context.text("log in first", 401);
  context.set("user", user);
  return next();
});

const app = new Hono();
app.post("/login/:name", async (context) => {
  await setSignedCookie(context, "user", context.req.param("name"), secret, {
    httpOnly: true,
    sameSite: "Lax",
  });
  return context.body(null, 204);
});
app.get("/ws", loggedIn, (context) => context.text(context.var.user));
app.get("/", loggedIn, (context) => context.text(`Hello, ${context.var.user}.`));

const http = serve(
  { fetch: app.fetch, port: Number(process.env.PORT ?? 8080), hostname: "127.0.0.1" },
  ({ port }) => console.log(`http://127.0.0.1:${port}`),
) as Server;

/** Whose request was accepted. */
const users = new WeakMap<UpgradeRequest, string>();

const sockets = new WebSocketServer({
  server: http,
  path: "/ws",
  accept: async (request) => {
    const headers = [...request.headers].flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    );
    const answer = await app.request(request.target, { headers });
    if (!answer.ok) return refuse(answer.status, await answer.text());
    users.set(request, await answer.text());
    return undefined;
  },
});

sockets.addEventListener("connection", ({ socket, request }) => {
  const user = users.get(request);
  socket.addEventListener("message", ({ data }) => broadcast(sockets.clients, `${user}: ${data}`));
});

process.once("SIGTERM", async () => {
  http.close();
  await sockets.drain({ code: 1012, reason: "restarting" });
});
