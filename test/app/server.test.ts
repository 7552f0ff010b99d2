/** What `createServer` lets an application do with its sockets. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createServer, type Server } from "../../src/app/index.ts";
import { broadcast, WebSocket } from "../../src/websocket/index.ts";

const passwords = { cost: { ln: 4, r: 8, p: 1 } };
const credentials = { username: "alice", password: "correct horse battery staple" };
let server: Server;

beforeEach(async () => {
  server = await createServer({
    auth: { store: "memory", passwords },
    rateLimits: false,
    websocket: {
      connection: (socket, { username }) => {
        socket.addEventListener("message", ({ data }) => broadcast(server.sockets, `${username}: ${data}`));
      },
    },
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
});
afterEach(() => server.stop({ deadline: 0 }));

async function logIn(): Promise<string> {
  const ask = (path: string): Promise<Response> =>
    fetch(server.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(credentials),
    });
  await ask("/auth/register");
  return ((await (await ask("/auth/token")).json()) as { access_token: string }).access_token;
}

async function open(headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, [], { headers });
  await socket.opened;
  return socket;
}

async function nextOf(socket: WebSocket): Promise<unknown> {
  const { value } = await socket[Symbol.asyncIterator]().next();
  return value;
}

describe("GET /openapi.json of a server", () => {
  it("describes each of its routes, and none that it has not", async () => {
    let routes: readonly { readonly method: string; readonly pattern: string }[] = [];
    const own = await createServer({
      auth: server.auth,
      websocket: { connection: () => {} },
      routes: (router) => {
        routes = router.routes;
      },
    });
    await own.listen({ port: 0, host: "127.0.0.1" });
    const { paths } = (await (await fetch(`${own.url}/openapi.json`)).json()) as { readonly paths: object };
    await own.stop({ deadline: 0 });
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, pattern }) => `${method} ${pattern}`).sort());
  });
});

describe("the sockets of a server", () => {
  it("are those that somebody is logged in on: what goes to all of them goes to no stranger", async () => {
    const token = await logIn();
    const stranger = await open();
    const heard: unknown[] = [];
    stranger.addEventListener("message", ({ data }) => heard.push(data));
    const alice = await open({ Authorization: `Bearer ${token}` });
    expect(server.sockets.size).toBe(1);

    const echo = nextOf(alice);
    alice.send("a secret");
    expect(await echo).toBe("alice: a secret");
    await stranger.ping(); // whatever was sent to it before has come
    expect(heard).toEqual([]);
  });

  it("gain the one that shows its login in its first message, and lose it when it has closed", async () => {
    const token = await logIn();
    const socket = await open();
    expect(server.sockets.size).toBe(0);

    const answer = nextOf(socket);
    socket.send(JSON.stringify({ type: "auth", token }));
    expect(JSON.parse(String(await answer))).toMatchObject({ event: "accepted" });
    expect(server.sockets.size).toBe(1);

    const [ours] = server.sockets;
    socket.close();
    await ours!.closed;
    await socket.closed;
    expect(server.sockets.size).toBe(0);
  });

  it("are closed at a stop, also those that nobody has logged in on", async () => {
    const stranger = await open();
    await server.stop();
    expect((await stranger.closed).code).toBe(1001);
  });
});
