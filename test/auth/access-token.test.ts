import { createHmac, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type AccessTokenOptions, AccessTokens } from "../../src/auth/access-token.ts";
import {
  type Claims,
  decodeJwt,
  exportJwk,
  generateKey,
  importKey,
  type Jwk,
  type Key,
  signJwt,
  verifyJwt,
} from "../../src/jwt/index.ts";
import { code } from "./virtual-auth.ts";

const start = 1_700_000_000;
const key = await keyNamed("ours");
const foreignKey = await keyNamed("ours");

async function keyNamed(kid: string): Promise<Key> {
  return importKey(exportJwk(await generateKey("ES256"), { private: true }), "ES256", { kid, use: "sig" });
}

function open(options: Partial<AccessTokenOptions> = {}): AccessTokens {
  return new AccessTokens({ key, issuer: "https://barewire.example", ...options });
}

const bearer = {
  accountId: "account-1",
  username: "Alice",
  sessionId: "s0",
  tokenId: "t0",
  scope: "account sockets",
};

/** What every good token says. */
const good: Claims = {
  iss: "https://barewire.example",
  aud: "barewire",
  sub: "account-1",
  client_id: "barewire",
  iat: start,
  exp: start + 600,
  jti: "t0",
  sid: "s0",
  scope: "account sockets",
  preferred_username: "Alice",
};
const later = Number.POSITIVE_INFINITY;
const sign = (claims: Claims, { by = key, typ = "at+jwt" } = {}): string => signJwt(claims, by, { typ });

/** The BASE64URL of a JSON object, as a part of a token made by hand. */
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("RFC 9068 §2 the access token", () => {
  it("is an ES256 JWT of type at+jwt, which names its key", () => {
    const { header } = decodeJwt(open().issue(bearer, start, later).token);
    expect(header).toEqual({ alg: "ES256", typ: "at+jwt", kid: "ours" });
  });

  it("has the seven claims that are required, the scope, the session and the username", () => {
    expect(decodeJwt(open().issue(bearer, start, later).token).claims).toEqual(good);
  });

  it("lives as long as the options say, from the whole second it was issued in", () => {
    const tokens = open({ lifetime: 30, clientId: "page" });
    const { token, session } = tokens.issue(bearer, start + 0.9, later);
    expect(tokens.lifetime).toBe(30);
    expect(session).toEqual({ ...bearer, issuedAt: start, expiresAt: start + 30 });
    expect(decodeJwt(token).claims).toMatchObject({ iat: start, exp: start + 30, client_id: "page" });
  });

  it.each([
    [start + 599.9, start + 599],
    [start + 600, start + 600],
    [start + 601, start + 600],
  ])("does not outlive its session, which ends at %d", (sessionEnd, expiresAt) => {
    expect(open().issue(bearer, start, sessionEnd).session.expiresAt).toBe(expiresAt);
  });

  it("states what the options say, and barewire where they say nothing", () => {
    const stated = ({ issuer, audience, clientId }: AccessTokens): readonly string[] => [
      issuer,
      audience,
      clientId,
    ];
    expect(stated(new AccessTokens({ key }))).toEqual(["barewire", "barewire", "barewire"]);
    expect(stated(open({ audience: "chat", clientId: "page" }))).toEqual([
      "https://barewire.example",
      "chat",
      "page",
    ]);
  });
});

