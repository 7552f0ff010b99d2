import { beforeEach, describe, expect, it } from "vitest";
import { AuthError } from "../../../src/auth/index.ts";
import {
  AuthClient,
  bearer,
  cleared,
  cookiesOf,
  type Fields,
  problemOf,
  type Tokens,
} from "../auth-client.ts";
import { ann } from "../auth-world.ts";

let client: AuthClient;

beforeEach(async () => {
  client = await AuthClient.open();
});

const day = 24 * 3_600_000;

describe("the two cookies of a page", () => {
  it("are what a page gets in place of anything secret in the content", async () => {
    const response = await client.post("/auth/token", ann, client.ourPage);
    const body = await response.json();
    expect(Object.keys(body as object).sort()).toEqual([
      "expires_in",
      "refresh_expires_in",
      "scope",
      "session",
      "token_type",
    ]);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-barewire_access=[\w.-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
      ),
      expect.stringMatching(
        /^__Secure-barewire_refresh=bwr_[\w-]{64}; Max-Age=2592000; Path=\/auth; Secure; HttpOnly; SameSite=Strict$/,
      ),
    ]);
  });

  it.each<[string, Fields]>([
    ["Origin", { origin: "" }],
    ["Sec-Fetch-Site", { "sec-fetch-site": "same-origin" }],
  ])("are given to who sends %s", async (_name, fields) => {
    const headers = "origin" in fields ? { origin: client.served.origin } : fields;
    const response = await client.post("/auth/token", ann, headers);
    expect(response.headers.getSetCookie()).toHaveLength(2);
  });

  it("are given to a program that asks for them, and not to a page that asks for none", async () => {
    const program = await client.post("/auth/token", { ...ann, cookies: true });
    expect(program.headers.getSetCookie()).toHaveLength(2);
    expect(await program.json()).not.toHaveProperty("access_token");
    const page = await client.post("/auth/token", { ...ann, cookies: false }, client.ourPage);
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(await page.json()).toHaveProperty("refresh_token");
  });

  it("end the session that they replace (OWASP ASVS 5.0 V7.2.4)", async () => {
    const { cookie } = await client.pageLogin();
    const again = await client.post("/auth/token", ann, { cookie, ...client.ourPage });
    expect(again.status).toBe(200);
    expect(await problemOf(await client.ask("/auth/me", { headers: { cookie } }))).toEqual([
      401,
      "token/revoked",
    ]);
    const headers = { cookie: cookiesOf(again) };
    expect((await client.ask("/auth/me", { headers })).status).toBe(200);
  });

  it("replace no session when the login fails, or goes to a program", async () => {
    const { cookie } = await client.pageLogin();
    await client.post("/auth/token", { ...ann, password: "x" }, { cookie, ...client.ourPage });
    await client.post("/auth/token", ann, { cookie });
    await client.post("/auth/token", { ...ann, cookies: true }, { cookie });
    expect((await client.ask("/auth/me", { headers: { cookie } })).status).toBe(200);
  });

  it("are given though the session that they replace cannot be ended, with a line in the log", async () => {
    const { cookie } = await client.pageLogin();
    client.world.store.endSessions = async () => {
      throw new AuthError("store/failed", "disk full");
    };
    const again = await client.post("/auth/token", ann, { cookie, ...client.ourPage });
    expect(again.headers.getSetCookie()).toHaveLength(2);
    expect(client.lines.at(-1)).toMatchObject({ level: "error", event: "auth.store-failed" });
  });

  it("lose the prefixes of their names, and Secure, where there is no TLS", async () => {
    client = await AuthClient.open({ cookie: { secure: false } });
    const response = await client.post("/auth/token", ann, client.ourPage);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^barewire_access=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(
        /^barewire_refresh=bwr_[\w-]+; Max-Age=2592000; Path=\/auth; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    const headers = { cookie: cookiesOf(response), ...client.ourPage };
    expect((await client.ask("/auth/me", { headers })).status).toBe(200);
    expect((await client.post("/auth/refresh", undefined, headers)).status).toBe(200);
  });

  it("must not promise by their names what they do not keep (RFC 6265bis §4.1.3)", async () => {
    const cookie = { secure: false, name: "__Host-barewire_access" };
    await expect(AuthClient.open({ cookie })).rejects.toThrow(TypeError);
  });
});

