/** The logins of sockets, through the whole application: how they begin, go on and end. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/index.ts";
import { exchange, handshake } from "./raw.ts";
import { PASSWORD, type RunningServer, runServer } from "./running-server.ts";

let server: RunningServer;
beforeEach(async () => {
  server = await runServer();
});
afterEach(() => server.stop());

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session: string;
}

/** A program's request; `token` as its bearer. */
async function ask(method: string, path: string, token?: string, body?: unknown): Promise<Response> {
  return fetch(server.url + path, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function logIn(username: string): Promise<Tokens> {
  const answer = await ask("POST", "/auth/token", undefined, { username, password: PASSWORD });
  return (await answer.json()) as Tokens;
}

async function ticketOf(token: string, origin?: string): Promise<string> {
  const answer = await fetch(`${server.url}/auth/ticket`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, ...(origin !== undefined && { Origin: origin }) },
  });
  return ((await answer.json()) as { ticket: string }).ticket;
}

interface Connected {
  readonly socket: WebSocket;
  /** The next message, as JSON. */
  next(): Promise<Record<string, unknown>>;
  readonly closed: Promise<readonly [number, string]>;
}

async function open(
  query: string,
  options: { headers?: Record<string, string>; origin?: string },
): Promise<Connected> {
  const socket = new WebSocket(`${server.socketUrl}${query}`, "barewire.signal.v1", options);
  const messages = socket[Symbol.asyncIterator]();
  const closed = socket.closed.then(({ code, reason }) => [code, reason] as const);
  await socket.opened;
  const next = async (): Promise<Record<string, unknown>> =>
    JSON.parse(String((await messages.next()).value));
  return { socket, closed, next };
}

const withToken = (token: string): Promise<Connected> =>
  open("", { headers: { Authorization: `Bearer ${token}` } });

async function refusal(query: string, given: Record<string, string>): Promise<string> {
  const headers = { Host: new URL(server.url).host, ...given };
  const head = handshake(headers).replace("GET /ws ", `GET /ws${query} `);
  return /^HTTP\/1\.1 (\d+)/.exec(await exchange(server.url, head))![1]!;
}

describe("an upgrade shows whose it is", () => {
  it("by a one-time ticket, from the origin that asked for it", async () => {
    const token = await server.login("alice");
    const ticket = await ticketOf(token, server.url);
    const { socket, next } = await open(`?ticket=${ticket}`, { origin: server.url });
    expect(await next()).toMatchObject({ type: "welcome", name: "alice" });
    socket.terminate();
    expect(await refusal(`?ticket=${ticket}`, { Origin: server.url })).toBe("401");
  });

  it("not by a ticket that another origin asked for", async () => {
    const ticket = await ticketOf(await server.login("alice"));
    expect(await refusal(`?ticket=${ticket}`, { Origin: server.url })).toBe("401");
  });

  it.each(["access_token", "token", "refresh_token"])(
    "not by a token in the query string, as %s",
    async (name) => {
      const token = await server.login("alice");
      expect(await refusal(`?${name}=${token}`, { Authorization: `Bearer ${token}` })).toBe("400");
    },
  );

  it("not by a token that is not for sockets", async () => {
    await server.login("alice");
    const login = { username: "alice", password: PASSWORD, scope: "account" };
    const { access_token } = (await (await ask("POST", "/auth/token", undefined, login)).json()) as Tokens;
    expect(await refusal("", { Authorization: `Bearer ${access_token}` })).toBe("403");
  });

  it("by its first message, when it shows nothing else", async () => {
    const token = await server.login("alice");
    const { socket, next } = await open("", {});
    socket.send(JSON.stringify({ type: "auth", token, id: 1 }));
    expect(await next()).toEqual({ type: "auth", event: "accepted", expires_at: expect.any(Number), id: 1 });
    expect(await next()).toMatchObject({ type: "welcome", name: "alice" });
    socket.terminate();
  });

  it("and is closed when its first message is something else", async () => {
    const { socket, closed } = await open("", {});
    socket.send(JSON.stringify({ type: "join", room: "tea" }));
    expect(await closed).toEqual([4401, "log in first"]);
  });

  it("and no more than 16 of one client wait for their login", async () => {
    const waiting = await Promise.all(Array.from({ length: 16 }, () => open("", {})));
    expect(await refusal("", {})).toBe("503");
    for (const { socket } of waiting) socket.terminate();
  });
});

