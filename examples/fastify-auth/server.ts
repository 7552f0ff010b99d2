/**
 * A Fastify application behind Barewire's logins: the routes under /auth are ours, and a hook lets through who shows
 * our token or our cookie. Accounts are kept in ./data, or in DATA.
 *
 *     node examples/fastify-auth/server.ts        PORT, default 8080
 */
import { createServer } from "node:http";
import { openAuth, type Session } from "barewire/auth";
import {
  authenticateRequest,
  authRoutes,
  HttpProblem,
  isSafeMethod,
  nodeListener,
  Router,
} from "barewire/http";
import Fastify from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    login: Session | undefined;
  }
}

const auth = await openAuth({ data: process.env.DATA });
const logins = nodeListener(authRoutes(new Router(), { auth }));

// Before Fastify sees a request: what is ours is answered, everything else goes on.
const app = Fastify({
  serverFactory: (handle) =>
    createServer((message, response) => logins(message, response, () => handle(message, response))),
});
app.decorateRequest("login", undefined);
app.get("/public", () => ({ hello: "anybody" }));
app.register(async (members) => {
  members.addHook("onRequest", async (request, reply) => {
    try {
      const unsafe = !isSafeMethod(request.method);
      request.login = authenticateRequest(request.headers, auth.sessions, { unsafe });
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      const { status, headers = {}, body } = error.response;
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
      return reply.code(status).send(body);
    }
  });
  members.get("/private", ({ login }) => ({ hello: login?.username, scope: login?.scope }));
  members.post("/private/notes", (request, reply) => reply.code(201).send(request.body));
});

console.log(await app.listen({ port: Number(process.env.PORT ?? 8080), host: "127.0.0.1" }));
process.once("SIGTERM", async () => {
  await app.close();
  await auth.close();
});
