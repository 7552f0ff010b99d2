import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import Fastify from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { jsonResponse } from "../../../src/http/message/response.ts";
import { Router } from "../../../src/http/routing/router.ts";
import type { HttpExchange } from "../../../src/http/server/exchange-options.ts";
import { nodeListener } from "../../../src/http/server/node-listener.ts";
import type { Log } from "../../../src/log.ts";
import { eventually, exchange, head, Wire } from "../wire.ts";

const router = new Router()
  .add("GET", "/auth/me", ({ path, clientAddress }) => jsonResponse(200, { path, clientAddress }))
  .add("POST", "/auth/token", async (request) => jsonResponse(200, await request.json()));

const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Serves until the test ends, and gives the origin. */
async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (content: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(content),
});

describe("a handler in a server of node:http", () => {
  it("answers with our fields, and 404 when there is nothing behind it", async () => {
    const origin = await listen(createServer(nodeListener(router)));
    const response = await fetch(`${origin}/auth/me`);
    expect(await response.json()).toEqual({ path: "/auth/me", clientAddress: "127.0.0.1" });
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{8}-1$/);
    expect((await fetch(`${origin}/other`)).status).toBe(404);
    expect((await fetch(`${origin}/a%2fb`)).status).toBe(400);
    expect(await (await fetch(`${origin}/auth/token`, post({ a: 1 }))).json()).toEqual({ a: 1 });
  });

  it("is any function from a request to a response", async () => {
    const origin = await listen(createServer(nodeListener(({ path }) => ({ status: 200, body: path }))));
    expect(await (await fetch(`${origin}/any`)).text()).toBe("/any");
  });

  it("keeps the limits on content", async () => {
    const limits = { maxContentBytes: 10, lingerTimeout: 100 };
    const origin = await listen(createServer(nodeListener(router, { limits })));
    const response = await exchange(
      Number(new URL(origin).port),
      head("POST /auth/token HTTP/1.1", "Host: a", "Content-Type: application/json", "Content-Length: 1000"),
    );
    expect(response.status).toBe(413);
    expect(response.headers.get("connection")).toBe("close");
  });

  it("knows who asks behind a proxy, and when nobody waits any more", async () => {
    const exchanges: HttpExchange[] = [];
    const lines: unknown[] = [];
    const log = { info: (event: string, fields: unknown) => lines.push({ event, fields }) };
    let entered = false;
    const listener = nodeListener(
      ({ signal }) => {
        entered = true;
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      },
      {
        trustedProxies: { addresses: ["127.0.0.1"] },
        log: log as unknown as Log,
        onExchange: (told) => exchanges.push(told),
      },
    );
    const wire = await Wire.to(Number(new URL(await listen(createServer(listener))).port));
    wire.send(head("GET / HTTP/1.1", "Host: a", "X-Forwarded-For: 192.0.2.1"));
    await eventually(() => entered).toBe(true);
    wire.socket.destroy();
    await eventually(() => exchanges).toMatchObject([{ aborted: true, status: 503 }]);
    expect(lines).toMatchObject([{ event: "http.aborted", fields: { address: "192.0.2.1" } }]);
  });

  it("leaves a response alone that somebody else has begun", async () => {
    const listener = nodeListener(router);
    const server = createServer((message, response) => {
      response.writeHead(200).end("theirs");
      listener(message, response);
    });
    expect(await (await fetch(`${await listen(server)}/auth/me`)).text()).toBe("theirs");
  });
});

describe("a router in an application of Express", () => {
  it("answers its own paths and leaves all others, and paths it cannot read, to the next", async () => {
    const app = express();
    app.use(nodeListener(router));
    app.use((request, response) => {
      response.send(`theirs: ${request.url}`);
    });
    const origin = await listen(createServer(app));
    expect(await (await fetch(`${origin}/auth/me`)).json()).toMatchObject({ path: "/auth/me" });
    expect(await (await fetch(`${origin}/auth/token`, post({ a: 1 }))).json()).toEqual({ a: 1 });
    expect((await fetch(`${origin}/auth/token`)).status).toBe(405);
    expect(await (await fetch(`${origin}/other?a=1`)).text()).toBe("theirs: /other?a=1");
    expect(await (await fetch(`${origin}/a%2fb`)).text()).toBe("theirs: /a%2fb");
  });

  it("has the whole path wherever it is mounted", async () => {
    const app = express();
    app.use("/auth", nodeListener(router));
    const origin = await listen(createServer(app));
    expect(await (await fetch(`${origin}/auth/me`)).json()).toMatchObject({ path: "/auth/me" });
  });

  it("says in the log that somebody has read the content before", async () => {
    const errors: string[] = [];
    const log = {
      error: (_event: string, { error }: { error: string }) => errors.push(error),
      info: () => {},
    };
    const app = express();
    app.use(express.json());
    app.use(nodeListener(router, { log: log as unknown as Log }));
    const origin = await listen(createServer(app));
    expect((await fetch(`${origin}/auth/token`, post({ a: 1 }))).status).toBe(500);
    expect(errors[0]).toMatch(/The content of the request was read before/);
  });
});

describe("a router in a hook of Fastify", () => {
  it("answers its own paths and leaves all others to Fastify", async () => {
    const listener = nodeListener(router);
    const fastify = Fastify();
    fastify.addHook("onRequest", (request, reply, done) => listener(request.raw, reply.raw, done));
    fastify.get("/other", () => "theirs");
    await fastify.listen({ port: 0, host: "127.0.0.1" });
    open.push(() => fastify.close());
    const origin = `http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`;
    expect(await (await fetch(`${origin}/auth/me`)).json()).toMatchObject({ path: "/auth/me" });
    expect(await (await fetch(`${origin}/auth/token`, post({ a: 1 }))).json()).toEqual({ a: 1 });
    expect(await (await fetch(`${origin}/other`)).text()).toBe("theirs");
    expect((await fetch(`${origin}/nowhere`)).headers.has("x-request-id")).toBe(false);
  });
});
