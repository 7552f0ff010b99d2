import { describe, expect, it } from "vitest";
import { AuthError, type Session } from "../../../src/auth/index.ts";
import { authenticateRequest, type CredentialFields } from "../../../src/http/credentials/authenticate.ts";
import { HttpProblem } from "../../../src/http/message/problem.ts";

const session: Session = {
  accountId: "1",
  username: "ann",
  sessionId: "s",
  tokenId: "t",
  scope: "account",
  issuedAt: 1_000,
  expiresAt: 2_000,
};

/** Knows the token "good", and two others by what is wrong with them. */
const sessions = {
  authenticate(token: string): Session {
    if (token === "good") return session;
    if (token === "old") throw new AuthError("token/expired", "The token has expired.");
    if (token === "ended") throw new AuthError("token/revoked", "The token was revoked.");
    throw new AuthError("token/invalid", "The token is not valid here.");
  },
};

const origins = ["https://chat.example"];
const ours = { origin: "https://chat.example" };

function authenticate(headers: CredentialFields, unsafe = false): Session {
  return authenticateRequest(headers, sessions, { unsafe, origins });
}

function refusalOf(headers: CredentialFields, unsafe = false): HttpProblem {
  return thrownBy(() => authenticate(headers, unsafe));
}

function thrownBy(work: () => unknown): HttpProblem {
  try {
    work();
  } catch (error) {
    if (error instanceof HttpProblem) return error;
    throw error;
  }
  throw new Error("not refused");
}

describe("a credential that is accepted", () => {
  it.each<[string, CredentialFields, boolean]>([
    ["a bearer token", { authorization: "Bearer good" }, false],
    ["a bearer token for an unsafe request", { authorization: "Bearer good" }, true],
    [
      "a bearer token from another site",
      { authorization: "Bearer good", "sec-fetch-site": "cross-site" },
      true,
    ],
    [
      "a bearer token, whatever the cookie says",
      { authorization: "Bearer good", cookie: "__Host-barewire_access=bad" },
      true,
    ],
    ["the cookie", { cookie: "a=1; __Host-barewire_access=good" }, false],
    [
      "the cookie from another site for a safe request",
      { cookie: "__Host-barewire_access=good", "sec-fetch-site": "cross-site" },
      false,
    ],
    ["the cookie from our page", { cookie: "__Host-barewire_access=good", ...ours }, true],
    [
      "the cookie from our page by Fetch Metadata",
      { cookie: "__Host-barewire_access=good", "sec-fetch-site": "same-origin" },
      true,
    ],
    [
      "the cookie beside another scheme",
      { authorization: "Basic QTpi", cookie: "__Host-barewire_access=good" },
      false,
    ],
  ])("is %s", (_what, headers, unsafe) => {
    expect(authenticate(headers, unsafe)).toBe(session);
  });

  it("is the cookie of the name that was configured", () => {
    const options = { unsafe: false, cookieName: "chat" };
    expect(authenticateRequest({ cookie: "chat=good" }, sessions, options)).toBe(session);
    expect(() => authenticateRequest({ cookie: "__Host-barewire_access=good" }, sessions, options)).toThrow(
      HttpProblem,
    );
  });
});