describe("RFC 6749 §6 POST /auth/refresh", () => {
  it.each<[string, (token: string) => Promise<Response>]>([
    ["JSON", (refresh_token) => client.post("/auth/refresh", { refresh_token })],
    [
      "a form",
      (refresh_token) =>
        client.form("/auth/refresh", { grant_type: "refresh_token", refresh_token, scope: "account" }),
    ],
  ])("gives a program the next pair for a token in %s", async (_form, refresh) => {
    const first = await client.login();
    const response = await refresh(first.refresh_token);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.getSetCookie()).toEqual([]);
    const next = (await response.json()) as Tokens;
    expect(Object.keys(next)).toEqual(Object.keys(first));
    expect(next.session).toBe(first.session);
    expect(next.scope).toBe(first.scope);
    expect(next.refresh_token).not.toBe(first.refresh_token);
    expect((await client.ask("/auth/me", { headers: bearer(next.access_token) })).status).toBe(200);
  });

  it("gives our page the next pair as cookies for its cookie", async () => {
    const { cookie } = await client.pageLogin();
    const response = await client.post("/auth/refresh", undefined, { cookie, ...client.ourPage });
    expect(response.status).toBe(200);
    expect(cookiesOf(response)).not.toBe(cookie);
    expect(await response.json()).not.toHaveProperty("access_token");
  });

  it("gives no script the next pair in the content, though it asks for it", async () => {
    const { cookie } = await client.pageLogin();
    const response = await client.post("/auth/refresh", { cookies: false }, { cookie, ...client.ourPage });
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(await response.text()).not.toContain("bwr_");
  });

  it.each<[string, Fields]>([
    ["another origin", { origin: "https://evil.example" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["a sibling", { "sec-fetch-site": "same-site" }],
    ["who does not say", {}],
  ])("refuses the cookie from %s, and spends nothing", async (_what, from) => {
    const { cookie } = await client.pageLogin();
    const refused = await client.post("/auth/refresh", undefined, { cookie, ...from });
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await problemOf(refused)).toEqual([403, "http/cross-origin"]);
    client.world.clock += 20_000;
    const headers = { cookie, ...client.ourPage };
    expect((await client.post("/auth/refresh", undefined, headers)).status).toBe(200);
  });

  it("lets no other site's page put its own token into our cookies", async () => {
    const { refresh_token } = await client.login();
    const headers = { "sec-fetch-site": "cross-site" };
    const response = await client.form("/auth/refresh", { refresh_token }, headers);
    expect(await problemOf(response)).toEqual([403, "http/cross-origin"]);
  });

  it("refuses what is none of ours, with invalid_grant (RFC 6749 §5.2) and a challenge that opens no dialog", async () => {
    const response = await client.post("/auth/refresh", { refresh_token: `bwr_${"A".repeat(64)}` });
    expect(response.headers.get("www-authenticate")).toBe('Password realm="barewire"');
    expect(await response.clone().json()).toMatchObject({ error: "invalid_grant" });
    expect(await problemOf(response)).toEqual([401, "refresh/invalid"]);
  });

  it("refuses a token whose session is over", async () => {
    const { refresh_token } = await client.login();
    client.world.clock += 30 * day;
    expect(await problemOf(await client.post("/auth/refresh", { refresh_token }))).toEqual([
      401,
      "refresh/expired",
    ]);
  });

  it("ends the session when a spent token comes again, and clears the cookies it came in", async () => {
    const { cookie } = await client.pageLogin();
    const headers = { cookie, ...client.ourPage };
    const next = cookiesOf(await client.post("/auth/refresh", undefined, headers));
    client.world.clock += 20_000;
    const reused = await client.post("/auth/refresh", undefined, headers);
    expect(reused.headers.getSetCookie()).toEqual(cleared);
    expect(await problemOf(reused)).toEqual([401, "refresh/reused"]);
    expect(client.lines.at(-1)).toMatchObject({ level: "warn", event: "auth.refresh-reused" });
    expect(await problemOf(await client.ask("/auth/me", { headers: { cookie: next } }))).toEqual([
      401,
      "token/revoked",
    ]);
  });

  it("lets two tabs refresh in the same moment", async () => {
    const { cookie } = await client.pageLogin();
    const headers = { cookie, ...client.ourPage };
    const tabs = await Promise.all([1, 2].map(() => client.post("/auth/refresh", undefined, headers)));
    expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
    const refreshTokens = tabs.map((tab) => cookiesOf(tab).split("; ")[1]);
    expect(refreshTokens[0]).toBe(refreshTokens[1]);
  });

  it.each<[string, () => Promise<Response>, unknown]>([
    ["nothing", () => client.post("/auth/refresh"), [401, "auth/missing-credentials"]],
    ["an empty object", () => client.post("/auth/refresh", {}), [401, "auth/missing-credentials"]],
    [
      "a token that is a number",
      () => client.post("/auth/refresh", { refresh_token: 1 }),
      [400, "http/malformed-content"],
    ],
    [
      "another grant",
      () => client.form("/auth/refresh", { grant_type: "password", refresh_token: "x" }),
      [400, "auth/unsupported-grant"],
    ],
    [
      "neither JSON nor a form",
      () => client.ask("/auth/refresh", { method: "POST", body: "bwr_" }),
      [415, "http/unsupported-media-type"],
    ],
  ])("refuses %s", async (_what, refresh, refusal) => {
    expect(await problemOf(await refresh())).toEqual(refusal);
  });

  it.each([
    ["invalid_request", { refresh_token: 1 }],
    ["unsupported_grant_type", { grant_type: "password", refresh_token: "x" }],
  ])("says %s in the words of RFC 6749 §5.2", async (error, content) => {
    const response = await client.post("/auth/refresh", content);
    expect(await response.json()).toMatchObject({ status: 400, error });
  });

  it("answers 503 when the store fails, and the token is as good as before", async () => {
    const { refresh_token } = await client.login();
    const { store } = client.world;
    const updateSession = store.updateSession.bind(store);
    store.updateSession = async () => {
      throw new AuthError("store/failed", "disk full");
    };
    const response = await client.post("/auth/refresh", { refresh_token });
    expect(response.headers.get("retry-after")).toBe("2");
    expect(await problemOf(response)).toEqual([503, "store/failed"]);
    expect(client.lines.at(-1)).toMatchObject({ level: "error", event: "auth.store-failed" });
    store.updateSession = updateSession;
    expect((await client.post("/auth/refresh", { refresh_token })).status).toBe(200);
  });
});

