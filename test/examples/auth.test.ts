/** The examples that have accounts: Barewire's own server, and Express and Fastify behind its logins. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/client/client.ts";
import { type RunningExample, startExample } from "./running-example.ts";

const PASSWORD = "correct horse battery staple";
let example: RunningExample;
let data: string;

async function start(name: string): Promise<void> {
  data = await mkdtemp(join(tmpdir(), "barewire-example-"));
  example = await startExample(`${name}/server.ts`, { environment: { DATA: data } });
}

async function end(): Promise<void> {
  expect(await example.stop()).toBe(0);
  expect(example.complaints()).toBe("");
  await rm(data, { recursive: true });
}

/** Registers and logs in, as a page of the server's own does when `page`. */
async function logIn(username: string, page: boolean): Promise<{ token: string; cookie: string }> {
  const headers = { "Content-Type": "application/json", ...(page && { Origin: example.url }) };
  const body = JSON.stringify({ username, password: PASSWORD });
  await fetch(`${example.url}/auth/register`, { method: "POST", headers, body });
  const answer = await fetch(`${example.url}/auth/token`, { method: "POST", headers, body });
  expect(answer.status).toBe(200);
  const { access_token: token = "" } = (await answer.json()) as { access_token?: string };
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return { token, cookie };
}

describe("examples/accounts", () => {
  beforeAll(() => start("accounts"));
  afterAll(end);

  it("has a route that knows who asks, and sockets that close with the login", async () => {
    const { token } = await logIn("ada", false);
    const headers = { Authorization: `Bearer ${token}` };
    expect((await fetch(`${example.url}/hello`)).status).toBe(401);
    expect(await (await fetch(`${example.url}/hello`, { headers })).json()).toEqual({ hello: "ada" });

    const socket = new WebSocket(`${example.socketUrl}/ws`, [], { headers });
    const messages = socket[Symbol.asyncIterator]();
    await socket.opened;
    socket.send("hello");
    expect((await messages.next()).value).toBe("ada: hello");
    await fetch(`${example.url}/auth/logout`, { method: "POST", headers });
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });
});

describe.each(["express-auth", "fastify-auth"])("examples/%s", (name) => {
  beforeAll(() => start(name));
  afterAll(end);

  it("leaves public routes to everybody", async () => {
    expect(await (await fetch(`${example.url}/public`)).json()).toEqual({ hello: "anybody" });
    const stranger = await fetch(`${example.url}/private`);
    expect([stranger.status, stranger.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="barewire"',
    ]);
    expect(await stranger.json()).toMatchObject({ code: "auth/missing-credentials" });
  });

  it("lets through who shows our token, until it is revoked", async () => {
    const { token } = await logIn("ada", false);
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${example.url}/private`, { headers });
    expect(await answer.json()).toEqual({ hello: "ada", scope: "account sockets" });
    await fetch(`${example.url}/auth/logout`, { method: "POST", headers });
    expect((await fetch(`${example.url}/private`, { headers })).status).toBe(401);
  });

  it("lets our page change something by its cookie, and no other site's", async () => {
    const { cookie } = await logIn("bea", true);
    const post = (origin: string): Promise<Response> =>
      fetch(`${example.url}/private/notes`, {
        method: "POST",
        headers: { Cookie: cookie, Origin: origin, "Content-Type": "application/json" },
        body: '{"note":"tea"}',
      });
    expect((await post("https://evil.example")).status).toBe(403);
    const answer = await post(example.url);
    expect([answer.status, await answer.json()]).toEqual([201, { note: "tea" }]);
  });
});
