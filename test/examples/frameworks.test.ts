/** The examples that share their port with routes: node:http, Express, Fastify, Hono. */
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket as WsWebSocket } from "ws";
import { WebSocket } from "../../src/websocket/client/client.ts";
import type { WebSocketHandshakeError } from "../../src/websocket/errors.ts";
import { Inbox } from "./inbox.ts";
import { type RunningExample, startExample } from "./running-example.ts";

let example: RunningExample;

/** Each with how one logs in, where sockets are, and what a message comes back as. */
const examples = [
  {
    name: "node-http",
    login: "/login?name=ada",
    path: "/ws",
    greeting: "Welcome, ada.",
    page: "Hello, ada. 1 connected.\n",
  },
  { name: "express", login: "/login/ada", path: "/rooms/tea", greeting: undefined, page: "Hello, ada.\n" },
  { name: "fastify", login: "/login/ada", path: "/ws", greeting: undefined, page: undefined },
  { name: "hono", login: "/login/ada", path: "/ws", greeting: undefined, page: "Hello, ada." },
];

describe.each(examples)("examples/$name", ({ name, login, path, greeting, page }) => {
  beforeAll(async () => {
    example = await startExample(`${name}/server.ts`);
  });

  it("survives targets that are no paths", async () => {
    for (const path of ["//", "/%", "*", "//[", "/ws?%"]) {
      expect((await get(example.url, {}, path)).statusCode).toBeGreaterThanOrEqual(400);
    }
    expect((await get(example.url, {}, "/")).statusCode).toBeLessThan(500);
  });

  it("refuses the page of another origin, whatever its cookie", async () => {
    const answer = await fetch(`${example.url}${login}`, { method: "POST" });
    const Cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const socket = new WebSocket(`${example.socketUrl}${path}`, [], {
      headers: { Cookie },
      origin: "https://elsewhere.example",
    });
    expect(await refusal(socket)).toMatchObject({ status: 403 });
  });

  it("serves sockets beside its routes to who is logged in, and ends in an orderly way", async () => {
    const { url, socketUrl } = example;
    const stranger = await refusal(new WebSocket(`${socketUrl}${path}`));
    expect(stranger).toMatchObject({ code: "handshake/refused", status: 401 });
    expect(stranger.body).toContain("log in first");

    const answer = await fetch(`${url}${login}`, { method: "POST" });
    expect(answer.status).toBe(204);
    const Cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const ours = new WebSocket(`${socketUrl}${path}`, [], { headers: { Cookie } });
    const inbox = new Inbox(ours);
    await new Promise((open) => ours.addEventListener("open", open));
    if (greeting !== undefined) expect(await inbox.next()).toBe(greeting);
    ours.send("hello");
    expect(await inbox.next()).toBe("ada: hello");
    if (page !== undefined) expect(await (await fetch(url, { headers: { Cookie } })).text()).toBe(page);

    const theirs = new WsWebSocket(`${socketUrl}${path}`, { headers: { Cookie } });
    const theirInbox = new Inbox(theirs as never);
    await once(theirs, "open");
    theirs.send("hello from ws");
    expect(await inbox.next()).toBe("ada: hello from ws");
    expect(String(await theirInbox.find((message) => String(message).includes("hello")))).toBe(
      "ada: hello from ws",
    );

    const stopped = example.stop();
    for (const closed of [inbox.closed, theirInbox.closed]) {
      expect(await closed).toEqual({ code: 1012, reason: "restarting" });
    }
    expect(await stopped).toBe(0);
    expect(example.complaints()).toBe("");
  });
});

describe("examples/node-http", () => {
  it("lets in pages of the origins that it is told", async () => {
    example = await startExample("node-http/server.ts", { environment: { ORIGINS: "https://chat.example" } });
    const answer = await fetch(`${example.url}/login?name=eve`, { method: "POST" });
    const Cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const connect = (origin: string): WebSocket =>
      new WebSocket(`${example.socketUrl}/ws`, [], { headers: { Cookie }, origin });
    expect(await refusal(connect(example.url))).toMatchObject({ status: 403 });
    expect(await new Inbox(connect("https://chat.example")).next()).toBe("Welcome, eve.");
  });
});

describe("examples/express", () => {
  beforeAll(async () => {
    example = await startExample("express/server.ts");
  });

  it("keeps rooms apart, and answers paths without a route as Express does", async () => {
    const { url, socketUrl } = example;
    expect(await refusal(new WebSocket(`${socketUrl}/nowhere`))).toMatchObject({ status: 404 });
    const answer = await fetch(`${url}/login/bob`, { method: "POST" });
    const Cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const [tea, coffee] = await Promise.all(
      ["tea", "coffee"].map(async (room) => {
        const socket = new WebSocket(`${socketUrl}/rooms/${room}`, [], { headers: { Cookie } });
        await new Promise((open) => socket.addEventListener("open", open));
        return socket;
      }),
    );
    const inboxes = [new Inbox(tea!), new Inbox(coffee!)];
    tea!.send("tea?");
    coffee!.send("coffee?");
    expect(await Promise.all(inboxes.map((inbox) => inbox.next()))).toEqual(["bob: tea?", "bob: coffee?"]);
  });

  it("says 426 to a request for a room that is no upgrade", async () => {
    const answer = await fetch(`${example.url}/login/bob`, { method: "POST" });
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const response = await get(`${example.url}/rooms/tea`, { cookie });
    expect([response.statusCode, response.headers.upgrade]).toEqual([426, "websocket"]);
  });
});

async function get(url: string, headers: Record<string, string>, path?: string): Promise<IncomingMessage> {
  const request = httpRequest(url, { headers, ...(path === undefined ? {} : { path }) }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response;
}

/** Why a socket does not open. */
function refusal(socket: WebSocket): Promise<WebSocketHandshakeError> {
  return new Promise((resolve) =>
    socket.addEventListener("error", ({ error }) => resolve(error as WebSocketHandshakeError)),
  );
}