describe("RFC 9068 §4 verifying", () => {
  it("gives the session that was issued", () => {
    const tokens = open();
    const { token, session } = tokens.issue(bearer, start, later);
    for (let i = 0; i < 3; i += 1) expect(tokens.verify(token, start)).toEqual(session);
  });

  it("accepts until the last moment, and refuses from the expiry on as token/expired", () => {
    const tokens = open();
    const { token, session } = tokens.issue(bearer, start, later);
    expect(tokens.verify(token, start + 599.999)).toEqual(session);
    expect(() => tokens.verify(token, start + 600)).toThrow(code("token/expired"));
  });

  it("accepts no token for longer than tokens live now: revocations are not kept for longer", () => {
    const { token } = open({ lifetime: 3_600 }).issue(bearer, start, later);
    const tokens = open({ lifetime: 600 });
    expect(tokens.verify(token, start + 599)).toMatchObject({ issuedAt: start, expiresAt: start + 600 });
    expect(() => tokens.verify(token, start + 600)).toThrow(code("token/expired"));
  });

  it("accepts the long spelling of its type, and a token without a scope as one for nothing", () => {
    expect(open().verify(sign(good, { typ: "application/at+jwt" }), start)).toMatchObject({ tokenId: "t0" });
    expect(open().verify(sign({ ...good, scope: undefined }), start).scope).toBe("");
  });

  it.each([
    ["nothing", () => ""],
    ["text", () => "not a token"],
    ["a token cut short", () => sign(good).slice(0, -1)],
    [
      "a token with a changed claim",
      () => {
        const [header, , signature] = sign(good).split(".");
        return `${header}.${encode({ ...good, sub: "account-2" })}.${signature}`;
      },
    ],
    ["an unsigned token", () => `${encode({ alg: "none", typ: "at+jwt", kid: "ours" })}.${encode(good)}.`],
    [
      "a token signed with our public key as a secret",
      () => {
        const input = `${encode({ alg: "HS256", typ: "at+jwt", kid: "ours" })}.${encode(good)}`;
        const secret = createPublicKey(key.material).export({ format: "pem", type: "spki" });
        return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
      },
    ],
    ["a token of another key by the same name", () => sign(good, { by: foreignKey })],
    [
      "a token of our key by another name",
      () => sign(good, { by: importKey(exportJwk(key, { private: true }), "ES256", { kid: "theirs" }) }),
    ],
    ["a token of another type", () => sign(good, { typ: "JWT" })],
    ["a token of another issuer", () => sign({ ...good, iss: "https://elsewhere.example" })],
    ["a token for another audience", () => sign({ ...good, aud: "billing" })],
    ["a token without an issuer", () => sign({ ...good, iss: undefined })],
    ["a token without an audience", () => sign({ ...good, aud: undefined })],
    ["a token without an expiry", () => sign({ ...good, exp: undefined })],
    ["a token without a subject", () => sign({ ...good, sub: undefined })],
    ["a token without an id", () => sign({ ...good, jti: undefined })],
    ["a token without a username", () => sign({ ...good, preferred_username: undefined })],
    ["a token whose username is no text", () => sign({ ...good, preferred_username: 7 })],
    ["a token without a session", () => sign({ ...good, sid: undefined })],
    ["a token without the time of its issue", () => sign({ ...good, iat: undefined })],
    ["a token whose session is no text", () => sign({ ...good, sid: 7 })],
    ["a token whose scope is a list", () => sign({ ...good, scope: ["account"] })],
    ["a token for later", () => sign({ ...good, nbf: start + 60 })],
    ["an expired token of another key", () => sign({ ...good, exp: start - 1 }, { by: foreignKey })],
  ])("refuses %s as token/invalid", (_what, token) => {
    const tokens = open();
    expect(tokens.verify(sign(good), start)).toMatchObject({ tokenId: "t0" });
    expect(() => tokens.verify(token(), start)).toThrow(code("token/invalid"));
  });

  it("does not show the token in the error", () => {
    const token = sign(good, { by: foreignKey });
    let shown = "";
    try {
      open().verify(token, start);
    } catch (error) {
      shown = JSON.stringify([String(error), (error as Error).stack, String((error as Error).cause)]);
    }
    expect(shown).toContain("The token is not valid here.");
    for (const part of token.split(".")) expect(shown).not.toContain(part);
  });
});

describe("a key that signed before", () => {
  it("keeps its tokens good, by its public half alone, and signs no more", async () => {
    const before = await keyNamed("before");
    const { token } = open({ key: before }).issue(bearer, start, later);
    for (const previous of [before, importKey(exportJwk(before), "ES256")]) {
      const tokens = open({ previousKeys: [previous] });
      expect(tokens.verify(token, start)).toMatchObject({ tokenId: "t0" });
      expect(decodeJwt(tokens.issue(bearer, start, later).token).header.kid).toBe("ours");
    }
    expect(() => open().verify(token, start)).toThrow(code("token/invalid"));
  });

  it("is among the public keys, after the one that signs", async () => {
    const before = await keyNamed("before");
    const { keys } = open({ previousKeys: [before] }).publicJwks();
    expect(keys.map(({ kid }) => kid)).toEqual(["ours", "before"]);
    for (const jwk of keys) expect(jwk).not.toHaveProperty("d");
  });

  it("is no secret: that would be shown, and nobody could tell who signed", () => {
    const secret = importKey(new Uint8Array(32).fill(7), "HS256", { kid: "shared" });
    expect(() => open({ previousKeys: [secret] })).toThrow(TypeError);
  });
});

describe("RFC 7517 §5 the public keys", () => {
  it("hold no private part, and verify a token", () => {
    const tokens = open();
    const { keys } = tokens.publicJwks();
    expect(keys.map((jwk) => Object.keys(jwk).sort())).toEqual([
      ["alg", "crv", "kid", "kty", "use", "x", "y"],
    ]);
    const { token, session } = tokens.issue(bearer, start, later);
    const policy = { issuer: "https://barewire.example", audience: "barewire", typ: "at+jwt" };
    const { claims } = verifyJwt(token, importKey(keys[0] as Jwk, "ES256"), policy, start);
    expect(claims.sub).toBe(session.accountId);
  });
});

describe("the options of access tokens", () => {
  it("are refused with a public key or a secret", () => {
    expect(() => open({ key: importKey(exportJwk(key), "ES256") })).toThrow(TypeError);
    expect(() => open({ key: importKey(new Uint8Array(32).fill(7), "HS256") })).toThrow(TypeError);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "are refused with a lifetime of %d seconds",
    (lifetime) => {
      expect(() => open({ lifetime })).toThrow(RangeError);
    },
  );
});
