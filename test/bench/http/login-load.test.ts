import { afterEach, describe, expect, it } from "vitest";
import { lowCost, usernameOf } from "../../../bench/auth/our-auth.ts";
import { ServerProcess } from "../../../bench/harness/server-process.ts";
import { basic, KeptConnection } from "../../../bench/http/kept-connection.ts";
import { logIn, loginLoad, scryptLoad } from "../../../bench/http/login-load.ts";
import { closing } from "../websocket/listen.ts";
import { listenHttp, tokens } from "./listen.ts";

let server: ServerProcess | undefined;
afterEach(() => server?.stop());

describe("the load of logins", () => {
  it("logs each client in again once it is answered, never more at once", async () => {
    const users = new Map<string | undefined, number>();
    let underWay = 0;
    const port = await listenHttp((request, response) => {
      expect([request.method, request.url]).toEqual(["POST", "/auth/token"]);
      expect(++underWay).toBeLessThanOrEqual(4);
      const { authorization } = request.headers;
      users.set(authorization, (users.get(authorization) ?? 0) + 1);
      setImmediate(() => {
        underWay--;
        response.writeHead(200, { "content-length": tokens.length }).end(tokens);
      });
    });
    const load = loginLoad(port, 4);
    expect(await load(10)).toBe(4); // the rate is not known yet
    const amount = await load(10);
    expect(amount % 4).toBe(0);
    expect([...users.values()].reduce((sum, times) => sum + times)).toBe(4 + amount);
    expect(users.has(basic(usernameOf(3), "correct horse battery staple"))).toBe(true);
  });
  it.each([
    ["a login is refused", 503, "{}", "answered with 503"],
    ["it gives no tokens", 200, "{}", "gave no tokens"],
  ])("fails when %s", async (_what, status, body, message) => {
    const port = await listenHttp((_request, response) =>
      response.writeHead(status, { "content-length": body.length }).end(body),
    );
    await expect(loginLoad(port, 2)(5)).rejects.toThrow(message);
  });
});

describe("our server with the auth routes, as it is measured", () => {
  it("lets in who has the password, and nobody else", async () => {
    server = await startAuth();
    const connection = closing(new KeptConnection(server.port));
    expect((await logIn(connection, usernameOf(0))).access_token.split(".")).toHaveLength(3);
    await expect(logIn(connection, usernameOf(1))).rejects.toThrow("answered with 401");
  });
});

describe("the server of bare scrypt", () => {
  it("computes as many keys as it is told to", async () => {
    server = await ServerProcess.start(new URL("../../../bench/http/peers/scrypt.ts", import.meta.url), {
      args: [JSON.stringify({ ...lowCost, ln: 12 }), "2"],
    });
    const load = scryptLoad(server.port, 4);
    const cpu = async (): Promise<number> => (await server!.usage()).cpu;
    const before = await cpu();
    expect(await load(1)).toBe(4);
    const few = (await cpu()) - before;
    const amount = await load(120);
    expect(amount % 4).toBe(0);
    expect((await cpu()) - before - few).toBeGreaterThan(0);
  });
});

/** One account. */
function startAuth(): Promise<ServerProcess> {
  return ServerProcess.start(new URL("../../../bench/http/peers/barewire-auth.ts", import.meta.url), {
    args: [JSON.stringify({ accounts: 1, cost: lowCost })],
  });
}