describe("behind a trusted proxy", () => {
  it("connections are counted by the client that it names", async () => {
    await server.stop();
    const trustedProxies = { addresses: ["127.0.0.0/8"] };
    server = await runServer({ trustedProxies, limits: { maxConnectionsPerAddress: 1 } });
    const from = (client: string): Promise<Connected> => open("", { headers: { "X-Forwarded-For": client } });
    const waiting = [await from("192.0.2.1"), await from("192.0.2.2")];
    expect(await refusal("", { "X-Forwarded-For": "203.0.113.1, 192.0.2.2" })).toBe("503");
    for (const { socket } of waiting) socket.terminate();
  });
});

describe("a socket is closed with 4401", () => {
  const ends: Record<string, (tokens: Tokens) => Promise<unknown>> = {
    "logged out": ({ access_token }) => ask("POST", "/auth/logout", access_token),
    "logged out from elsewhere": async ({ session }) => {
      return ask("DELETE", `/auth/sessions/${session}`, (await logIn("alice")).access_token);
    },
    "the token was revoked": ({ access_token: token }) =>
      fetch(`${server.url}/auth/revoke`, { method: "POST", body: new URLSearchParams({ token }) }),
    "the password was changed": async () => {
      const change = { current_password: PASSWORD, new_password: "another horse, another staple" };
      return ask("POST", "/auth/password", (await logIn("alice")).access_token, change);
    },
  };

  it.each(Object.entries(ends))("when %s, and no other account's is", async (words, end) => {
    await server.login("alice");
    const tokens = await logIn("alice");
    const [socket, other] = [
      await withToken(tokens.access_token),
      await withToken(await server.login("bob")),
    ];
    const answer = (await end(tokens)) as Response;
    expect(answer.ok).toBe(true);
    expect(await socket.closed).toEqual([4401, words]);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    other.socket.terminate();
  });

  it("when a refresh token of its session comes a second time, and the account's others are told", async () => {
    await server.stop();
    server = await runServer({ auth: { reuseGrace: 0 } });
    const elsewhere = await withToken(await server.login("alice"));
    await elsewhere.next();
    const { access_token, refresh_token, session } = await logIn("alice");
    const stolen = await withToken(access_token);
    expect((await ask("POST", "/auth/refresh", undefined, { refresh_token })).status).toBe(200);
    const again = await ask("POST", "/auth/refresh", undefined, { refresh_token });
    expect([again.status, await again.json()]).toMatchObject([401, { code: "refresh/reused" }]);
    expect(await stolen.closed).toEqual([4401, "the refresh token was used twice"]);
    expect(await elsewhere.next()).toEqual({
      type: "auth",
      event: "session-ended",
      reason: "reused",
      session,
      device: expect.any(String),
    });
    elsewhere.socket.terminate();
  });

  it("when everybody is logged out everywhere", async () => {
    const token = await server.login("alice");
    const sockets = [await withToken(token), await withToken((await logIn("alice")).access_token)];
    expect((await ask("DELETE", "/auth/sessions", token)).status).toBe(204);
    for (const { closed } of sockets) expect((await closed)[0]).toBe(4401);
  });
});

describe("a socket goes on", () => {
  it("past the end of its token when it shows a new one in band", async () => {
    await server.stop();
    server = await runServer({ auth: { accessLifetime: 2 } });
    await server.login("alice");
    const tokens = await logIn("alice");
    const { socket, next, closed } = await withToken(tokens.access_token);
    await next();
    const renewed = await ask("POST", "/auth/refresh", undefined, { refresh_token: tokens.refresh_token });
    const { access_token: token } = (await renewed.json()) as Tokens;
    socket.send(JSON.stringify({ type: "auth", ticket: await ticketOf(token) }));
    const accepted = await next();
    expect(accepted).toMatchObject({ type: "auth", event: "accepted" });
    await closed;
    // It was closed by the end of the second token, and not by that of the first.
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(accepted.expires_at as number);
  });

  it("when what it shows is refused, until its own time is over", async () => {
    const { socket, next } = await withToken(await server.login("alice"));
    await next();
    socket.send(JSON.stringify({ type: "auth", token: await server.login("bob"), id: "x" }));
    expect(await next()).toEqual({ type: "auth", event: "refused", code: "auth/other-account", id: "x" });
    socket.send(JSON.stringify({ type: "ping", id: 7 }));
    expect(await next()).toEqual({ type: "pong", id: 7, ack: 0 });
    socket.terminate();
  });
});
