/** The ends of logins, over a real Redis: two applications with the same data, as two processes on one machine have it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createApplication, type Server } from "../../src/app/index.ts";
import { openRedisBus } from "../../src/signalling/index.ts";
import { WebSocket } from "../../src/websocket/index.ts";
import { ask, logIn } from "../app/requests.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
let data: string;
let a: Server;
let b: Server;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "barewire-redis-"));
  a = await start();
  b = await start();
});
afterEach(async () => {
  await Promise.all([a.stop({ deadline: 0 }), b.stop({ deadline: 0 })]);
  await rm(data, { recursive: true });
});

async function start(): Promise<Server> {
  const server = await createApplication({
    data,
    rateLimits: false,
    auth: { passwords: { cost: { ln: 4, r: 8, p: 1 } }, administrators: ["ann"] },
    bus: openRedisBus({ url: redis.url }),
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
  return server;
}

/** A socket, and what comes over it. */
function talk(
  server: Server,
  token: string,
): { socket: WebSocket; hear(type: string): Promise<Record<string, unknown>> } {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, "barewire.signal.v1", { headers });
  const messages = socket[Symbol.asyncIterator]();
  const hear = async (type: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const message = JSON.parse(String((await messages.next()).value)) as Record<string, unknown>;
      if (message.type === type) return message;
    }
  };
  return { socket, hear };
}

it("a logout at one process closes the sockets of that login at the other, and refuses its token there", async () => {
  const token = await logIn(a, "ben");
  const { socket, hear } = talk(b, token);
  await hear("welcome");
  expect((await ask(a, "POST", "/auth/logout", token)).status).toBe(204);
  expect((await socket.closed).code).toBe(4401);
  expect((await ask(b, "GET", "/auth/me", token)).status).toBe(401);
});

it("a logout while Redis is away is caught up with when it is back", async () => {
  const token = await logIn(a, "ben");
  const { socket, hear } = talk(b, token);
  await hear("welcome");
  await redis.kill();
  expect(await hear("service")).toEqual({ type: "service", rooms: "local" });
  expect((await ask(a, "POST", "/auth/logout", token)).status).toBe(204);
  await redis.restart();
  expect((await socket.closed).code).toBe(4401);
  expect((await ask(b, "GET", "/auth/me", token)).status).toBe(401);
});

it("rooms are listed, changed and ended from any process", async () => {
  const admin = await logIn(a, "ann");
  const [ben, cid] = [talk(a, await logIn(a, "ben")), talk(b, await logIn(b, "cid"))];
  for (const [server, { socket, hear }] of [
    [a, ben],
    [b, cid],
  ] as const) {
    await hear("welcome");
    socket.send(JSON.stringify({ type: "join", room: "stand-up" }));
    await hear("joined");
    const { peers } = (await (await ask(server, "GET", "/rooms/stand-up", admin)).json()) as {
      readonly peers: readonly object[];
    };
    expect(peers).toHaveLength(server === a ? 1 : 2);
  }
  expect(await (await ask(b, "GET", "/rooms", admin)).json()).toMatchObject({
    total: 1,
    rooms: [{ members: 2 }],
  });
  expect((await ask(b, "PUT", "/rooms/stand-up", admin, { locked: true })).status).toBe(204);
  expect(await ben.hear("locked")).toMatchObject({ locked: true });
  expect((await ask(b, "DELETE", "/rooms/stand-up", admin)).status).toBe(204);
  for (const { hear } of [ben, cid]) expect(await hear("left")).toMatchObject({ reason: "closed" });
});

it("Redis lost is told in /healthz, and that it is back", async () => {
  const health = async (): Promise<unknown> => (await ask(a, "GET", "/healthz")).json();
  const until = async (rooms: string): Promise<void> => {
    while (((await health()) as { readonly rooms: string }).rooms !== rooms) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  expect(await health()).toEqual({ status: "ok", rooms: "shared" });
  await redis.kill();
  await until("local");
  expect(await health()).toEqual({ status: "degraded", rooms: "local" });
  const { socket, hear } = talk(a, await logIn(a, "ben"));
  await hear("welcome");
  socket.send(JSON.stringify({ type: "join", room: "stand-up" }));
  await hear("joined");
  await redis.restart();
  await until("shared");
  expect(await hear("service")).toEqual({ type: "service", rooms: "shared" });
});