describe("RFC 6750 §3 a credential that is refused", () => {
  it.each<[string, CredentialFields]>([
    ["none", {}],
    ["one of another scheme", { authorization: "Basic QTpi" }],
    ["another cookie", { cookie: "token=good" }],
    ["an ambiguous cookie", { cookie: "__Host-barewire_access=good; __Host-barewire_access=other" }],
  ])("is %s: 401 without an error in the challenge", (_what, headers) => {
    const { status, code, response } = refusalOf(headers);
    expect({ status, code }).toEqual({ status: 401, code: "auth/missing-credentials" });
    expect(response.headers?.["www-authenticate"]).toBe('Bearer realm="barewire"');
  });

  it.each<[string, CredentialFields, string]>([
    ["a wrong token", { authorization: "Bearer bad" }, "token/invalid"],
    ["an expired one", { authorization: "Bearer old" }, "token/expired"],
    ["a revoked one", { authorization: "Bearer ended" }, "token/revoked"],
    ["a malformed one", { authorization: "Bearer a b" }, "token/invalid"],
    ["an empty one", { authorization: "Bearer" }, "token/invalid"],
    [
      "a bad one beside a good cookie",
      { authorization: "Bearer bad", cookie: "__Host-barewire_access=good" },
      "token/invalid",
    ],
    ["a wrong cookie", { cookie: "__Host-barewire_access=bad" }, "token/invalid"],
    ["an expired cookie", { cookie: "__Host-barewire_access=old" }, "token/expired"],
    ["a quoted cookie", { cookie: '__Host-barewire_access="good"' }, "token/invalid"],
  ])("is %s: 401 and invalid_token", (_what, headers, code) => {
    const refusal = refusalOf(headers);
    expect({ status: refusal.status, code: refusal.code }).toEqual({ status: 401, code });
    expect(refusal.response.headers?.["www-authenticate"]).toMatch(
      /^Bearer realm="barewire", error="invalid_token", error_description="[^"]+"$/,
    );
  });

  it.each<[string, CredentialFields]>([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["a sibling", { "sec-fetch-site": "same-site" }],
    ["another origin", { origin: "https://evil.example" }],
    ["a sandbox", { origin: "null" }],
    ["who does not say", {}],
  ])("is the cookie of an unsafe request by %s: 403", (_what, headers) => {
    const refusal = refusalOf({ cookie: "__Host-barewire_access=good", ...headers }, true);
    expect({ status: refusal.status, code: refusal.code }).toEqual({
      status: 403,
      code: "http/cross-origin",
    });
  });

  it("is never shown in the refusal", () => {
    const { message, response } = refusalOf({ authorization: "Bearer s3cr3t" });
    expect(message + JSON.stringify(response)).not.toContain("s3cr3t");
  });

  it("lets what is no refusal through", () => {
    const broken = {
      authenticate: (): Session => {
        throw new TypeError("broken");
      },
    };
    expect(() => authenticateRequest({ authorization: "Bearer good" }, broken, { unsafe: false })).toThrow(
      TypeError,
    );
  });
});

describe("RFC 6750 §3.1 a token that is not for this", () => {
  const headers = { authorization: "Bearer good" };

  it("is accepted where its scope has the name", () => {
    expect(authenticateRequest(headers, sessions, { unsafe: false, scope: "account" })).toBe(session);
  });

  it("is refused with 403 and a challenge that says what is missing", () => {
    const thrown = thrownBy(() =>
      authenticateRequest(headers, sessions, { unsafe: false, scope: "sockets" }),
    );
    expect({ status: thrown.status, code: thrown.code }).toEqual({
      status: 403,
      code: "auth/insufficient-scope",
    });
    expect(thrown.response.headers?.["www-authenticate"]).toBe(
      'Bearer realm="barewire", error="insufficient_scope", ' +
        'error_description="This needs a token with the scope sockets.", scope="sockets"',
    );
  });
});

describe("RFC 6750 §2.3 a token in the query string", () => {
  it.each(["access_token=good", "a=1&token=", "refresh_token=x"])("is refused, good or not: ?%s", (query) => {
    const options = { unsafe: false, query: new URLSearchParams(query) };
    const thrown = thrownBy(() => authenticateRequest({ authorization: "Bearer good" }, sessions, options));
    expect({ status: thrown.status, code: thrown.code }).toEqual({
      status: 400,
      code: "auth/token-in-query",
    });
    expect(thrown.response.headers?.["www-authenticate"]).toContain('error="invalid_request"');
  });

  it("is no other parameter", () => {
    const options = { unsafe: false, query: new URLSearchParams("tokens=1&keep=current") };
    expect(authenticateRequest({ authorization: "Bearer good" }, sessions, options)).toBe(session);
  });
});