describe("POST /auth/logout of a page whose access token has expired", () => {
  it("ends the session of the refresh cookie, even a spent one", async () => {
    for (const refreshes of [0, 1]) {
      const { cookie } = await client.pageLogin();
      const headers = { cookie: cookie.split("; ")[1]!, ...client.ourPage };
      for (let i = 0; i < refreshes; i++) await client.post("/auth/refresh", undefined, headers);
      const response = await client.post("/auth/logout", undefined, headers);
      expect(response.status).toBe(204);
      expect(response.headers.getSetCookie()).toEqual(cleared);
      expect(await problemOf(await client.ask("/auth/me", { headers: { cookie } }))).toEqual([
        401,
        "token/revoked",
      ]);
    }
  });

  it("refuses a refresh cookie that is not sent by our page", async () => {
    const cookie = (await client.pageLogin()).cookie.split("; ")[1]!;
    for (const from of [{}, { "sec-fetch-site": "cross-site" }]) {
      expect(await problemOf(await client.post("/auth/logout", undefined, { cookie, ...from }))).toEqual([
        403,
        "http/cross-origin",
      ]);
    }
    const headers = { cookie, ...client.ourPage };
    expect((await client.post("/auth/refresh", undefined, headers)).status).toBe(200);
  });

  it("clears cookies that are of no more use, with 401", async () => {
    const headers = { cookie: `__Secure-barewire_refresh=bwr_${"A".repeat(64)}`, ...client.ourPage };
    const response = await client.post("/auth/logout", undefined, headers);
    expect(response.headers.getSetCookie()).toEqual(cleared);
    expect(await problemOf(response)).toEqual([401, "auth/missing-credentials"]);
  });

  it("does not look at a cookie beside a bearer token", async () => {
    const { cookie } = await client.pageLogin();
    const headers = { cookie, ...client.ourPage, ...bearer("x") };
    expect(await problemOf(await client.post("/auth/logout", undefined, headers))).toEqual([
      401,
      "token/invalid",
    ]);
    expect((await client.ask("/auth/me", { headers: { cookie } })).status).toBe(200);
  });
});
