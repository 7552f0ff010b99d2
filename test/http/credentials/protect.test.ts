import { describe, expect, it } from "vitest";
import { jsonResponse, protect, Router } from "../../../src/http/index.ts";
import { AuthClient, bearer, problemOf } from "../auth-client.ts";
import { ann } from "../auth-world.ts";
import { serve } from "../wire.ts";

/** Two routes of somebody's own, over the logins of `client`. */
async function ownRoutes(client: AuthClient): Promise<string> {
  const { sessions } = client.world;
  const router = new Router();
  const who = protect({ sessions }, (request, { username }) =>
    jsonResponse(200, { username, room: request.params.room }),
  );
  router.add("GET", "/rooms/:room", who).add("POST", "/rooms/:room", who);
  router.add(
    "GET",
    "/account",
    protect({ sessions, scope: "account" }, () => ({ status: 204 })),
  );
  return (await serve(router.handle)).origin;
}

describe("a protected route", () => {
  it("is told who asks", async () => {
    const client = await AuthClient.open();
    const origin = await ownRoutes(client);
    const headers = bearer((await client.login()).access_token);
    const response = await fetch(`${origin}/rooms/tea`, { headers });
    expect(await response.json()).toEqual({ username: "ann", room: "tea" });
  });

  it("refuses everybody else, and a token in the URL", async () => {
    const client = await AuthClient.open();
    const origin = await ownRoutes(client);
    const { access_token } = await client.login({ scope: "sockets" });
    const headers = bearer(access_token);
    expect(await problemOf(await fetch(`${origin}/rooms/tea`))).toEqual([401, "auth/missing-credentials"]);
    expect(await problemOf(await fetch(`${origin}/account`, { headers }))).toEqual([
      403,
      "auth/insufficient-scope",
    ]);
    expect(await problemOf(await fetch(`${origin}/rooms/tea?token=x`, { headers }))).toEqual([
      400,
      "auth/token-in-query",
    ]);
  });

  it("takes a cookie for what changes something from our own page only", async () => {
    const client = await AuthClient.open();
    const origin = await ownRoutes(client);
    const login = await client.post("/auth/token", ann, client.ourPage);
    const cookie = login.headers.getSetCookie()[0]!.split(";")[0]!;
    const post = (from: Record<string, string>): Promise<Response> =>
      fetch(`${origin}/rooms/tea`, { method: "POST", headers: { cookie, ...from } });
    expect((await post({ origin })).status).toBe(200);
    expect((await fetch(`${origin}/rooms/tea`, { headers: { cookie } })).status).toBe(200);
    for (const from of [{}, { origin: "https://evil.example" }]) {
      expect(await problemOf(await post(from))).toEqual([403, "http/cross-origin"]);
    }
  });
});
