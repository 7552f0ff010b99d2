import { describe, expect, it } from "vitest";
import { type AuthMetrics, defaultRateLimits } from "../../../src/http/index.ts";
import { AuthClient, bearer, problemOf } from "../auth-client.ts";
import { ann, basic } from "../auth-world.ts";

const minute = 60_000;

/** Limits that are met at once, of which single ones are replaced. */
const one = (name: keyof typeof defaultRateLimits): object => ({
  limits: { policies: { [name]: { ...defaultRateLimits[name], quota: 1 } } },
});

describe("the limits of the routes of logins", () => {
  it("are told in every answer of a limited route, refusals included", async () => {
    const client = await AuthClient.open();
    const right = await client.post("/auth/token", ann);
    expect(right.headers.get("ratelimit-policy")).toBe('"login";q=60;w=60');
    expect(right.headers.get("ratelimit")).toBe('"login";r=59;t=1');
    const wrong = await client.post("/auth/token", { ...ann, password: "x" });
    expect(wrong.headers.get("ratelimit")).toBe('"login";r=58;t=1');
    const malformed = await client.post("/auth/token", { username: 1 });
    expect(malformed.headers.get("ratelimit")).toBe('"login";r=57;t=1');
  });

  it("are told by no other route", async () => {
    const client = await AuthClient.open();
    expect((await client.ask("/auth/me")).headers.has("ratelimit")).toBe(false);
  });

  it.each<[keyof typeof defaultRateLimits, (client: AuthClient) => Promise<() => Promise<Response>>]>([
    [
      "register",
      async (client) => {
        let made = 0;
        return () => client.post("/auth/register", { ...ann, username: `ann-${++made}` });
      },
    ],
    ["login", async (client) => () => client.post("/auth/token", ann)],
    [
      "refresh",
      async (client) => {
        let { refresh_token } = await client.login();
        return async () => {
          const response = await client.post("/auth/refresh", { refresh_token });
          if (response.ok) ({ refresh_token } = (await response.clone().json()) as { refresh_token: string });
          return response;
        };
      },
    ],
    [
      "password",
      async (client) => {
        let { access_token } = await client.login();
        const content = { current_password: ann.password, new_password: ann.password };
        return async () => {
          const response = await client.post("/auth/password", content, bearer(access_token));
          if (response.ok) ({ access_token } = (await response.clone().json()) as { access_token: string });
          return response;
        };
      },
    ],
    [
      "ticket",
      async (client) => {
        const { access_token } = await client.login();
        return () => client.post("/auth/ticket", undefined, bearer(access_token));
      },
    ],
    ["tokens", async (client) => () => client.form("/auth/revoke", { token: "x" })],
  ])("of %s refuse with 429 and say when to come again (RFC 6585 §4)", async (name, prepare) => {
    const client = await AuthClient.open(one(name));
    const ask = await prepare(client);
    expect((await ask()).ok).toBe(true);
    const refused = await ask();
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBe(defaultRateLimits[name].window / 1000);
    expect(refused.headers.get("ratelimit")).toContain(`"${name}";r=0`);
    expect(await problemOf(refused)).toEqual([429, "http/rate-limited"]);
  });

  it("let go on after that time", async () => {
    const client = await AuthClient.open(one("login"));
    await client.post("/auth/token", ann);
    expect((await client.post("/auth/token", ann)).status).toBe(429);
    client.world.clock += minute;
    expect((await client.post("/auth/token", ann)).status).toBe(200);
  });

  it("can be left to what is before us", async () => {
    const client = await AuthClient.open({ limits: false });
    const response = await client.post("/auth/token", ann);
    expect(response.status).toBe(200);
    expect(response.headers.has("ratelimit")).toBe(false);
  });
});

describe("the limits of guesses", () => {
  const guess = (client: AuthClient, username = ann.username): Promise<Response> =>
    client.post("/auth/token", undefined, basic(username, "x"));

  it.each([ann.username, "nobody"])("are the same for who exists and who does not: %s", async (username) => {
    const client = await AuthClient.open();
    const { quota } = defaultRateLimits.loginFailuresHere;
    for (let i = 0; i < quota; i++) expect((await guess(client, username)).status).toBe(401);
    const refused = await guess(client, username.toUpperCase());
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await problemOf(refused)).toEqual([429, "http/rate-limited"]);
  });

  it("do not count what succeeds", async () => {
    const client = await AuthClient.open(one("loginFailuresHere"));
    for (let i = 0; i < 3; i++) await client.login();
    expect((await guess(client)).status).toBe(401);
    expect((await guess(client)).status).toBe(429);
  });

  it("count refresh tokens that are none by address, and no others with them", async () => {
    const client = await AuthClient.open(one("refresh"));
    const { refresh_token } = await client.login();
    const wrong = { refresh_token: `bwr_${"A".repeat(64)}` };
    expect((await client.post("/auth/refresh", { refresh_token })).status).toBe(200);
    expect((await client.post("/auth/refresh", wrong)).status).toBe(401);
    expect((await client.post("/auth/refresh", wrong)).status).toBe(429);
    const other = await client.login();
    expect((await client.post("/auth/refresh", { refresh_token: other.refresh_token })).status).toBe(200);
  });

  it("of the current password count by account, whoever asks", async () => {
    const client = await AuthClient.open(one("password"));
    const content = { current_password: "x", new_password: "seventeen green bottles" };
    const [first, second] = [await client.login(), await client.login()];
    const statuses = [];
    for (const { access_token } of [first, second]) {
      statuses.push((await client.post("/auth/password", content, bearer(access_token))).status);
    }
    expect(statuses).toEqual([401, 429]);
  });
});

describe("what is counted of logins and refreshes", () => {
  it("is how each ended", async () => {
    const told: string[] = [];
    const metrics: AuthMetrics = {
      login: (result) => told.push(`login ${result}`),
      refresh: (result) => told.push(`refresh ${result}`),
    };
    const client = await AuthClient.open({
      metrics,
      limits: { policies: { login: { ...defaultRateLimits.login, quota: 2 } } },
    });
    const { refresh_token } = await client.login();
    await client.post("/auth/token", { ...ann, password: "x" });
    await client.post("/auth/token", ann);
    await client.post("/auth/refresh", { refresh_token });
    client.world.clock += 20_000;
    await client.post("/auth/refresh", { refresh_token });
    await client.post("/auth/refresh", { refresh_token });
    client.world.store.findSessionByFamily = async () => {
      throw new Error("unforeseen");
    };
    await client.post("/auth/refresh", { refresh_token });
    expect(told).toEqual([
      "login succeeded",
      "login failed",
      "login limited",
      "refresh succeeded",
      "refresh reused",
      "refresh invalid",
      "refresh failed",
    ]);
  });
});
