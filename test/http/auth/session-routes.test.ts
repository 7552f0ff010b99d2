import { beforeEach, describe, expect, it } from "vitest";
import { AuthError } from "../../../src/auth/index.ts";
import { AuthClient, bearer, cleared, problemOf, type Tokens } from "../auth-client.ts";
import { ann, start } from "../auth-world.ts";

let client: AuthClient;

beforeEach(async () => {
  client = await AuthClient.open();
});

interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly device: string;
}

async function list(token: string): Promise<readonly Listed[]> {
  const response = await client.ask("/auth/sessions", { headers: bearer(token) });
  expect(response.status).toBe(200);
  return ((await response.json()) as { sessions: readonly Listed[] }).sessions;
}

const statusOf = async (token: string): Promise<number> =>
  (await client.ask("/auth/me", { headers: bearer(token) })).status;

describe("GET /auth/sessions", () => {
  it("lists the sessions of the account, the one seen last first, and which of them asks", async () => {
    const phone = await client.post("/auth/token", ann, { "user-agent": "Phone/1.0" });
    client.world.clock += 5_500;
    const { access_token, session } = await client.login();
    await client.world.enrol("bob");
    const response = await client.ask("/auth/sessions", { headers: bearer(access_token) });
    expect(response.headers.get("cache-control")).toBe("no-store");
    const times = (at: number): object => ({
      created_at: at,
      last_seen_at: at,
      expires_at: at + 30 * 24 * 3600,
    });
    expect(await response.json()).toEqual({
      sessions: [
        {
          id: session,
          ...times(start / 1000 + 5),
          device: expect.any(String),
          address: "127.0.0.1",
          current: true,
        },
        {
          id: ((await phone.json()) as Tokens).session,
          ...times(start / 1000),
          device: "Phone/1.0",
          address: "127.0.0.1",
          current: false,
        },
      ],
    });
  });

  it("keeps no more of a User-Agent than 256 characters", async () => {
    const response = await client.post("/auth/token", ann, { "user-agent": "x".repeat(4096) });
    const [listed] = await list(((await response.json()) as Tokens).access_token);
    expect(listed?.device).toHaveLength(256);
  });

  it("needs the scope account (RFC 6750 §3.1)", async () => {
    const { access_token, scope } = await client.login({ scope: "sockets" });
    expect(scope).toBe("sockets");
    const response = await client.ask("/auth/sessions", { headers: bearer(access_token) });
    expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    expect(await problemOf(response)).toEqual([403, "auth/insufficient-scope"]);
  });

  it("refuses a login that asks for what there is not (RFC 6749 §5.2)", async () => {
    const response = await client.post("/auth/token", { ...ann, scope: "account root" });
    expect(await response.clone().json()).toMatchObject({ error: "invalid_scope" });
    expect(await problemOf(response)).toEqual([400, "auth/invalid-scope"]);
  });
});

describe("DELETE /auth/sessions", () => {
  it("ends one of them by its id", async () => {
    const [other, mine] = [await client.login(), await client.login()];
    const headers = bearer(mine.access_token);
    const response = await client.ask(`/auth/sessions/${other.session}`, { method: "DELETE", headers });
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect([await statusOf(other.access_token), await statusOf(mine.access_token)]).toEqual([401, 200]);
    const again = await client.ask(`/auth/sessions/${other.session}`, { method: "DELETE", headers });
    expect(await problemOf(again)).toEqual([404, "session/unknown"]);
  });

  it("clears the cookies of a page that ends its own", async () => {
    const response = await client.post("/auth/token", ann, client.ourPage);
    const { session } = (await response.json()) as Tokens;
    const cookie = response.headers.getSetCookie()[0]!.split(";")[0]!;
    const headers = { cookie, ...client.ourPage };
    const ended = await client.ask(`/auth/sessions/${session}`, { method: "DELETE", headers });
    expect(ended.headers.getSetCookie()).toEqual(cleared);
  });

  it("does not know the sessions of others", async () => {
    await client.world.enrol("bob");
    const bob = (await (await client.post("/auth/token", { ...ann, username: "bob" })).json()) as Tokens;
    const headers = bearer((await client.login()).access_token);
    const response = await client.ask(`/auth/sessions/${bob.session}`, { method: "DELETE", headers });
    expect(await problemOf(response)).toEqual([404, "session/unknown"]);
    expect(await statusOf(bob.access_token)).toBe(200);
  });

  it("ends all of them, and clears the cookies", async () => {
    const all = [await client.login(), await client.login(), await client.login()];
    const headers = bearer(all[0]!.access_token);
    const response = await client.ask("/auth/sessions", { method: "DELETE", headers });
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual(cleared);
    expect(await Promise.all(all.map(({ access_token }) => statusOf(access_token)))).toEqual([401, 401, 401]);
  });

  it("ends all but the one that asks with ?keep=current", async () => {
    const all = [await client.login(), await client.login(), await client.login()];
    const headers = bearer(all[1]!.access_token);
    const response = await client.ask("/auth/sessions?keep=current", { method: "DELETE", headers });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await Promise.all(all.map(({ access_token }) => statusOf(access_token)))).toEqual([401, 200, 401]);
    expect(await list(all[1]!.access_token)).toHaveLength(1);
  });

  it.each(["keep=curent", "keep=", "keep=current&keep=all"])(
    "ends nothing when it is not clear what: ?%s",
    async (query) => {
      const { access_token } = await client.login();
      const init = { method: "DELETE", headers: bearer(access_token) };
      expect(await problemOf(await client.ask(`/auth/sessions?${query}`, init))).toEqual([
        400,
        "http/malformed-query",
      ]);
      expect(await statusOf(access_token)).toBe(200);
    },
  );
});

