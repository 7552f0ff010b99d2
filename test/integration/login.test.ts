/** From a password to a socket, and to its end. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "../../src/websocket/index.ts";
import { exchange, handshake } from "./raw.ts";
import { PASSWORD, type RunningServer, runServer } from "./running-server.ts";

let server: RunningServer;
beforeEach(async () => {
  server = await runServer({ auth: { accessLifetime: 3 } });
});
afterEach(() => server.stop());

/** A connected socket, and its end. */
async function connect(token: string): Promise<{ socket: WebSocket; closed: Promise<[number, string]> }> {
  const socket = new WebSocket(server.socketUrl, "barewire.signal.v1", {
    headers: { Authorization: `Bearer ${token}` },
  });
  const closed = new Promise<[number, string]>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve([code, reason]);
  });
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = ({ error }) => reject(error);
  });
  return { socket, closed };
}

const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } });
const me = (token: string): Promise<Response> => fetch(`${server.url}/auth/me`, bearer(token));
const logout = (token: string): Promise<Response> =>
  fetch(`${server.url}/auth/logout`, { method: "POST", ...bearer(token) });

const askWithBasic = (headers: Record<string, string>): Promise<Response> =>
  fetch(`${server.url}/auth/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from(`alice:${PASSWORD}`).toString("base64")}`, ...headers },
  });

describe("POST /auth/token", () => {
  it("gives a program that sends HTTP Basic its tokens in the content, and no cookie (RFC 7617, RFC 6749 §5.1)", async () => {
    await server.login("alice");
    const answer = await askWithBasic({});
    const body = (await answer.json()) as { access_token: string };
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^bwr_/),
      token_type: "Bearer",
      expires_in: 3,
      refresh_expires_in: 30 * 24 * 3600,
      scope: "account sockets",
      session: expect.any(String),
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await (await me(body.access_token)).json()).toMatchObject({ username: "alice" });
  });

  it("gives a page its tokens as cookies that no script can read, and none in the content", async () => {
    await server.login("alice");
    const answer = await askWithBasic({ Origin: server.url });
    expect(await answer.json()).not.toHaveProperty("access_token");
    const [access, refresh] = answer.headers.getSetCookie();
    expect(access).toMatch(
      /^__Host-barewire_access=[^;]+; Max-Age=3; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(refresh).toMatch(
      /^__Secure-barewire_refresh=bwr_[^;]+; Max-Age=2592000; Path=\/auth; Secure; HttpOnly; SameSite=Strict$/,
    );
  });

  it("says the same of an unknown user and a wrong password", async () => {
    await server.login("alice");
    const attempt = async (username: string): Promise<[number, unknown]> => {
      const answer = await fetch(`${server.url}/auth/token`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ username, password: "not the password" }),
      });
      return [answer.status, await answer.json()];
    };
    expect(await attempt("alice")).toEqual(await attempt("nobody"));
    expect((await attempt("nobody"))[0]).toBe(401);
  });
});

describe("POST /auth/logout", () => {
  it("refuses the token from then on, across a restart, and clears the cookie", async () => {
    const token = await server.login("alice");
    const answer = await logout(token);
    expect(answer.status).toBe(204);
    expect(answer.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await me(token)).status).toBe(401);
    await server.restart();
    expect((await me(token)).status).toBe(401);
  });

  it("closes the login's sockets with 4401 and no other's", async () => {
    const [alice, bob] = [await server.login("alice"), await server.login("bob")];
    const [first, second, other] = [await connect(alice), await connect(alice), await connect(bob)];
    await logout(alice);
    expect(await first.closed).toEqual([4401, "logged out"]);
    expect(await second.closed).toEqual([4401, "logged out"]);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    other.socket.terminate();
  });

  it("is refused to another site's page that sends the cookie", async () => {
    const token = await server.login("alice");
    const answer = await fetch(`${server.url}/auth/logout`, {
      method: "POST",
      headers: { Cookie: `__Host-barewire_access=${token}`, Origin: "https://evil.example" },
    });
    expect(answer.status).toBe(403);
    expect((await me(token)).status).toBe(200);
  });
});

describe("the socket", () => {
  it("is opened by the cookie of our own page", async () => {
    const token = await server.login("alice");
    const cookie = {
      Cookie: `a=b; __Host-barewire_access=${token}`,
      Origin: server.url,
      Host: new URL(server.url).host,
    };
    const answer = await exchange(server.url, `${handshake(cookie)}\x88\x80\0\0\0\0`);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("is not opened by the cookie on another site's page", async () => {
    const token = await server.login("alice");
    const cookie = { Cookie: `__Host-barewire_access=${token}`, Origin: "https://evil.example" };
    expect(await exchange(server.url, handshake(cookie))).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("closes with 4401 when its token expires", async () => {
    const { closed } = await connect(await server.login("alice"));
    expect(await closed).toEqual([4401, "the login has expired"]);
  });

  it("is closed with 1001 when the server stops", async () => {
    const { closed } = await connect(await server.login("alice"));
    await server.restart();
    expect((await closed)[0]).toBe(1001);
  });
});

describe("the log", () => {
  it("holds no token and no password", async () => {
    const token = await server.login("alice");
    await connect(token).then(({ socket }) => socket.terminate());
    await logout(token);
    const text = server.log.join("");
    expect(text).toContain('"event":"auth.login"');
    for (const secret of [token, token.split(".")[2]!, PASSWORD]) expect(text).not.toContain(secret);
  });
});
