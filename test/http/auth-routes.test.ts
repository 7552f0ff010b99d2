import { beforeEach, describe, expect, it } from "vitest";
import { Accounts, AuthError, MemoryStore, Revocations, Sessions } from "../../src/auth/index.ts";
import { type AuthRoutesOptions, authRoutes } from "../../src/http/auth-routes.ts";
import { healthRoutes } from "../../src/http/health-routes.ts";
import { Router } from "../../src/http/router.ts";
import { decodeJwt, exportJwk, generateKey, importKey } from "../../src/jwt/index.ts";
import { PasswordHasher } from "../../src/password/index.ts";
import { eventually, head, type Served, serve, Wire } from "./wire.ts";

const ann = { username: "ann", password: "correct horse" };
const start = Date.UTC(2026, 0, 1);

let clock: number;
let sessions: Sessions;
let served: Served;

beforeEach(async () => {
  clock = start;
  const now = (): number => clock;
  let ids = 0;
  const randomId = (): string => `id-${++ids}`;
  const store = new MemoryStore();
  // The cheapest cost: what is tested is not scrypt.
  const hasher = new PasswordHasher({ cost: { ln: 4, r: 1, p: 1 } });
  const revocations = await Revocations.load(store, start / 1000);
  const key = await generateKey("ES256");
  sessions = new Sessions({ key, issuer: "https://a", audience: "https://a", revocations, now, randomId });
  const accounts = new Accounts({ store, hasher, now, randomId });
  served = await serveRoutes({ accounts, sessions });
});

