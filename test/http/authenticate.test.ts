import { describe, expect, it } from "vitest";
import { AuthError, type Session } from "../../src/auth/index.ts";
import { authenticateRequest, type CredentialFields } from "../../src/http/authenticate.ts";
import { HttpProblem } from "../../src/http/problem.ts";

const session: Session = { accountId: "1", username: "ann", tokenId: "t", expiresAt: 2_000 };

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
  try {
    authenticate(headers, unsafe);
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
      { authorization: "Bearer good", cookie: "barewire_token=bad" },
      true,
    ],
    ["the cookie", { cookie: "a=1; barewire_token=good" }, false],
    [
      "the cookie from another site for a safe request",
      { cookie: "barewire_token=good", "sec-fetch-site": "cross-site" },
      false,
    ],
    ["the cookie from our page", { cookie: "barewire_token=good", ...ours }, true],
    [
      "the cookie from our page by Fetch Metadata",
      { cookie: "barewire_token=good", "sec-fetch-site": "same-origin" },
      true,
    ],
    [
      "the cookie beside another scheme",
      { authorization: "Basic QTpi", cookie: "barewire_token=good" },
      false,
    ],
  ])("is %s", (_what, headers, unsafe) => {
    expect(authenticate(headers, unsafe)).toBe(session);
  });

  it("is the cookie of the name that was configured", () => {
    const options = { unsafe: false, cookieName: "__Host-token" };
    expect(authenticateRequest({ cookie: "__Host-token=good" }, sessions, options)).toBe(session);
    expect(() => authenticateRequest({ cookie: "barewire_token=good" }, sessions, options)).toThrow(
      HttpProblem,
    );
  });
});

describe("RFC 6750 §3 a credential that is refused", () => {
  it.each<[string, CredentialFields]>([
    ["none", {}],
    ["one of another scheme", { authorization: "Basic QTpi" }],
    ["another cookie", { cookie: "token=good" }],
    ["an ambiguous cookie", { cookie: "barewire_token=good; barewire_token=other" }],
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
      { authorization: "Bearer bad", cookie: "barewire_token=good" },
      "token/invalid",
    ],
    ["a wrong cookie", { cookie: "barewire_token=bad" }, "token/invalid"],
    ["an expired cookie", { cookie: "barewire_token=old" }, "token/expired"],
    ["a quoted cookie", { cookie: 'barewire_token="good"' }, "token/invalid"],
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
    const refusal = refusalOf({ cookie: "barewire_token=good", ...headers }, true);
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
