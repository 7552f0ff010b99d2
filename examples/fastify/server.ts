/**
 * WebSockets on Fastify's own server. Who may connect is what Fastify's hooks say of `GET /me`: `inject` runs a request
 * through the application without a network, so that plugins for sessions, tokens or rate limits count for sockets, too.
 *
 *     node examples/fastify/server.ts        PORT, default 8080
 */
import { randomUUID } from "node:crypto";
import { parseCookies } from "barewire/http";
import { broadcast, refuse, type UpgradeRequest, WebSocketServer } from "barewire/websocket";
import Fastify from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    account: string;
  }
}

/** The cookie's value → whose it is. */
const sessions = new Map<string, string>();

const app = Fastify();
app.decorateRequest("account", "");
app.post<{ Params: { name: string } }>("/login/:name", (request, reply) => {
  const id = randomUUID();
  sessions.set(id, request.params.name);
  return reply.header("Set-Cookie", `session=${id}; HttpOnly; SameSite=Lax; Path=/`).code(204).send();
});
app.register(async (members) => {
  members.addHook("onRequest", async (request, reply) => {
    const user = sessions.get(parseCookies(request.headers.cookie).get("session") ?? "");
    if (user === undefined) return reply.code(401).send("log in first");
    request.account = user;
  });
  members.get("/me", (request) => ({ name: request.account }));
});

/** Whose request was accepted. */
const users = new WeakMap<UpgradeRequest, string>();

const sockets = new WebSocketServer({
  server: app.server,
  path: "/ws",
  accept: async (request) => {
    const answer = await app.inject({ url: "/me", headers: { cookie: request.header("cookie") ?? "" } });
    if (answer.statusCode !== 200) return refuse(answer.statusCode, answer.body);
    users.set(request, answer.json().name);
    return undefined;
  },
});

sockets.addEventListener("connection", ({ socket, request }) => {
  const user = users.get(request);
  socket.addEventListener("message", ({ data }) => broadcast(sockets.clients, `${user}: ${data}`));
});

// Fastify calls this before it closes its server.
app.addHook("preClose", () => sockets.drain({ code: 1012, reason: "restarting" }));

console.log(await app.listen({ port: Number(process.env.PORT ?? 8080), host: "127.0.0.1" }));

process.once("SIGTERM", () => app.close());