/** The routes with whatever is replaced. */
async function serveRoutes(options: AuthRoutesOptions): Promise<Served> {
  const router = new Router();
  authRoutes(healthRoutes(router), options);
  return serve(router.handle);
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${served.origin}${path}`, init);
}

function post(path: string, content?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const json = content === undefined ? {} : { body: JSON.stringify(content) };
  const type = content === undefined ? {} : { "content-type": "application/json" };
  return ask(path, { method: "POST", headers: { ...type, ...headers }, ...json });
}

const basic = (username: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
});

/** Registers ann, logs her in, and gives her token. */
async function login(): Promise<string> {
  await post("/auth/register", ann);
  const { access_token } = (await (await post("/auth/token", ann)).json()) as { access_token: string };
  return access_token;
}

const problemOf = async (response: Response): Promise<unknown> => {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as { status: number; code: string };
  expect(body.status).toBe(response.status);
  return [response.status, body.code];
};

describe("POST /auth/register", () => {
  it("makes an account", async () => {
    const response = await post("/auth/register", ann);
    expect(response.status).toBe(201);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await response.json()).toEqual({ id: expect.any(String), username: "ann" });
  });

  it("refuses a name that is taken with 409", async () => {
    await post("/auth/register", ann);
    expect(await problemOf(await post("/auth/register", { ...ann, username: "ANN" }))).toEqual([
      409,
      "account/taken",
    ]);
  });

  it.each([
    [{ ...ann, username: "" }, 422, "account/invalid-username"],
    [{ ...ann, username: "a b c" }, 422, "account/invalid-username"],
    [{ ...ann, password: "short" }, 422, "account/weak-password"],
    [{ ...ann, password: "x".repeat(5000) }, 422, "account/weak-password"],
    [{ username: "ann" }, 400, "http/malformed-content"],
    [{ ...ann, password: 12345678 }, 400, "http/malformed-content"],
    [[ann], 400, "http/malformed-content"],
    ["ann", 400, "http/malformed-content"],
    [null, 400, "http/malformed-content"],
  ])("refuses %j", async (content, status, code) => {
    expect(await problemOf(await post("/auth/register", content))).toEqual([status, code]);
  });

  it("says what a password needs", async () => {
    const response = await post("/auth/register", { ...ann, password: "short" });
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("at least 8 characters") });
  });

  it("refuses what is no JSON: 415, 400, 413", async () => {
    const form = new URLSearchParams(ann);
    expect(await problemOf(await ask("/auth/register", { method: "POST", body: form }))).toEqual([
      415,
      "http/unsupported-media-type",
    ]);
    expect(await problemOf(await post("/auth/register"))).toEqual([400, "http/empty-content"]);
    expect(await problemOf(await post("/auth/register", { ...ann, more: "x".repeat(65536) }))).toEqual([
      413,
      "http/content-too-large",
    ]);
  });

  it.each([{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }])(
    "refuses another site's page with 403: %j",
    async (headers) => {
      expect(await problemOf(await post("/auth/register", ann, headers))).toEqual([403, "http/cross-origin"]);
    },
  );
});

describe("POST /auth/token", () => {
  beforeEach(() => post("/auth/register", ann));

  it.each([
    ["Basic", () => post("/auth/token", undefined, basic(ann.username, ann.password))],
    ["JSON", () => post("/auth/token", ann)],
    [
      "Basic, whatever the content",
      () => post("/auth/token", { username: "x" }, basic(ann.username, ann.password)),
    ],
  ])("answers right credentials as RFC 6749 §5.1 has it: %s", async (_form, request) => {
    const response = await request();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("pragma")).toBe("no-cache");
    const body = (await response.json()) as { access_token: string };
    expect(body).toEqual({ access_token: expect.any(String), token_type: "Bearer", expires_in: 600 });
    expect(sessions.authenticate(body.access_token)).toMatchObject({ username: "ann" });
    expect(response.headers.getSetCookie()).toEqual([
      `barewire_token=${body.access_token}; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax`,
    ]);
  });

  it("issues an access token of RFC 9068", async () => {
    const { header, claims } = decodeJwt(await login());
    expect(header).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(claims).toMatchObject({ exp: start / 1000 + 600 });
  });

  it.each([
    ["a wrong password", "ann", "wrong horse"],
    ["an unknown user", "bob", "correct horse"],
    ["an impossible user", "b", ""],
  ])("answers %s the same, as Basic with a Basic challenge", async (_what, username, password) => {
    const response = await post("/auth/token", undefined, basic(username, password));
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="barewire", charset="UTF-8"');
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await response.json()).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      detail: "The username or the password is wrong.",
      code: "auth/bad-credentials",
    });
  });

  it("answers a wrong password as JSON with a challenge that opens no dialog", async () => {
    const response = await post("/auth/token", { ...ann, password: "wrong horse" });
    expect(response.headers.get("www-authenticate")).toBe('Password realm="barewire"');
    expect(await problemOf(response)).toEqual([401, "auth/bad-credentials"]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["nothing", {}, "auth/missing-credentials"],
    ["a bearer token alone", { authorization: "Bearer abc" }, "auth/missing-credentials"],
    ["Basic that cannot be read", { authorization: "Basic !!!" }, "auth/malformed-credentials"],
    ["Basic without a colon", { authorization: "Basic YW5u" }, "auth/malformed-credentials"],
  ])("answers %s with 401 and a Basic challenge", async (_what, headers, code) => {
    const response = await post("/auth/token", undefined, headers);
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="barewire", charset="UTF-8"');
    expect(await problemOf(response)).toEqual([401, code]);
  });

  it("refuses another site's page with 403 (login CSRF)", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    const response = await post("/auth/token", ann, headers);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await problemOf(response)).toEqual([403, "http/cross-origin"]);
  });

  it("takes our own page", async () => {
    expect((await post("/auth/token", ann, { origin: served.origin })).status).toBe(200);
    expect((await post("/auth/token", ann, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("is answered with 503 and Retry-After while too many log in", async () => {
    const verify = async (): Promise<never> => {
      throw new AuthError("auth/busy", "Too many.");
    };
    served = await serveRoutes({ accounts: { verify, register: verify }, sessions });
    for (const path of ["/auth/token", "/auth/register"]) {
      const response = await post(path, ann);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(response.headers.has("www-authenticate")).toBe(false);
      expect(await problemOf(response)).toEqual([503, "auth/busy"]);
    }
  });

  it("is answered with 503 and a line in the log when the store fails", async () => {
    const verify = async (): Promise<never> => {
      throw new AuthError("store/failed", "database or disk is full");
    };
    served = await serveRoutes({ accounts: { verify, register: verify }, sessions });
    const response = await post("/auth/token", ann);
    expect(await response.text()).not.toContain("disk");
    expect(response.status).toBe(503);
  });

  it("is answered with 500 when it fails otherwise", async () => {
    const verify = async (): Promise<never> => {
      throw new Error("unforeseen");
    };
    served = await serveRoutes({ accounts: { verify, register: verify }, sessions });
    expect(await problemOf(await post("/auth/token", ann))).toEqual([500, "http/internal"]);
  });
});

describe("GET /auth/me", () => {
  it.each<[string, (token: string) => Record<string, string>]>([
    ["a bearer token", (token) => ({ authorization: `Bearer ${token}` })],
    ["the cookie", (token) => ({ cookie: `barewire_token=${token}` })],
  ])("says whose %s it is", async (_what, headersOf) => {
    const response = await ask("/auth/me", { headers: headersOf(await login()) });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      id: expect.any(String),
      username: "ann",
      expires_at: start / 1000 + 600,
    });
  });

  it("does not read a token in the query string", async () => {
    const token = await login();
    expect((await ask(`/auth/me?access_token=${token}&token=${token}`)).status).toBe(401);
  });

  it("answers 401 with a bare challenge without a token", async () => {
    const response = await ask("/auth/me");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="barewire"');
    expect(await problemOf(response)).toEqual([401, "auth/missing-credentials"]);
  });

  it("answers 401 once the token has expired", async () => {
    const headers = { authorization: `Bearer ${await login()}` };
    clock += 3_600_000;
    expect(await problemOf(await ask("/auth/me", { headers }))).toEqual([401, "token/expired"]);
  });

  it.each<[string, (token: string) => string]>([
    ["truncated", (token) => token.slice(0, -1)],
    [
      "forged",
      (token) => token.replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"id-9"}').toString("base64url")}.`),
    ],
    ["unsigned", (token) => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1]}.`],
    ["no token", () => "x"],
    ["long", () => "x".repeat(10_000)],
  ])("answers 401 to a token that is %s", async (_what, change) => {
    const headers = { authorization: `Bearer ${change(await login())}` };
    const response = await ask("/auth/me", { headers });
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await problemOf(response)).toEqual([401, "token/invalid"]);
  });
});

describe("POST /auth/logout", () => {
  it("ends the session of a bearer token, clears the cookie, and tells who listens", async () => {
    const headers = { authorization: `Bearer ${await login()}` };
    const ended: string[] = [];
    sessions.onEnd(({ username }) => ended.push(username));
    const response = await post("/auth/logout", undefined, headers);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([
      "barewire_token=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax",
    ]);
    expect(ended).toEqual(["ann"]);
    expect(await problemOf(await ask("/auth/me", { headers }))).toEqual([401, "token/revoked"]);
    expect(await problemOf(await post("/auth/logout", undefined, headers))).toEqual([401, "token/revoked"]);
  });

  it("takes the cookie from our own page", async () => {
    const cookie = `barewire_token=${await login()}`;
    expect((await post("/auth/logout", undefined, { cookie, origin: served.origin })).status).toBe(204);
  });

  it.each<Record<string, string>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    {},
  ])("refuses the cookie from elsewhere with 403, and the session goes on: %j", async (from) => {
    const cookie = `barewire_token=${await login()}`;
    expect(await problemOf(await post("/auth/logout", undefined, { cookie, ...from }))).toEqual([
      403,
      "http/cross-origin",
    ]);
    expect((await ask("/auth/me", { headers: { cookie } })).status).toBe(200);
  });

  it("answers 401 without a token", async () => {
    expect(await problemOf(await post("/auth/logout"))).toEqual([401, "auth/missing-credentials"]);
  });

  it("answers 503 when the revocation cannot be kept, and does not pretend", async () => {
    const end = async (): Promise<never> => {
      throw new AuthError("store/failed", "database is locked");
    };
    const headers = { authorization: `Bearer ${await login()}` };
    const failing: AuthRoutesOptions["sessions"] = {
      authenticate: (token) => sessions.authenticate(token),
      issue: (account) => sessions.issue(account),
      publicJwks: () => sessions.publicJwks(),
      end,
    };
    const unused = async (): Promise<never> => {
      throw new Error("unused");
    };
    served = await serveRoutes({ accounts: { register: unused, verify: unused }, sessions: failing });
    const response = await post("/auth/logout", undefined, headers);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await problemOf(response)).toEqual([503, "store/failed"]);
  });
});

describe("GET /.well-known/jwks.json", () => {
  it("has the public key that our tokens are signed with, and nothing private (RFC 7517 §5)", async () => {
    const response = await ask("/.well-known/jwks.json");
    expect(response.headers.get("content-type")).toBe("application/jwk-set+json");
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256" });
    expect(keys[0]).not.toHaveProperty("d");
    expect(exportJwk(importKey(keys[0] as never, "ES256"))).toMatchObject({ kty: "EC" });
  });
});

describe("GET /healthz", () => {
  it("says that the server is there", async () => {
    const response = await ask("/healthz");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
  });
});

describe("every route", () => {
  it.each([
    ["/auth/register", "OPTIONS, POST"],
    ["/auth/token", "OPTIONS, POST"],
    ["/auth/me", "GET, HEAD, OPTIONS"],
    ["/auth/logout", "OPTIONS, POST"],
    ["/.well-known/jwks.json", "GET, HEAD, OPTIONS"],
    ["/healthz", "GET, HEAD, OPTIONS"],
  ])("of %s answers 405 to another method with Allow: %s", async (path, allow) => {
    const response = await ask(path, { method: "DELETE" });
    expect(response.headers.get("allow")).toBe(allow);
    expect(await problemOf(response)).toEqual([405, "http/method-not-allowed"]);
  });

  it("leaves no token, password or credential in the log", async () => {
    const token = await login();
    await post("/auth/token", undefined, basic(ann.username, ann.password));
    await post("/auth/token", { ...ann, password: "wrong horse" });
    await ask(`/auth/me?access_token=${token}`, { headers: { authorization: `Bearer ${token}` } });
    await post("/auth/logout", undefined, { authorization: `Bearer ${token}` });
    await eventually(() => served.lines.filter(({ event }) => event === "http.request").length).toBe(6);
    const log = JSON.stringify(served.lines);
    for (const secret of [
      token,
      token.split(".")[2]!,
      "horse",
      basic(ann.username, ann.password).authorization!,
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe("a flood of logins", () => {
  /** Accounts that never answer, but tell who asked and who has left. */
  function stuckAccounts(): {
    readonly accounts: AuthRoutesOptions["accounts"];
    readonly clients: (string | undefined)[];
    left: number;
  } {
    const clients: (string | undefined)[] = [];
    const wait: AuthRoutesOptions["accounts"]["verify"] = (_username, _password, caller) => {
      clients.push(caller?.client);
      return new Promise((_resolve, reject) => {
        caller?.signal?.addEventListener("abort", () => {
          stuck.left++;
          reject(caller.signal?.reason);
        });
      });
    };
    const stuck = { accounts: { register: wait, verify: wait }, clients, left: 0 };
    return stuck;
  }

  it("waits under its address, and gives its places back when its connections are gone", async () => {
    const stuck = stuckAccounts();
    const { port, lines } = await serveRoutes({ accounts: stuck.accounts, sessions });
    const login = head(
      "POST /auth/token HTTP/1.1",
      "Host: a",
      `Authorization: ${basic("a", "b").authorization}`,
    );
    const wires = await Promise.all([Wire.to(port), Wire.to(port)]);
    for (const wire of wires) wire.send(login.repeat(5));
    await eventually(() => stuck.clients).toEqual(["127.0.0.1", "127.0.0.1"]);
    for (const wire of wires) wire.socket.resetAndDestroy();
    await eventually(() => stuck.left).toBe(2);
    await eventually(() => lines.map(({ event }) => event)).toEqual(["http.aborted", "http.aborted"]);
    expect(stuck.clients).toHaveLength(2);
  });
});
