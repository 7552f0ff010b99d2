import { beforeEach, describe, expect, it } from "vitest";
import { AuthError } from "../../../src/auth/index.ts";
import { decodeJwt } from "../../../src/jwt/index.ts";
import { AuthClient, bearer, type Fields, filesSecret, problemOf, type Tokens } from "../auth-client.ts";
import { ann, basic, start } from "../auth-world.ts";

let client: AuthClient;
let tokens: Tokens;

beforeEach(async () => {
  client = await AuthClient.open();
  tokens = await client.login();
});

const statusOf = async (token: string): Promise<number> =>
  (await client.ask("/auth/me", { headers: bearer(token) })).status;

describe("RFC 7009 POST /auth/revoke", () => {
  const revoke = (members: Fields): Promise<Response> => client.form("/auth/revoke", members);

  it("revokes an access token, and leaves its session", async () => {
    const response = await revoke({ token: tokens.access_token });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(await statusOf(tokens.access_token)).toBe(401);
    const { refresh_token } = tokens;
    expect((await client.post("/auth/refresh", { refresh_token })).status).toBe(200);
  });

  it("revokes a refresh token together with the access tokens of its session (§2.1)", async () => {
    expect((await revoke({ token: tokens.refresh_token })).status).toBe(200);
    expect(await statusOf(tokens.access_token)).toBe(401);
    const { refresh_token } = tokens;
    expect(await problemOf(await client.post("/auth/refresh", { refresh_token }))).toEqual([
      401,
      "refresh/invalid",
    ]);
  });

  it("ends the session of a refresh token that was spent", async () => {
    const next = (await (
      await client.post("/auth/refresh", { refresh_token: tokens.refresh_token })
    ).json()) as Tokens;
    expect((await revoke({ token: tokens.refresh_token })).status).toBe(200);
    expect(await statusOf(next.access_token)).toBe(401);
  });

  it.each(["access_token", "refresh_token", "something_else"])(
    "finds any token whatever the hint: %s (§2.1)",
    async (token_type_hint) => {
      expect((await revoke({ token: tokens.refresh_token, token_type_hint })).status).toBe(200);
      expect(await statusOf(tokens.access_token)).toBe(401);
    },
  );

  it.each<[string, () => string]>([
    ["is unknown", () => `bwr_${"A".repeat(64)}`],
    ["is none", () => "x"],
    ["was revoked before", () => tokens.access_token],
    ["has expired", () => tokens.access_token],
  ])("answers 200 to a token that %s (§2.2)", async (what, tokenOf) => {
    if (what === "was revoked before") await revoke({ token: tokens.access_token });
    if (what === "has expired") client.world.clock += 600_000;
    expect((await revoke({ token: tokenOf() })).status).toBe(200);
  });

  it.each<[string, Fields]>([
    ["is missing", { token_type_hint: "access_token" }],
    ["is empty (RFC 6749 §3.2)", { token: "" }],
  ])("answers 400 and invalid_request when the token %s (§2.2.1)", async (_what, members) => {
    const response = await revoke(members);
    expect(await response.clone().json()).toMatchObject({ error: "invalid_request" });
    expect(await problemOf(response)).toEqual([400, "http/malformed-content"]);
  });

  it("takes a form, and no JSON (§2.1)", async () => {
    expect(await problemOf(await client.post("/auth/revoke", { token: tokens.access_token }))).toEqual([
      415,
      "http/unsupported-media-type",
    ]);
  });

  it("needs no other credential, and looks at no cookie", async () => {
    const { cookie } = await client.pageLogin();
    const response = await client.form("/auth/revoke", { token: "x" }, { cookie });
    expect(response.status).toBe(200);
    expect((await client.ask("/auth/me", { headers: { cookie } })).status).toBe(200);
  });

  it("answers 503 with Retry-After when the revocation cannot be kept (§2.2.1)", async () => {
    const fail = async (): Promise<never> => {
      throw new AuthError("store/failed", "disk full");
    };
    Object.assign(client.world.store, { addRevocation: fail, endSessions: fail });
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const response = await revoke({ token });
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await problemOf(response)).toEqual([503, "store/failed"]);
    }
    expect(await statusOf(tokens.access_token)).toBe(200);
  });
});

