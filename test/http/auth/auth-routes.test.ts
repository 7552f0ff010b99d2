import { beforeEach, describe, expect, it } from "vitest";
import { AuthError } from "../../../src/auth/index.ts";
import type { AuthPorts } from "../../../src/http/index.ts";
import { decodeJwt, exportJwk, importKey } from "../../../src/jwt/index.ts";
import { AuthClient, bearer, cleared, type Fields, problemOf } from "../auth-client.ts";
import { ann, basic, newWorld, start } from "../auth-world.ts";
import { eventually, head, Wire } from "../wire.ts";

let client: AuthClient;

beforeEach(async () => {
  client = await AuthClient.over(await newWorld());
});

function ask(path: string, init?: RequestInit): Promise<Response> {
  return client.ask(path, init);
}

function post(path: string, content?: unknown, headers?: Fields): Promise<Response> {
  return client.post(path, content, headers);
}

/** Registers ann, logs her in, and gives her access token. */
async function login(): Promise<string> {
  await post("/auth/register", ann);
  return (await client.login()).access_token;
}

/** The server again, with accounts that fail. */
async function withAccounts(accounts: AuthPorts["accounts"]): Promise<void> {
  client = await AuthClient.over(client.world, { auth: { ...client.world, accounts } });
}

function failing(error: () => Error): AuthPorts["accounts"] {
  const fail = async (): Promise<never> => {
    throw error();
  };
  return { verify: fail, register: fail, prepareChange: fail };
}

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
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 600,
      scope: "account sockets",
      session: expect.any(String),
      refresh_token: expect.stringMatching(/^bwr_[\w-]{64}$/),
      refresh_expires_in: 30 * 24 * 3600,
    });
    expect(client.world.sessions.authenticate(body.access_token)).toMatchObject({ username: "ann" });
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it("issues an access token of RFC 9068", async () => {
    const { header, claims } = decodeJwt(await login());
    expect(header).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(claims).toMatchObject({ exp: start / 1000 + 600 });
  });

  it.each([
    ["a wrong password", "ann", "the right trousers"],
    ["an unknown user", "bob", "the wrong trousers"],
    ["an impossible user", "b", ""],
  ])("answers %s the same, as Basic with a Basic challenge", async (_what, username, password) => {
    const response = await post("/auth/token", undefined, basic(username, password));
    expect(response.headers.get("www-authenticate")).toBe('Basic realm="barewire", charset="UTF-8"');
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await response.json()).toEqual({
      type: "urn:barewire:problem:auth:bad-credentials",
      title: "Unauthorized",
      status: 401,
      detail: "The username or the password is wrong.",
      code: "auth/bad-credentials",
      error: "invalid_grant",
    });
  });

  it("answers an unknown user and a wrong password with the same fields, octet for octet", async () => {
    for (const form of ["JSON", "Basic"]) {
      const answers = [];
      for (const username of ["ann", "bob"]) {
        const credentials = { username, password: "the right trousers" };
        client = await AuthClient.over(client.world);
        const response =
          form === "JSON"
            ? await post("/auth/token", credentials)
            : await post("/auth/token", undefined, basic(username, credentials.password));
        const fields = [...response.headers].filter(([name]) => name !== "date" && name !== "x-request-id");
        answers.push({ status: response.status, fields, body: await response.text() });
      }
      expect(answers[0]).toEqual(answers[1]);
    }
  });

  it("answers a wrong password as JSON with a challenge that opens no dialog", async () => {
    const response = await post("/auth/token", { ...ann, password: "the right trousers" });
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
    expect((await post("/auth/token", ann, { origin: client.served.origin })).status).toBe(200);
    expect((await post("/auth/token", ann, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("is answered with 503 and Retry-After while too many log in", async () => {
    await withAccounts(failing(() => new AuthError("auth/busy", "Too many.")));
    for (const path of ["/auth/token", "/auth/register"]) {
      const response = await post(path, ann);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(response.headers.has("www-authenticate")).toBe(false);
      expect(await problemOf(response)).toEqual([503, "auth/busy"]);
    }
  });

  it("is answered with 503 and a line in the log when the store fails", async () => {
    await withAccounts(failing(() => new AuthError("store/failed", "database or disk is full")));
    const response = await post("/auth/token", ann);
    expect(await response.text()).not.toContain("disk");
    expect(response.status).toBe(503);
  });

  it("is answered with 500 when it fails otherwise", async () => {
    await withAccounts(failing(() => new Error("unforeseen")));
    expect(await problemOf(await post("/auth/token", ann))).toEqual([500, "http/internal"]);
  });
});

describe("GET /auth/me", () => {
  it.each<[string, (token: string) => Record<string, string>]>([
    ["a bearer token", (token) => ({ authorization: `Bearer ${token}` })],
    ["the cookie", (token) => ({ cookie: `__Host-barewire_access=${token}` })],
  ])("says whose %s it is", async (_what, headersOf) => {
    const response = await ask("/auth/me", { headers: headersOf(await login()) });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      id: expect.any(String),
      username: "ann",
      session: expect.any(String),
      scope: "account sockets",
      issued_at: start / 1000,
      expires_at: start / 1000 + 600,
    });
  });

  it.each(["access_token", "token", "refresh_token"])(
    "refuses a token in the query string as %s, even beside a good one (RFC 6750 §2.3)",
    async (name) => {
      const token = await login();
      const response = await ask(`/auth/me?${name}=${token}`, { headers: bearer(token) });
      expect(response.headers.get("www-authenticate")).toContain('error="invalid_request"');
      expect(await problemOf(response)).toEqual([400, "auth/token-in-query"]);
    },
  );

  it("answers 401 with a bare challenge without a token", async () => {
    const response = await ask("/auth/me");
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="barewire"');
    expect(await problemOf(response)).toEqual([401, "auth/missing-credentials"]);
  });

  it("answers 401 once the token has expired", async () => {
    const headers = { authorization: `Bearer ${await login()}` };
    client.world.clock += 600_000;
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
    const ended: unknown[] = [];
    client.world.sessions.onEnd(({ reason }) => ended.push(reason));
    const response = await post("/auth/logout", undefined, headers);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual(cleared);
    expect(ended).toEqual(["logged-out"]);
    expect(await problemOf(await ask("/auth/me", { headers }))).toEqual([401, "token/revoked"]);
    expect(await problemOf(await post("/auth/logout", undefined, headers))).toEqual([401, "token/revoked"]);
  });

  it("takes the cookie from our own page", async () => {
    const cookie = `__Host-barewire_access=${await login()}`;
    expect((await post("/auth/logout", undefined, { cookie, origin: client.served.origin })).status).toBe(
      204,
    );
  });

  it.each<Record<string, string>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    {},
  ])("refuses the cookie from elsewhere with 403, and the session goes on: %j", async (from) => {
    const cookie = `__Host-barewire_access=${await login()}`;
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
    const headers = bearer(await login());
    client.world.store.endSessions = async () => {
      throw new AuthError("store/failed", "database is locked");
    };
    const response = await post("/auth/logout", undefined, headers);
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await problemOf(response)).toEqual([503, "store/failed"]);
    expect((await ask("/auth/me", { headers })).status).toBe(200);
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
    await post("/auth/token", { ...ann, password: "the right trousers" });
    await ask(`/auth/me?access_token=${token}`, { headers: { authorization: `Bearer ${token}` } });
    await post("/auth/logout", undefined, { authorization: `Bearer ${token}` });
    await eventually(() => client.served.lines.filter(({ event }) => event === "http.request").length).toBe(
      6,
    );
    const log = JSON.stringify([...client.served.lines, ...client.lines]);
    for (const secret of [
      token,
      token.split(".")[2]!,
      "trousers",
      basic(ann.username, ann.password).authorization!,
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe("a flood of logins", () => {
  /** Accounts that never answer, but tell who asked and who has left. */
  function stuckAccounts(): {
    readonly accounts: AuthPorts["accounts"];
    readonly clients: (string | undefined)[];
    left: number;
  } {
    const clients: (string | undefined)[] = [];
    const wait: AuthPorts["accounts"]["verify"] = (_username, _password, caller) => {
      clients.push(caller?.client);
      return new Promise((_resolve, reject) => {
        caller?.signal?.addEventListener("abort", () => {
          stuck.left++;
          reject(caller.signal?.reason);
        });
      });
    };
    const prepareChange = failing(() => new Error("unused")).prepareChange;
    const stuck = { accounts: { register: wait, verify: wait, prepareChange }, clients, left: 0 };
    return stuck;
  }

  it("waits under its address, and gives its places back when its connections are gone", async () => {
    const stuck = stuckAccounts();
    await withAccounts(stuck.accounts);
    const { port, lines } = client.served;
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