describe("POST /auth/password", () => {
  const change = { current_password: ann.password, new_password: "the right trousers" };

  it("changes it, gives this session a new pair, and ends all others", async () => {
    const [other, mine] = [await client.login(), await client.login()];
    const response = await client.post("/auth/password", change, bearer(mine.access_token));
    expect(response.status).toBe(200);
    const next = (await response.json()) as Tokens;
    expect(next.session).toBe(mine.session);
    expect([await statusOf(other.access_token), await statusOf(next.access_token)]).toEqual([401, 200]);
    const login = await client.post("/auth/token", { ...ann, password: change.new_password });
    expect(login.status).toBe(200);
    expect(await problemOf(await client.post("/auth/token", ann))).toEqual([401, "auth/bad-credentials"]);
    const { refresh_token } = mine;
    expect(await problemOf(await client.post("/auth/refresh", { refresh_token }))).toEqual([
      401,
      "refresh/invalid",
    ]);
  });

  it("gives a page the new pair as cookies, though a script asks for it in the content", async () => {
    const { cookie } = await client.pageLogin();
    const headers = { cookie, ...client.ourPage };
    const response = await client.post("/auth/password", { ...change, cookies: false }, headers);
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(await response.json()).not.toHaveProperty("access_token");
  });

  it.each<[string, object, unknown]>([
    ["a wrong password", { ...change, current_password: "x" }, [401, "auth/bad-credentials"]],
    ["a weak new one", { ...change, new_password: "short" }, [422, "account/weak-password"]],
    ["a member that is missing", { new_password: "x" }, [400, "http/malformed-content"]],
  ])("refuses %s, and everything stays as it was", async (_what, content, refusal) => {
    const { access_token } = await client.login();
    expect(await problemOf(await client.post("/auth/password", content, bearer(access_token)))).toEqual(
      refusal,
    );
    expect(await statusOf(access_token)).toBe(200);
    await client.login();
  });

  it("answers 401 when the session ended meanwhile, which the new password does not bring back", async () => {
    const { access_token, session } = await client.login();
    const { sessions } = client.world;
    const changePassword = sessions.changePassword.bind(sessions);
    sessions.changePassword = async (prepared) => {
      await changePassword(prepared);
      await sessions.end(prepared.accountId, { id: session }, "ended");
    };
    const response = await client.post("/auth/password", change, bearer(access_token));
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(await problemOf(response)).toEqual([401, "token/revoked"]);
  });

  it("says that it is changed when the store fails afterwards, so that nobody tries the old one again", async () => {
    const { access_token } = await client.login();
    client.world.store.updateSession = async () => {
      throw new AuthError("store/failed", "disk full");
    };
    const response = await client.post("/auth/password", change, bearer(access_token));
    expect(await response.clone().json()).toMatchObject({ detail: expect.stringContaining("was changed") });
    expect(await problemOf(response)).toEqual([401, "token/revoked"]);
    expect(client.lines.at(-1)).toMatchObject({ level: "error", event: "auth.store-failed" });
    await client.login({ password: change.new_password });
  });

  it("answers 503 when the store fails, and changes nothing", async () => {
    const { access_token } = await client.login();
    client.world.store.changePassword = async () => {
      throw new AuthError("store/failed", "disk full");
    };
    const response = await client.post("/auth/password", change, bearer(access_token));
    expect(await problemOf(response)).toEqual([503, "store/failed"]);
    await client.login();
  });
});

describe("POST /auth/ticket", () => {
  it("gives a ticket for the origin that asks", async () => {
    const { cookie } = await client.pageLogin();
    const response = await client.post("/auth/ticket", undefined, { cookie, ...client.ourPage });
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { ticket, expires_in } = (await response.json()) as { ticket: string; expires_in: number };
    expect(expires_in).toBe(30);
    const { tickets } = client.world;
    expect(tickets.redeem(ticket, client.served.origin)).toMatchObject({ username: "ann" });
  });

  it("gives a program one that no page can use", async () => {
    const response = await client.post(
      "/auth/ticket",
      undefined,
      bearer((await client.login()).access_token),
    );
    const { ticket } = (await response.json()) as { ticket: string };
    expect(() => client.world.tickets.redeem(ticket, client.served.origin)).toThrow(AuthError);
  });

  it("needs the scope sockets", async () => {
    const { access_token } = await client.login({ scope: "account" });
    const response = await client.post("/auth/ticket", undefined, bearer(access_token));
    expect(await problemOf(response)).toEqual([403, "auth/insufficient-scope"]);
  });

  it("answers 503 while too many are open", async () => {
    const headers = bearer((await client.login()).access_token);
    for (let i = 0; i < 16; i++)
      expect((await client.post("/auth/ticket", undefined, headers)).status).toBe(200);
    expect(await problemOf(await client.post("/auth/ticket", undefined, headers))).toEqual([
      503,
      "auth/busy",
    ]);
  });
});