describe("RFC 7662 POST /auth/introspect", () => {
  const files = basic("files", filesSecret);

  async function introspect(token: string, headers: Fields = files, more: Fields = {}): Promise<unknown> {
    const response = await client.form("/auth/introspect", { token, ...more }, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    return response.json();
  }

  it("tells a resource server all of §2.2 about an access token that is good", async () => {
    const { claims } = decodeJwt(tokens.access_token);
    expect(await introspect(tokens.access_token)).toEqual({
      active: true,
      token_type: "Bearer",
      scope: "account sockets",
      client_id: "barewire",
      username: "ann",
      iat: start / 1000,
      exp: start / 1000 + 600,
      sub: claims.sub,
      aud: "https://a",
      iss: "https://a",
      jti: claims.jti,
      sid: tokens.session,
    });
  });

  it("tells about a refresh token that is good, whatever the hint", async () => {
    const about = await introspect(tokens.refresh_token, files, { token_type_hint: "access_token" });
    expect(about).toMatchObject({ active: true, scope: "account sockets", sid: tokens.session });
    expect(about).not.toHaveProperty("token_type");
  });

  it.each<[string, () => Promise<string>]>([
    ["is none", async () => "x"],
    [
      "has expired",
      async () => {
        client.world.clock += 600_000;
        return tokens.access_token;
      },
    ],
    [
      "was revoked",
      async () => {
        await client.form("/auth/revoke", { token: tokens.access_token });
        return tokens.access_token;
      },
    ],
    [
      "was spent",
      async () => {
        await client.post("/auth/refresh", { refresh_token: tokens.refresh_token });
        return tokens.refresh_token;
      },
    ],
    [
      "is for somebody else",
      async () => {
        const session = client.world.sessions.authenticate(tokens.access_token);
        return client.world.tokensWith({ audience: "https://b" }).issue(session, start / 1000, start).token;
      },
    ],
  ])("says of a token that %s that it is not active, and nothing else (§2.2)", async (_what, tokenOf) => {
    expect(await introspect(await tokenOf())).toEqual({ active: false });
  });

  it("lets who has a token ask about tokens of the same account, and of no other", async () => {
    const headers = bearer(tokens.access_token);
    expect(await introspect(tokens.refresh_token, headers)).toMatchObject({ active: true });
    expect(await introspect(tokens.access_token, headers)).toMatchObject({ active: true });
    await client.world.enrol("bob");
    const login = await client.post("/auth/token", { ...ann, username: "bob" });
    const bob = (await login.json()) as Tokens;
    expect(await introspect(bob.access_token, headers)).toEqual({ active: false });
    expect(await introspect(bob.refresh_token, headers)).toEqual({ active: false });
  });

  it.each<[string, () => Fields, string, string]>([
    ["nobody", () => ({}), "auth/missing-credentials", "Bearer realm"],
    [
      "a cookie",
      () => ({ cookie: `__Host-barewire_access=${tokens.access_token}` }),
      "auth/missing-credentials",
      "Basic realm",
    ],
    ["an unknown server", () => basic("file", filesSecret), "auth/bad-credentials", "Basic realm"],
    ["a wrong secret", () => basic("files", `${filesSecret}s`), "auth/bad-credentials", "Basic realm"],
    ["a user's password", () => basic(ann.username, ann.password), "auth/bad-credentials", "Basic realm"],
    [
      "Basic that cannot be read",
      () => ({ authorization: "Basic !" }),
      "auth/bad-credentials",
      "Basic realm",
    ],
    ["a token that is no good", () => bearer("x"), "token/invalid", "invalid_token"],
  ])("answers %s with 401 and the challenge that fits (§2.3)", async (_who, headersOf, code, challenge) => {
    const response = await client.form("/auth/introspect", { token: tokens.access_token }, headersOf());
    expect(response.headers.get("www-authenticate")).toContain(challenge);
    const { error } = (await response.clone().json()) as { readonly error?: string };
    expect(error).toBe(code === "auth/bad-credentials" ? "invalid_client" : undefined);
    expect(await problemOf(response)).toEqual([401, code]);
  });

  it("answers 400 without a token", async () => {
    const response = await client.form("/auth/introspect", { token_type_hint: "x" }, files);
    expect(await problemOf(response)).toEqual([400, "http/malformed-content"]);
  });
});
